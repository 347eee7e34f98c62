// The answer of POST /v1/chat/completions on its way: tokens → text, thinking and calls → one
// object, or the chunks of a stream.
//
// Threads: as Generation.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/generation.h"
#include "wire/answer_parser.h"
#include "wire/chat_request.h"
#include "wire/chat_writer.h"

namespace byeol::server {

class ChatGeneration final : public Generation {
 public:
  ChatGeneration(Context& context, Call call, const wire::ChatRequest& request,
                 std::int64_t prompt_tokens, bool opens_in_thought);

  const std::string& id() const { return head_.id; }

 private:
  struct Choice {
    std::unique_ptr<wire::AnswerParser> parser;
    wire::ChatChoice answer;                   // Where it is not streamed.
    std::vector<wire::TokenLogprob> logprobs;  // Not sent yet.
    int calls = 0;
    bool thinks = false;  // What came last was thinking.
  };

  void admitted() override;
  void token(int choice, const runtime::TokenEvent& event) override;
  void ended(int choice, const runtime::TurnEnd& end) override;
  void all_ended(const std::optional<wire::ApiError>& error) override;

  void take_piece(int index, const wire::AnswerPiece& piece);
  void keep_piece(Choice& choice, const wire::AnswerPiece& piece);
  void stream_piece(int index, Choice& choice, const wire::AnswerPiece& piece);
  wire::ChatStream::Logprobs take_logprobs(Choice& choice);
  void event(const std::function<void(std::string& data)>& write);
  void flush();

  wire::ResponseHead head_;
  wire::ChatStream stream_;
  bool streams_, include_usage_, wants_logprobs_, parallel_calls_;
  std::vector<Choice> choices_;
  std::vector<wire::TokenLogprob> sent_logprobs_;
  std::string data_, events_;  // Of the step under way.
};

}  // namespace byeol::server
