// What one rendering may spend. A template comes with a model file, so it is untrusted: every loop,
// string and list is charged here, and a template that asks for more ends in one sentence.
//
// Overspending is remembered, not thrown: spend() and hold() say whether the work may go on, and
// the interpreter looks at exhausted() before each expression. One Budget belongs to one rendering
// and one thread; it outlives every value of that rendering.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace byeol::model::jinja {

inline constexpr std::size_t kMaxSourceBytes = std::size_t{256} << 10;
inline constexpr std::size_t kMaxTextBytes = std::size_t{16} << 20;    // Of one string.
inline constexpr std::size_t kMaxOutputBytes = std::size_t{16} << 20;  // Of the rendered prompt.
inline constexpr std::int64_t kMaxRange = 100'000;  // Items of range(), as in jinja2's sandbox.
inline constexpr int kMaxSyntaxNesting = 150;       // Of expressions and blocks in the source.
inline constexpr int kMaxCallNesting = 600;         // Of expressions and blocks being evaluated.
inline constexpr int kMaxValueNesting = 100;        // Of lists and mappings, when one is walked.

// What grows with a conversation: enough for megabytes of text and hundreds of tools, and spent in
// about a second.
struct Limits {
  std::size_t steps = 5'000'000;  // One step: an expression, an item, or 16 to 32 bytes moved.
  std::size_t memory_bytes = std::size_t{128} << 20;  // Of all values alive.
};

class Budget {
 public:
  explicit Budget(const Limits& limits) : limits_(limits), steps_left_(limits.steps) {}
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  bool spend(std::size_t steps) {
    if (steps > steps_left_) return exceed(Limit::kSteps);
    steps_left_ -= steps;
    return !exhausted();
  }
  bool hold(std::size_t bytes) {
    if (bytes > limits_.memory_bytes - memory_bytes_) return exceed(Limit::kMemory);
    memory_bytes_ += bytes;
    return !exhausted();
  }
  // Asked before so many items of `bytes` each are built: they must fit and the work is charged.
  bool allows_items(std::size_t items, std::size_t bytes) {
    if (items > (limits_.memory_bytes - memory_bytes_) / bytes) return exceed(Limit::kMemory);
    return spend(items);
  }
  void release(std::size_t bytes) { memory_bytes_ -= bytes; }

  bool fits_text(std::size_t bytes) {
    if (bytes > kMaxTextBytes) return exceed(Limit::kText);
    return !exhausted();
  }
  // Asked before a string of that size is built: the size must fit and the work is charged.
  bool allows_text(std::size_t bytes) { return fits_text(bytes) && spend(bytes / 32); }
  bool allows_output(std::size_t bytes) {
    if (bytes > kMaxOutputBytes) return exceed(Limit::kOutput);
    return !exhausted();
  }
  bool allows_value_nesting(int depth) {
    if (depth > kMaxValueNesting) return exceed(Limit::kValueNesting);
    return spend(1);
  }
  bool allows_call_nesting(int depth) {
    if (depth > kMaxCallNesting) return exceed(Limit::kCallNesting);
    return spend(1);
  }

  bool exhausted() const { return exceeded_ != Limit::kNone; }
  std::string sentence() const;  // Which limit was met; only when exhausted.

 private:
  enum class Limit { kNone, kSteps, kMemory, kText, kOutput, kValueNesting, kCallNesting };

  bool exceed(Limit limit) {
    if (exceeded_ == Limit::kNone) exceeded_ = limit;
    return false;
  }

  Limits limits_;
  std::size_t steps_left_;
  std::size_t memory_bytes_ = 0;
  Limit exceeded_ = Limit::kNone;
};

}  // namespace byeol::model::jinja
