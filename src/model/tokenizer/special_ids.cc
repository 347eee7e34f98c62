#include "model/tokenizer/special_ids.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "formats/printable.h"
namespace byeol::model {
namespace {

using Spellings = std::initializer_list<std::string_view>;

constexpr std::string_view kReturn = "<|return|>";
constexpr std::string_view kCall = "<|call|>";
constexpr std::string_view kFlush = "<|flush|>";
constexpr std::string_view kCalls = "<|calls|>";
constexpr std::string_view kEnd = "<|end|>";

const Spellings kEndOfTurn = {
    "<|eot_id|>",        "<|im_end|>", kEnd,     "<end_of_turn>", "<|endoftext|>",
    "<|end_of_text|>",   "<EOT>",      "_<EOT>", "[EOT]",         "<｜end▁of▁sentence｜>",
    "<end_of_utterance>"};
const Spellings kEndOfMessage = {"<|eom_id|>"};
const Spellings kFillPadding = {"<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>"};
const Spellings kFillRepository = {"<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>",
                                   "<reponame>"};
const Spellings kFillFile = {"<|file_sep|>"};
// Each of these stops a generation wherever it is in the vocabulary.
const Spellings kAlwaysStops = {"<|eot_id|>",
                                "<|im_end|>",
                                kEnd,
                                kReturn,
                                kCall,
                                kFlush,
                                kCalls,
                                "<end_of_turn>",
                                "<turn|>",
                                "<|endoftext|>",
                                "<|end_of_text|>",
                                "<|eom_id|>",
                                "<EOT>",
                                "_<EOT>",
                                "[EOT]",
                                "[EOS]",
                                "<eos>",
                                "<end_of_utterance>",
                                "<|tool_response>",
                                "<｜end▁of▁sentence｜>",
                                "[e~["};
// So does this one, but only where the file calls it control: in Gemma it is the HTML tag.
constexpr std::string_view kSentenceEnd = "</s>";

class Reader {
 public:
  Reader(const formats::Gguf& file, Vocabulary& vocabulary, std::vector<std::string>& warnings)
      : file_(file), vocabulary_(vocabulary), warnings_(warnings) {}

  Result<TokenId> id(std::string_view name, TokenId fallback) {
    const std::string key = "tokenizer.ggml." + std::string(name) + "_token_id";
    // Converters write 2^32 - 1 for "none".
    BYEOL_TRY(const std::int64_t id, file_.read_int_or(key, fallback));
    if (vocabulary_.contains(id)) return static_cast<TokenId>(id);
    if (file_.has(key) && id != kNoToken && id != 0xFFFFFFFF)
      warnings_.push_back(key + " is " + std::to_string(id) + ", but the vocabulary ends at " +
                          std::to_string(vocabulary_.size() - 1) + "; taken as absent");
    return kNoToken;
  }

  // The key's id, else the first of the spellings that is in the vocabulary.
  Result<TokenId> id_or_spelling(std::string_view name, Spellings spellings) {
    BYEOL_TRY(const TokenId given, id(name, kNoToken));
    if (given != kNoToken) return given;
    for (const std::string_view text : spellings)
      if (const TokenId found = vocabulary_.find(text); found != kNoToken) {
        make_control(found);
        return found;
      }
    return kNoToken;
  }

  void make_control(TokenId id) {
    if (vocabulary_.type(id) == TokenType::kControl) return;
    warnings_.push_back("token " + std::to_string(id) + " '" +
                        formats::printable(vocabulary_.text(id)) +
                        "' is not marked as a control token; taken as one");
    vocabulary_.make_control(id);
  }

 private:
  const formats::Gguf& file_;
  Vocabulary& vocabulary_;
  std::vector<std::string>& warnings_;
};

}  // namespace

Result<SpecialIds> read_special_ids(const formats::Gguf& file, TokenizerModel model,
                                    Vocabulary& vocabulary, std::vector<std::string>& warnings) {
  Reader reader(file, vocabulary, warnings);
  const bool spm = model == TokenizerModel::kSpm;
  SpecialIds ids;
  BYEOL_TRY(ids.bos, reader.id("bos", spm ? 1 : kNoToken));
  BYEOL_TRY(ids.eos, reader.id("eos", spm ? 2 : kNoToken));
  BYEOL_TRY(ids.unknown, reader.id("unknown", spm ? 0 : kNoToken));

  std::vector<TokenId>& stops = ids.end_of_generation;
  stops.push_back(ids.eos);
  const std::pair<std::string_view, Spellings> candidates[] = {{"eot", kEndOfTurn},
                                                               {"eom", kEndOfMessage},
                                                               {"fim_pad", kFillPadding},
                                                               {"fim_rep", kFillRepository},
                                                               {"fim_sep", kFillFile}};
  for (const auto& [name, spellings] : candidates) {
    BYEOL_TRY(const TokenId id, reader.id_or_spelling(name, spellings));
    stops.push_back(id);
  }
  for (const std::string_view text : kAlwaysStops)
    if (const TokenId id = vocabulary.find(text); id != kNoToken) {
      reader.make_control(id);
      stops.push_back(id);
    }
  if (const TokenId id = vocabulary.find(kSentenceEnd);
      id != kNoToken && vocabulary.type(id) == TokenType::kControl)
    stops.push_back(id);
  // In gpt-oss's and Solar's formats <|end|> closes one message of several; the turn goes on.
  const auto both = [&](std::string_view a, std::string_view b) {
    return vocabulary.find(a) != kNoToken && vocabulary.find(b) != kNoToken;
  };
  if (both(kReturn, kCall) || both(kCalls, kFlush)) std::erase(stops, vocabulary.find(kEnd));
  std::sort(stops.begin(), stops.end());
  stops.erase(std::unique(stops.begin(), stops.end()), stops.end());
  std::erase(stops, kNoToken);
  return ids;
}

}  // namespace byeol::model
