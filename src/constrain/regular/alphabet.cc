#include "constrain/regular/alphabet.h"

#include <algorithm>

namespace byeol::constrain {
namespace {

std::size_t at(std::int32_t index) {
  return static_cast<std::size_t>(index);
}

}  // namespace

Alphabet Alphabet::of_sets(const std::vector<const CharSet*>& sets) {
  Alphabet result;
  for (const CharSet* set : sets) {
    for (const CharRange& range : set->ranges()) {
      result.starts.push_back(range.first);
      if (range.last < kLastChar)
        result.starts.push_back(range.last == 0xd7ff ? 0xe000 : range.last + 1);
    }
  }
  std::sort(result.starts.begin(), result.starts.end());
  result.starts.erase(std::unique(result.starts.begin(), result.starts.end()), result.starts.end());
  result.class_of.assign(result.starts.size(), 0);

  // Each set moves the part of a class that is in it to a new class.
  std::vector<std::int32_t> moved;
  for (const CharSet* set : sets) {
    moved.assign(at(result.classes), -1);
    for (const CharRange& range : set->ranges()) {
      auto interval = static_cast<std::size_t>(
          std::lower_bound(result.starts.begin(), result.starts.end(), range.first) -
          result.starts.begin());
      for (; interval < result.starts.size() && result.starts[interval] <= range.last; ++interval) {
        std::int32_t& in_it = moved[at(result.class_of[interval])];
        if (in_it < 0) in_it = result.classes++;
        result.class_of[interval] = in_it;
      }
    }
    // Those of which nothing is left give up their number.
    std::vector<std::int32_t> number(at(result.classes), -1);
    std::int32_t classes = 0;
    for (std::int32_t& of : result.class_of) {
      if (number[at(of)] < 0) number[at(of)] = classes++;
      of = number[at(of)];
    }
    result.classes = classes;
  }
  return result;
}

std::int32_t Alphabet::of(char32_t value) const {
  const auto next = std::upper_bound(starts.begin(), starts.end(), value);
  return class_of[static_cast<std::size_t>(next - starts.begin()) - 1];
}

std::vector<char32_t> Alphabet::representatives() const {
  std::vector<char32_t> result(at(classes), 0);
  for (std::size_t i = starts.size(); i-- > 0;) result[at(class_of[i])] = starts[i];
  return result;
}

void Alphabet::rename(const std::vector<std::int32_t>& new_class, std::int32_t new_classes) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::int32_t renamed = new_class[at(class_of[i])];
    if (kept > 0 && class_of[kept - 1] == renamed) continue;
    starts[kept] = starts[i];
    class_of[kept++] = renamed;
  }
  starts.resize(kept);
  class_of.resize(kept);
  classes = new_classes;
}

JointAlphabet join(const Alphabet& a, const Alphabet& b) {
  JointAlphabet result;
  result.alphabet.starts.clear();
  result.alphabet.class_of.clear();
  result.alphabet.classes = 0;
  std::vector<std::int32_t> of_pair(at(a.classes) * at(b.classes), -1);
  for (std::size_t i = 0, j = 0; i < a.starts.size() && j < b.starts.size();) {
    std::int32_t& joint = of_pair[at(a.class_of[i]) * at(b.classes) + at(b.class_of[j])];
    if (joint < 0) {
      joint = result.alphabet.classes++;
      result.in_a.push_back(a.class_of[i]);
      result.in_b.push_back(b.class_of[j]);
    }
    result.alphabet.starts.push_back(std::max(a.starts[i], b.starts[j]));
    result.alphabet.class_of.push_back(joint);
    const char32_t end_a = a.last(i), end_b = b.last(j);
    if (end_a <= end_b) ++i;
    if (end_b <= end_a) ++j;
  }
  return result;
}

}  // namespace byeol::constrain
