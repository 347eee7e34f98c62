// From names to their positions in a list, by binary search: unlike a hash table, no choice of
// names by a stranger makes it slow. The names are views; whoever owns them outlives the index.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace byeol::formats {

class NameIndex {
 public:
  void reserve(std::size_t count) { sorted_.reserve(count); }
  void add(std::string_view name) { sorted_.emplace_back(name, sorted_.size()); }

  // After the last add(), before the first find(). Returns a name that occurs twice, if one does.
  std::optional<std::string_view> sort() {
    std::ranges::sort(sorted_);
    const auto twin = std::ranges::adjacent_find(
        sorted_, [](const auto& a, const auto& b) { return a.first == b.first; });
    if (twin == sorted_.end()) return std::nullopt;
    return twin->first;
  }

  std::optional<std::size_t> find(std::string_view name) const {
    const auto found = std::ranges::lower_bound(sorted_, name, {},
                                                &std::pair<std::string_view, std::size_t>::first);
    if (found == sorted_.end() || found->first != name) return std::nullopt;
    return found->second;
  }

 private:
  std::vector<std::pair<std::string_view, std::size_t>> sorted_;
};

}  // namespace byeol::formats
