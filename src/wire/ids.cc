#include "wire/ids.h"

namespace byeol::wire {

std::string make_id(std::string_view prefix, std::size_t letters, const Random64& random) {
  constexpr std::string_view kLetters =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr int kLettersPerNumber = 5;  // 62^5 is far below 2^64: no letter is favoured.
  std::string id(prefix);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < letters; ++i) {
    if (i % kLettersPerNumber == 0) bits = random();
    id.push_back(kLetters[bits % kLetters.size()]);
    bits /= kLetters.size();
  }
  return id;
}

}  // namespace byeol::wire
