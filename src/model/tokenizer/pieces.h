// What each token puts into the output: the vocabulary's spelling turned back into bytes.
// Threads: a pure function.
#pragma once

#include "model/tokenizer/vocabulary.h"

namespace byeol::model {

enum class Spelling { kByteAlphabet, kEscapedSpaces };

// By id. Control tokens put out nothing.
StringArena decode_pieces(const Vocabulary& vocabulary, Spelling spelling);

}  // namespace byeol::model
