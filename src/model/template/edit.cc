#include "model/template/edit.h"

#include "model/template/search.h"
#include "model/template/text.h"

namespace byeol::model::jinja {

Result<Value> replaced(Heap& heap, std::string_view text, std::string_view old_text,
                       std::string_view new_text, std::int64_t count) {
  std::string out;
  std::size_t at = 0;
  for (std::int64_t done = 0; count < 0 || done < count; ++done) {
    std::size_t found = 0;
    if (!old_text.empty()) {
      found = find_text(heap.budget(), text, old_text, at);
      if (found == std::string_view::npos) break;
    } else if (done > 0) {  // Before every code point and at the end.
      if (at == text.size()) break;
      found = at + code_point_at(text, at).bytes;
    }
    if (!heap.budget().fits_text(out.size() + (found - at) + new_text.size()) ||
        !heap.budget().spend(1))
      return none();
    out += text.substr(at, found - at);
    out += new_text;
    at = found + old_text.size();
  }
  if (!heap.budget().fits_text(out.size() + text.size() - at)) return none();
  out += text.substr(at);
  return heap.text(std::move(out));
}

Result<Value> centered(Heap& heap, std::string_view text, std::int64_t width,
                       std::string_view fill) {
  const auto length = static_cast<std::int64_t>(count_code_points(text));
  if (width <= length) return heap.text(std::string(text));
  if (width > static_cast<std::int64_t>(kMaxTextBytes)) width = std::int64_t{kMaxTextBytes} + 1;
  if (!heap.budget().allows_text(text.size() +
                                 static_cast<std::size_t>(width - length) * fill.size()))
    return none();
  const std::int64_t missing = width - length;
  const std::int64_t before = missing / 2 + (missing & width & 1);  // As Python rounds.
  std::string out;
  for (std::int64_t i = 0; i < before; ++i) out += fill;
  out += text;
  for (std::int64_t i = before; i < missing; ++i) out += fill;
  return heap.text(std::move(out));
}

}  // namespace byeol::model::jinja
