// What a model file holds, for people and for programs.
//
// Whatever the file says is printed safely: control characters are escaped, long strings and arrays
// shortened. Threads: pure functions.
#pragma once

#include <string>

#include "formats/gguf.h"

namespace byeol::formats {

// Several lines of text, the last one ended.
std::string describe(const Gguf& gguf);

// One JSON object on one line, without a newline at its end: {"architecture", "bytes", "metadata":
// {key: value}, "name", "parameters", "tensors": [{"bytes", "name", "sizes", "type"}],
// "types": [{"bytes", "tensors", "type"}], "version"}. "architecture" and "name" are null where the
// file has none; bytes that are no UTF-8 become U+FFFD; an array of more than 64 elements becomes
// {"count": its length, "first": [8 elements]}.
std::string describe_json(const Gguf& gguf);

}  // namespace byeol::formats
