// Where an answer that must come to an end in time may end without looking cut off.
#pragma once

#include <string_view>

namespace byeol::runtime {

// Whether the text ends where a sentence does, in any script that we know the marks of: . ! ? …
// 。 ！ ？ and a line's end, also before closing quotes and brackets. A full stop behind a digit is
// not one: it may be half of a number.
bool ends_sentence(std::string_view text);

}  // namespace byeol::runtime
