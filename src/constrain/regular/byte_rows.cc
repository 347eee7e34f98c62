#include "constrain/regular/byte_rows.h"

#include <array>
#include <cstdint>
#include <utility>

namespace byeol::constrain {

Result<std::shared_ptr<const ByteAutomaton>> automaton_of(const std::vector<CharCoder::Edges>& rows,
                                                          const CharCoder& coder,
                                                          std::vector<bool> accepting,
                                                          Budget& budget, const char* what) {
  const auto of_rows = static_cast<std::int32_t>(rows.size());
  CharCoder::Edges node;
  const auto for_each_row = [&](const auto& act) {
    for (const CharCoder::Edges& row : rows) act(row);
    for (std::int32_t i = 0; i < coder.nodes(); ++i) {
      coder.read(of_rows + i, node);
      act(node);
    }
  };
  std::array<bool, 257> begins{};  // Whether a byte may be of another class than the one before.
  for_each_row([&](const CharCoder::Edges& row) {
    for (const CharCoder::Edge& edge : row) begins[edge.first] = begins[edge.last + 1U] = true;
  });
  std::array<std::uint8_t, 256> class_of_byte{};
  for (std::size_t byte = 1; byte < 256; ++byte)
    class_of_byte[byte] =
        static_cast<std::uint8_t>(class_of_byte[byte - 1] + (begins[byte] ? 1 : 0));
  const std::int32_t classes = class_of_byte[255] + 1;

  std::vector<std::int32_t> next;
  const auto states = rows.size() + static_cast<std::size_t>(coder.nodes());
  BYEOL_TRY_OK(budget.spend(static_cast<std::int64_t>(states) * classes / 32, what));
  next.reserve(states * static_cast<std::size_t>(classes));
  for_each_row([&](const CharCoder::Edges& row) {
    const std::size_t begin = next.size();
    next.resize(begin + static_cast<std::size_t>(classes), ByteAutomaton::kDead);
    for (const CharCoder::Edge& edge : row)
      for (std::size_t cls = class_of_byte[edge.first]; cls <= class_of_byte[edge.last]; ++cls)
        next[begin + cls] = edge.to;
  });
  accepting.resize(states, false);
  return std::make_shared<const ByteAutomaton>(class_of_byte, classes, std::move(next),
                                               std::move(accepting));
}

}  // namespace byeol::constrain
