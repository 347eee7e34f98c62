// Characters as a person counts them: extended grapheme clusters (Unicode UAX 29), so that a family
// of emoji with joiners or a letter with its accents is one; and how wide a terminal shows them.
//
// Threads: pure functions. Any bytes are fine: one that is not UTF-8 is a cluster of its own.
#pragma once

#include <cstddef>
#include <string_view>

namespace byeol::cli {

struct Cluster {
  std::size_t bytes;
  int columns;  // 0 to 2. Terminals disagree on sequences with joiners; this is the Unicode view.
};

Cluster first_cluster(std::string_view text);  // `text` must not be empty.

// Where the cluster before or after `at` begins, or the text's begin or end.
std::size_t previous_cluster(std::string_view text, std::size_t at);
std::size_t next_cluster(std::string_view text, std::size_t at);

}  // namespace byeol::cli
