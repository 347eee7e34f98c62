#include "constrain/regular/char_coder.h"

#include <algorithm>

namespace byeol::constrain {
namespace {

using Digit = CharCoder::Digit;

// Tails are suffixes of these rows; kStop is their end.
constexpr Digit kStop{Digit::kByte, 0, 0};
constexpr Digit kContinuation{Digit::kByte, 0x80, 64};
constexpr Digit kHexDigit{Digit::kHex, 0, 16};
constexpr Digit kLowerDigit{Digit::kLowerHex, 0, 16};
constexpr Digit kTails[] = {kContinuation,
                            kContinuation,
                            kContinuation,
                            kStop,  // UTF-8
                            kHexDigit,
                            kHexDigit,
                            kHexDigit,
                            kStop,  // \uXXXX
                            kLowerDigit,
                            kLowerDigit,
                            kLowerDigit,
                            kStop,  // \u00xx
                            kHexDigit,
                            kHexDigit,
                            {Digit::kByte, '\\', 1},  // \uD8XX\uDCXX
                            {Digit::kByte, 'u', 1},
                            {Digit::kHex, 13, 1},  //
                            {Digit::kHex, 12, 4},
                            kHexDigit,
                            kHexDigit,
                            kStop};

std::uint32_t size_of(std::size_t tail) {
  std::uint32_t size = 1;
  for (; kTails[tail].count != 0; ++tail) size *= kTails[tail].count;
  return size;
}

auto first_from(const CharCoder::Segments& segments, std::uint32_t base) {
  return std::lower_bound(
      segments.begin(), segments.end(), base,
      [](const CharCoder::Segment& segment, std::uint32_t value) { return segment.last < value; });
}

}  // namespace

void CharCoder::add(Edges& edges, Digit digit, Tail tail, std::uint32_t base,
                    const Segments& segments) {
  add(edges, digit, static_cast<std::size_t>(tail), base, segments);
}

void CharCoder::add(Edges& edges, Digit digit, std::size_t tail, std::uint32_t base,
                    const Segments& segments) {
  const std::uint32_t size = size_of(tail), end = base + digit.count * size - 1;
  std::uint32_t value = 0;
  for (auto segment = first_from(segments, base);
       segment != segments.end() && segment->first <= end; ++segment) {
    if (segment->first > base) value = std::max(value, (segment->first - base) / size);
    const std::uint32_t last = (std::min(segment->last, end) - base) / size;
    while (value <= last) {
      const std::uint32_t from = base + value * size, to = from + size - 1;
      if (segment->first <= from && to <= segment->last) {  // So are those up to the last but one.
        const bool all = base + (last + 1) * size - 1 <= segment->last;
        const std::uint32_t whole = all ? last : last - 1;
        add_digits(edges, digit, value, whole, full(tail, segment->to));
        value = whole + 1;
      } else {
        add_digits(edges, digit, value, value, below(tail, from, segments));
        ++value;
      }
    }
  }
}

std::int32_t CharCoder::below(std::size_t tail, std::uint32_t base, const Segments& segments) {
  const auto segment = first_from(segments, base);
  const std::uint32_t end = base + size_of(tail) - 1;
  if (segment->first <= base && end <= segment->last) return full(tail, segment->to);
  Edges edges;
  add(edges, kTails[tail], tail + 1, base, segments);
  return node(edges);
}

std::int32_t CharCoder::full(std::size_t tail, std::int32_t to) {
  if (kTails[tail].count == 0) return to;
  full_.resize(std::size(kTails));
  full_[tail].resize(static_cast<std::size_t>(states_), kDead);
  if (const std::int32_t known = full_[tail][static_cast<std::size_t>(to)]; known >= 0)
    return known;
  Edges edges;
  add_digits(edges, kTails[tail], 0, kTails[tail].count - 1, full(tail + 1, to));
  return full_[tail][static_cast<std::size_t>(to)] = node(edges);
}

void CharCoder::add_digits(Edges& edges, Digit digit, std::uint32_t first, std::uint32_t last,
                           std::int32_t to) {
  if (to < 0) return;
  const auto push = [&](std::uint32_t from, std::uint32_t until) {
    edges.push_back({static_cast<std::uint8_t>(from), static_cast<std::uint8_t>(until), to});
  };
  first += digit.first;
  last += digit.first;
  if (digit.kind == Digit::kByte) return push(first, last);
  if (first < 10) push('0' + first, '0' + std::min(last, 9U));
  if (last < 10) return;
  first = std::max(first, 10U);
  push('a' + first - 10, 'a' + last - 10);
  if (digit.kind == Digit::kHex) push('A' + first - 10, 'A' + last - 10);
}

std::int32_t CharCoder::node(Edges& edges) {
  if (edges.empty()) return kDead;
  std::sort(edges.begin(), edges.end(),
            [](const Edge& a, const Edge& b) { return a.first < b.first; });
  key_.clear();
  for (const Edge& edge : edges) {
    if (!key_.empty() && key_.back() == edge.to && (key_.end()[-2] & 255) + 1 == edge.first) {
      key_.end()[-2] += edge.last - (key_.end()[-2] & 255);
    } else {
      key_.push_back(edge.first << 8 | edge.last);
      key_.push_back(edge.to);
    }
  }
  return states_ + nodes_.insert(key_);
}

void CharCoder::read(std::int32_t node, Edges& edges) const {
  edges.clear();
  const auto key = nodes_[node - states_];
  for (std::size_t i = 0; i < key.size(); i += 2)
    edges.push_back({static_cast<std::uint8_t>(key[i] >> 8),
                     static_cast<std::uint8_t>(key[i] & 255), key[i + 1]});
}

void clip(const CharCoder::Segments& segments, std::uint32_t first, std::uint32_t last,
          CharCoder::Segments& into) {
  for (auto segment = first_from(segments, first);
       segment != segments.end() && segment->first <= last; ++segment)
    into.push_back({std::max(segment->first, first), std::min(segment->last, last), segment->to});
}

}  // namespace byeol::constrain
