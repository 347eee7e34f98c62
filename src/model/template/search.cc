#include "model/template/search.h"

#include <algorithm>
#include <utility>

namespace byeol::model::jinja {
namespace {

// Charges bytes that were looked at, many at a time.
class Meter {
 public:
  explicit Meter(Budget& budget) : budget_(budget) {}
  ~Meter() { budget_.spend(bytes_ / kBytesPerStep); }
  Meter(const Meter&) = delete;
  Meter& operator=(const Meter&) = delete;

  bool add(std::size_t bytes) {
    bytes_ += bytes;
    if (bytes_ < 64 * kBytesPerStep) return true;
    return budget_.spend(std::exchange(bytes_, 0) / kBytesPerStep);
  }

 private:
  static constexpr std::size_t kBytesPerStep = 32;

  Budget& budget_;
  std::size_t bytes_ = 0;
};

std::size_t equal_bytes(std::string_view text, std::string_view wanted) {
  const auto differ = std::mismatch(wanted.begin(), wanted.end(), text.begin());
  return static_cast<std::size_t>(differ.first - wanted.begin());
}

}  // namespace

std::size_t find_text(Budget& budget, std::string_view text, std::string_view wanted,
                      std::size_t from) {
  if (wanted.empty()) return from <= text.size() ? from : std::string_view::npos;
  Meter meter(budget);
  for (std::size_t start = from;;) {
    const std::size_t at = std::min(text.find(wanted.front(), start), text.size());
    if (!meter.add(at - start) || text.size() - at < wanted.size()) return std::string_view::npos;
    const std::size_t equal = equal_bytes(text.substr(at), wanted);
    const bool may_go_on = meter.add(1 + equal);
    if (equal == wanted.size()) return at;
    if (!may_go_on) return std::string_view::npos;
    start = at + 1;
  }
}

std::size_t find_last_text(Budget& budget, std::string_view text, std::string_view wanted) {
  if (text.size() < wanted.size()) return std::string_view::npos;
  Meter meter(budget);
  for (std::size_t at = text.size() - wanted.size();; --at) {
    const std::size_t equal = equal_bytes(text.substr(at), wanted);
    const bool may_go_on = meter.add(1 + equal);
    if (equal == wanted.size()) return at;
    if (at == 0 || !may_go_on) return std::string_view::npos;
  }
}

}  // namespace byeol::model::jinja
