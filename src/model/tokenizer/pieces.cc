#include "model/tokenizer/pieces.h"

#include <string>

#include "model/tokenizer/byte_alphabet.h"
#include "model/tokenizer/normalize.h"

namespace byeol::model {
namespace {

void append_piece(std::string_view text, TokenType type, Spelling spelling, std::string& bytes) {
  unsigned value = 0;
  switch (type) {
    case TokenType::kControl:
      return;
    case TokenType::kByte:
      if (parse_byte_token(text, value)) {
        bytes.push_back(static_cast<char>(value));
        return;
      }
      break;
    case TokenType::kUnknown:
      bytes += text;
      return;
    case TokenType::kUserDefined:
      if (spelling == Spelling::kByteAlphabet) {
        bytes += text;
        return;
      }
      break;
    case TokenType::kNormal:
    case TokenType::kUnused:
      if (spelling == Spelling::kByteAlphabet) {
        append_bytes_of(text, bytes);
        return;
      }
      break;
  }
  append_unescaped_spaces(text, bytes);
}

}  // namespace

StringArena decode_pieces(const Vocabulary& vocabulary, Spelling spelling) {
  StringArena pieces;
  pieces.reserve(static_cast<std::size_t>(vocabulary.size()),
                 static_cast<std::size_t>(vocabulary.size()) * 8);
  std::string bytes;
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    bytes.clear();
    append_piece(vocabulary.text(id), vocabulary.type(id), spelling, bytes);
    pieces.add(bytes);
  }
  return pieces;
}

}  // namespace byeol::model
