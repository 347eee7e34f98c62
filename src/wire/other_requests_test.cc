#include <gtest/gtest.h>

#include "wire/embedding_request.h"
#include "wire/model_list.h"
#include "wire/request_test.h"
#include "wire/tokenize_request.h"

namespace byeol::wire {
namespace {

TEST(EmbeddingRequest, IsRead) {
  const auto request = read_embedding_request(
      json_of(R"({"model": "m", "input": ["a", "b"], "encoding_format": "base64",
                  "dimensions": 64})"));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->inputs, (std::vector<PromptInput>{"a", "b"}));
  EXPECT_EQ(request->encoding, EmbeddingEncoding::kBase64);
  EXPECT_EQ(request->dimensions, 64);
}

TEST(EmbeddingRequest, IsChecked) {
  EXPECT_EQ(error_of(read_embedding_request, R"({"input": ["a", ""]})"),
            "input: 'input' holds an empty string; expected text.");
  EXPECT_EQ(error_of(read_embedding_request, R"({"input": "a", "encoding_format": "hex"})"),
            "encoding_format: 'encoding_format' is \"hex\"; expected \"float\" or \"base64\".");
  EXPECT_EQ(error_of(read_embedding_request, R"({"input": "a", "dimensions": 0})"),
            "dimensions: 'dimensions' is 0; expected an integer from 1 to 2147483647.");
}

TEST(EmbeddingResponse, GivesNumbersOrBase64) {
  const std::vector<float> vectors[] = {{1, -0.5f}, {0.1f, 2}};
  EXPECT_EQ(embedding_response("m", vectors, EmbeddingEncoding::kFloat, 5),
            R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[1,-0.5]},)"
            R"({"object":"embedding","index":1,"embedding":[0.1,2]}],"model":"m",)"
            R"("usage":{"prompt_tokens":5,"total_tokens":5}})");
  const Json json = json_of(embedding_response("m", vectors, EmbeddingEncoding::kBase64, 5));
  EXPECT_EQ(json["data"][0]["embedding"], "AACAPwAAAL8=");  // 00 00 80 3f 00 00 00 bf
}

TEST(TokenizeRequest, TakesTheFormsOfVllmAndLlamaCpp) {
  const auto vllm = read_tokenize_request(json_of(R"({"model": "m", "prompt": "a"})"));
  ASSERT_TRUE(vllm);
  EXPECT_EQ(vllm->text, "a");
  EXPECT_TRUE(vllm->add_special_tokens);
  const auto llama = read_tokenize_request(json_of(R"({"content": "a"})"));
  ASSERT_TRUE(llama);
  EXPECT_EQ(llama->text, "a");
  EXPECT_FALSE(llama->add_special_tokens);
  const auto chat = read_tokenize_request(
      json_of(R"({"messages": [{"role": "user", "content": "a"}], "add_special_tokens": true})"));
  ASSERT_TRUE(chat);
  EXPECT_TRUE(chat->has_messages);
  EXPECT_EQ(chat->chat.messages.size(), 1u);
  EXPECT_TRUE(chat->add_special_tokens);
}

TEST(TokenizeRequest, IsChecked) {
  EXPECT_EQ(error_of(read_tokenize_request, "{}"),
            "prompt: 'prompt' is missing; expected a string.");
  EXPECT_EQ(error_of(read_tokenize_request, R"({"content": 3})"),
            "content: 'content' is 3; expected a string.");
  EXPECT_EQ(error_of(read_tokenize_request, R"({"messages": []})"),
            "messages: 'messages' is an empty list; expected a list of at least 1.");
  EXPECT_EQ(error_of(read_detokenize_request, R"({"tokens": ["a"]})"),
            "tokens[0]: 'tokens[0]' is \"a\"; expected a token id.");
}

TEST(TokenizeResponse, ServesBothClients) {
  const std::int32_t tokens[] = {1, 22};
  EXPECT_EQ(tokenize_response(tokens, 2048), R"({"count":2,"max_model_len":2048,"tokens":[1,22]})");
  EXPECT_EQ(detokenize_response("a\"\xff"),
            "{\"prompt\":\"a\\\"\xEF\xBF\xBD\",\"content\":\"a\\\"\xEF\xBF\xBD\"}");
  const auto request = read_detokenize_request(json_of(R"({"tokens": [3, 4]})"));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->tokens, (std::vector<std::int32_t>{3, 4}));
}

TEST(ModelList, HasTheStandardsFieldsAndOurs) {
  const ModelCard card{.id = "m", .created = 7, .max_model_len = 2048, .chat_template = true};
  const Json list = model_list({&card, 1});
  EXPECT_EQ(list["object"], "list");
  EXPECT_EQ(list["data"][0].dump(),
            R"({"id":"m","object":"model","created":7,"owned_by":"byeol","root":"m","parent":null,)"
            R"("max_model_len":2048,"byeol":{"parameters":0,"size_bytes":0,"chat_template":true,)"
            R"("tools":false,"thinking":false}})");
}

}  // namespace
}  // namespace byeol::wire
