#include "model/tokenizer/front_end.h"

#include <string>
#include <vector>

#include "model/tokenizer/normalize.h"

namespace byeol::model {
namespace {

// Models whose special tokens take the white space beside them. The files do not say so; llama.cpp
// knows these by name, and so do we.
class Swallowing {
 public:
  Swallowing(std::string_view model_name, std::string_view pre) {
    std::string name(model_name);
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const auto named = [&name](std::string_view part) { return name.find(part) != name.npos; };
    phi3_ = named("phi-3") || named("phi3");
    if (pre == "jina-v2-de" || pre == "jina-v2-es" || pre == "jina-v2-code" || pre == "mmbert")
      mask_ = "<mask>";
    else if (named("modern-bert"))
      mask_ = "[MASK]";
  }

  bool left(std::string_view text) const { return !mask_.empty() && text == mask_; }
  bool right(std::string_view text) const {
    return phi3_ && text != "<unk>" && text != "<s>" && text != "<|endoftext|>";
  }

 private:
  bool phi3_ = false;
  std::string_view mask_;
};

}  // namespace

FrontEnd make_front_end(const Vocabulary& vocabulary, std::string_view model_name,
                        std::string_view pre, SpaceRunSpelling space_runs) {
  const Swallowing swallowing(model_name, pre);
  std::vector<SpecialToken> all;
  std::vector<SpecialToken> user_defined;
  std::vector<SpecialToken> forbidden;
  std::string text;
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    const TokenType type = vocabulary.type(id);
    if (type != TokenType::kControl && type != TokenType::kUserDefined &&
        type != TokenType::kUnknown)
      continue;
    text = vocabulary.text(id);
    const SpecialToken token{text, id, swallowing.left(text), swallowing.right(text)};
    all.push_back(token);
    if (type != TokenType::kUserDefined) {
      forbidden.push_back(token);
      continue;
    }
    if (space_runs == SpaceRunSpelling::kSpaces && is_escaped_space_run(text)) {
      all.back().text.clear();
      append_unescaped_spaces(text, all.back().text);
    }
    user_defined.push_back(all.back());
  }
  return {SpecialTokens(std::move(all)), SpecialTokens(std::move(user_defined)),
          SpecialTokens(std::move(forbidden))};
}

}  // namespace byeol::model
