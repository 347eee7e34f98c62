#include "model/tokenizer/tokenizer.h"

#include <algorithm>
#include <variant>

#include "base/utf8.h"
#include "formats/printable.h"
#include "model/tokenizer/bpe.h"
#include "model/tokenizer/front_end.h"
#include "model/tokenizer/lenient_utf8.h"
#include "model/tokenizer/normalize.h"
#include "model/tokenizer/pieces.h"
#include "model/tokenizer/pre_tokenizer.h"
#include "model/tokenizer/special_ids.h"
#include "model/tokenizer/spm.h"
#include "model/tokenizer/vocabulary.h"

namespace byeol::model {

// BPE and what prepares its words.
struct WordBpe {
  PreTokenizer pre_tokenizer;
  Bpe bpe;
  bool escape_whitespaces;
  bool normalize_nfc;
  bool space_before_line;
};

struct TokenizerParts {
  Vocabulary vocabulary;
  StringArena pieces;
  SpecialIds ids;
  FrontEnd front_end;         // For text that is UTF-8.
  FrontEnd broken_front_end;  // For all other: see SpaceRunSpelling.
  std::variant<std::monostate, Spm, WordBpe> algorithm;
  bool add_bos = false;
  bool add_eos = false;
  bool add_space_prefix = false;
  std::vector<std::string> warnings;
};

namespace {

Result<std::string_view> read_pre(const formats::Gguf& file, std::string_view model,
                                  std::vector<std::string>& warnings) {
  constexpr std::string_view kKey = "tokenizer.ggml.pre";
  if (file.has(kKey)) return file.read_string(kKey);
  if (model == "gemma4") return model;
  warnings.push_back(
      "tokenizer.ggml.pre is absent: text is cut by the old default rules, which may be wrong for "
      "this model");
  return std::string_view("default");
}

Status load_bpe(const formats::Gguf& file, std::string_view model, std::string_view pre,
                TokenizerParts& parts) {
  const PreTokenizerFamily* family = find_pre_tokenizer_family(pre);
  if (!family)
    return Error{ErrorCode::kUnsupported,
                 "tokenizer.ggml.pre is '" + formats::printable(pre) +
                     "', a pre-tokenizer that is not known; text would be cut wrongly"};
  const bool characters = family->escape_whitespaces || model == "gemma4";
  BYEOL_TRY(PreTokenizer pre_tokenizer, PreTokenizer::make(*family));
  BYEOL_TRY(Bpe bpe, Bpe::from_gguf(file, parts.vocabulary,
                                    characters ? BpeAlphabet::kCharacters : BpeAlphabet::kBytes,
                                    family->ignore_merges));
  parts.algorithm = WordBpe{std::move(pre_tokenizer), std::move(bpe), characters,
                            family->normalize_nfc, family->space_before_line};
  parts.pieces = decode_pieces(parts.vocabulary,
                               characters ? Spelling::kEscapedSpaces : Spelling::kByteAlphabet);
  BYEOL_TRY(parts.add_bos, file.read_bool_or("tokenizer.ggml.add_bos_token", family->add_bos));
  return ok();
}

Status load_spm(const formats::Gguf& file, TokenizerParts& parts) {
  BYEOL_TRY(parts.algorithm, Spm::from_gguf(file, parts.vocabulary, parts.ids.unknown));
  parts.pieces = decode_pieces(parts.vocabulary, Spelling::kEscapedSpaces);
  BYEOL_TRY(parts.add_space_prefix, file.read_bool_or("tokenizer.ggml.add_space_prefix", true));
  BYEOL_TRY(parts.add_bos, file.read_bool_or("tokenizer.ggml.add_bos_token", true));
  return ok();
}

void encode_words(const WordBpe& words, std::string_view text, const Vocabulary& vocabulary,
                  MergeScratch& scratch, std::vector<TokenId>& ids) {
  std::string changed;
  if (words.escape_whitespaces) text = changed = escape_spaces(text);
  if (words.space_before_line) text = changed = with_space_before_lines(text);
  if (!utf8::is_valid(text))
    text = changed = repair_utf8(text);
  else if (words.normalize_nfc)
    text = changed = compose(text);
  std::size_t begin = 0;
  for (const std::size_t end : words.pre_tokenizer.split(text)) {
    words.bpe.encode(text.substr(begin, end - begin), vocabulary, scratch, ids);
    begin = end;
  }
}

std::string without_guards(std::string_view text) {
  std::string plain;
  for (std::size_t guard = 0; (guard = text.find(kGuard)) != std::string_view::npos;) {
    plain += text.substr(0, guard);
    text.remove_prefix(guard + kGuard.size());
  }
  return plain.append(text);
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> Tokenizer::from_gguf(const formats::Gguf& file) {
  BYEOL_TRY(const std::string_view model, file.read_string("tokenizer.ggml.model"));
  const bool spm = model == "llama";
  if (!spm && model != "gpt2" && model != "gemma4")
    return Error{ErrorCode::kUnsupported, "tokenizer.ggml.model is '" + formats::printable(model) +
                                              "'; known are llama (SPM) and gpt2 (BPE)"};
  auto parts = std::make_unique<TokenizerParts>();
  BYEOL_TRY(parts->vocabulary, Vocabulary::from_gguf(file, spm ? Vocabulary::SpaceRuns::kEscaped
                                                               : Vocabulary::SpaceRuns::kAsStored));
  BYEOL_TRY(parts->ids, read_special_ids(file, spm ? TokenizerModel::kSpm : TokenizerModel::kBpe,
                                         parts->vocabulary, parts->warnings));
  std::string_view pre;
  if (spm) {
    BYEOL_TRY_OK(load_spm(file, *parts));
  } else {
    BYEOL_TRY(pre, read_pre(file, model, parts->warnings));
    BYEOL_TRY_OK(load_bpe(file, model, pre, *parts));
  }
  BYEOL_TRY(parts->add_eos, file.read_bool_or("tokenizer.ggml.add_eos_token", false));
  parts->add_bos = parts->add_bos && parts->ids.bos != kNoToken;
  parts->add_eos = parts->add_eos && parts->ids.eos != kNoToken;
  BYEOL_TRY(const std::string_view name, file.read_string_or("general.name", ""));
  parts->front_end = make_front_end(parts->vocabulary, name, pre, SpaceRunSpelling::kStored);
  parts->broken_front_end = make_front_end(parts->vocabulary, name, pre, SpaceRunSpelling::kSpaces);
  return std::shared_ptr<const Tokenizer>(new Tokenizer(std::move(parts)));
}

Tokenizer::Tokenizer(std::unique_ptr<const TokenizerParts> parts) : parts_(std::move(parts)) {}
Tokenizer::~Tokenizer() = default;

std::vector<TokenId> Tokenizer::encode(std::string_view text, EncodeOptions options) const {
  const TokenizerParts& parts = *parts_;
  std::vector<TokenId> ids;
  ids.reserve(text.size() / 3 + 2);
  if (options.add_special && parts.add_bos) ids.push_back(parts.ids.bos);
  const FrontEnd& front_end = utf8::is_valid(text) ? parts.front_end : parts.broken_front_end;
  const SpecialTokens& special = options.parse_special ? front_end.all : front_end.user_defined;
  const Guards guards = options.guarded ? Guards::kCount : Guards::kAreText;
  MergeScratch scratch;
  bool after_special = true;
  const auto add = [&](const Fragment& fragment) {
    if (fragment.id != kNoToken) {
      ids.push_back(fragment.id);
      after_special = true;
      return;
    }
    if (const auto* words = std::get_if<WordBpe>(&parts.algorithm)) {
      encode_words(*words, fragment.text, parts.vocabulary, scratch, ids);
    } else if (const auto* spm = std::get_if<Spm>(&parts.algorithm)) {
      std::string escaped = parts.add_space_prefix && after_special ? escape_spaces(" ") : "";
      escaped += escape_spaces(fragment.text);
      spm->encode(escaped, parts.vocabulary, scratch, ids);
    }
    after_special = false;
  };
  for (const Fragment& fragment : special.split(text, guards)) {
    if (guards == Guards::kAreText || fragment.text.find(kGuard) == std::string_view::npos) {
      add(fragment);
      continue;
    }
    const std::string plain = without_guards(fragment.text);
    for (const Fragment& part : front_end.user_defined.split(plain)) add(part);
  }
  if (options.add_special && parts.add_eos) ids.push_back(parts.ids.eos);
  return ids;
}

std::string Tokenizer::guarded(std::string_view text) const {
  return parts_->front_end.forbidden.guarded(text);
}

int Tokenizer::size() const {
  return parts_->vocabulary.size();
}

std::string_view Tokenizer::piece(TokenId id) const {
  return parts_->vocabulary.contains(id) ? parts_->pieces[static_cast<std::size_t>(id)]
                                         : std::string_view();
}

std::string_view Tokenizer::text(TokenId id) const {
  return parts_->vocabulary.contains(id) ? parts_->vocabulary.text(id) : std::string_view();
}

std::optional<TokenId> Tokenizer::find(std::string_view token_text) const {
  const TokenId id = parts_->vocabulary.find(token_text);
  return id == kNoToken ? std::nullopt : std::optional(id);
}

bool Tokenizer::is_control(TokenId id) const {
  return parts_->vocabulary.contains(id) && parts_->vocabulary.type(id) == TokenType::kControl;
}

bool Tokenizer::is_end_of_generation(TokenId id) const {
  const std::vector<TokenId>& stops = parts_->ids.end_of_generation;
  return std::binary_search(stops.begin(), stops.end(), id);
}

TokenId Tokenizer::bos() const {
  return parts_->ids.bos;
}
TokenId Tokenizer::eos() const {
  return parts_->ids.eos;
}
bool Tokenizer::adds_bos() const {
  return parts_->add_bos;
}
bool Tokenizer::adds_eos() const {
  return parts_->add_eos;
}
bool Tokenizer::adds_space_prefix() const {
  return parts_->add_space_prefix;
}
std::span<const std::string> Tokenizer::warnings() const {
  return parts_->warnings;
}

}  // namespace byeol::model
