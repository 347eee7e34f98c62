// Tells whether two model files compute the same: a hash over all metadata, the table of tensors
// and a sample of every tensor's bytes, so that another training run or another quantisation of
// the same shape differs. Not against forgery. Reads a few pages of each tensor, no more.
//
// Threads: a pure function.
#pragma once

#include <cstdint>

#include "formats/gguf.h"

namespace byeol::engine {

std::uint64_t model_fingerprint(const formats::Gguf& file);

}  // namespace byeol::engine
