// Finds stop strings in streamed text and holds back only what may still become one.
//
// All strings are searched at once (Aho and Corasick, "Efficient string matching", 1975): linear in
// the text, whatever their number. The first stop string that is complete ends the text; of several
// that end at the same byte, the longest. So the result does not depend on how the text was cut.
// If strings and text are UTF-8, everything that comes out is UTF-8.
//
// Threads: an object belongs to one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace byeol::engine {

class StopMatcher {
 public:
  // Empty strings are ignored. None at all: text passes through.
  explicit StopMatcher(const std::vector<std::string>& stops);

  // The text that is certain now. Nothing more comes once stopped() is true.
  std::string add(std::string_view text);
  // What is held back, at the end of the stream.
  std::string finish();

  bool stopped() const { return stop_ >= 0; }
  // Which of the strings it was, by its place in the list; -1 while not stopped.
  int stop_index() const { return stop_; }

 private:
  struct Node {
    std::vector<std::pair<char, std::int32_t>> next;
    std::int32_t failure = 0;  // The longest proper suffix that begins some stop string.
    std::int32_t depth = 0;    // Bytes from the root.
    std::int32_t found = -1;   // The longest stop string that ends here.
    std::int32_t found_bytes = 0;
  };

  std::int32_t child(std::int32_t node, char byte) const;
  std::int32_t advance(std::int32_t node, char byte) const;

  std::vector<Node> nodes_;
  std::int32_t state_ = 0;
  std::string held_;  // Its last nodes_[state_].depth bytes are the path to state_.
  int stop_ = -1;
};

}  // namespace byeol::engine
