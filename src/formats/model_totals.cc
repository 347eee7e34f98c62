#include "formats/model_totals.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace byeol::formats {

ModelTotals add_up(const Gguf& gguf) {
  ModelTotals totals;
  std::map<std::string_view, TypeTotal> types;
  for (const Tensor& tensor : gguf.tensors()) {
    const std::string_view name = block_traits(tensor.type).name;
    totals.parameters += tensor.row_elements() * tensor.rows();
    totals.bytes += tensor.bytes.size();
    TypeTotal& type = types.try_emplace(name, TypeTotal{name, 0, 0}).first->second;
    ++type.tensors;
    type.bytes += tensor.bytes.size();
  }
  for (const auto& [name, total] : types) totals.types.push_back(total);
  std::ranges::stable_sort(totals.types, std::ranges::greater{}, &TypeTotal::bytes);
  return totals;
}

std::string number_text(double value) {
  char text[32];
  const auto narrow = static_cast<float>(value);
  const auto [end, failure] = static_cast<double>(narrow) == value
                                  ? std::to_chars(text, text + sizeof text, narrow)
                                  : std::to_chars(text, text + sizeof text, value);
  return std::string(text, end);
}

}  // namespace byeol::formats
