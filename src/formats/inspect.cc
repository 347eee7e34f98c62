#include "formats/inspect.h"

#include <algorithm>

#include "formats/metadata_array.h"
#include "formats/model_totals.h"
#include "formats/printable.h"
#include "formats/tensor_shape.h"

namespace byeol::formats {
namespace {

constexpr std::size_t kArrayElementsShown = 6;
constexpr std::size_t kStringBytesShown = 80;
constexpr std::size_t kElementBytesShown = 24;

std::string value_text(const MetadataValue& value, std::size_t string_bytes_max) {
  struct Text {
    std::size_t bytes_max;
    std::string operator()(std::uint64_t number) const { return std::to_string(number); }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return number_text(number); }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::string_view text) const { return printable(text, bytes_max); }
    std::string operator()(const MetadataArray& array) const {
      std::string text =
          std::to_string(array.count) + " x " + value_type_name(array.element_type) + " [";
      std::string_view separator = "";
      for (const MetadataValue& element : first_elements(array, kArrayElementsShown)) {
        text.append(separator).append(value_text(element, kElementBytesShown));
        separator = ", ";
      }
      return text + (array.count > kArrayElementsShown ? ", ...]" : "]");
    }
  };
  return std::visit(Text{string_bytes_max}, value);
}

// "98.3 MB", "134.5 M": decimal units, rounded to a tenth; what is below 1000 is exact.
std::string rounded(std::uint64_t amount, std::string_view unit) {
  std::string_view prefixes = unit == "B" ? "kMGTPE" : "KMBTPE";
  if (amount < 1000) return std::to_string(amount) + (unit.empty() ? "" : " ") + std::string(unit);
  std::uint64_t divisor = 1000;
  while (amount / divisor >= 1000) {
    divisor *= 1000;
    prefixes.remove_prefix(1);
  }
  const std::uint64_t whole = amount / divisor;
  const std::uint64_t tenth = amount % divisor / (divisor / 10);
  return std::to_string(whole) + "." + std::to_string(tenth) + " " + prefixes[0] +
         std::string(unit);
}

std::string left(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

std::string string_or_dash(const Gguf& gguf, std::string_view key) {
  const auto text = gguf.read_string(key);
  return text ? printable(*text) : "-";
}

std::string type_table(const ModelTotals& totals) {
  std::string table = "\ntype     tensors       bytes\n";
  for (const TypeTotal& total : totals.types)
    table += left(std::string(total.type), 8) + right(std::to_string(total.tensors), 8) +
             right(rounded(total.bytes, "B"), 12) + "\n";
  return table;
}

std::string metadata_table(const Gguf& gguf) {
  std::size_t width = 0;
  for (const auto& [key, value] : gguf.metadata()) width = std::max(width, printable(key).size());
  std::string table = "\nmetadata\n";
  for (const auto& [key, value] : gguf.metadata())
    table += "  " + left(printable(key), width + 2) + value_text(value, kStringBytesShown) + "\n";
  return table;
}

std::string tensor_table(const Gguf& gguf) {
  std::size_t width = 0;
  for (const Tensor& tensor : gguf.tensors())
    width = std::max(width, printable(tensor.name).size());
  std::string table = "\ntensors\n";
  for (const Tensor& tensor : gguf.tensors())
    table += "  " + left(printable(tensor.name), width + 2) +
             left(std::string(block_traits(tensor.type).name), 8) +
             left(shape_text(tensor.shape()), 22) + rounded(tensor.bytes.size(), "B") + "\n";
  return table;
}

}  // namespace

std::string describe(const Gguf& gguf) {
  const ModelTotals totals = add_up(gguf);
  std::string text = "architecture  " + string_or_dash(gguf, "general.architecture") + "\n" +
                     "name          " + string_or_dash(gguf, "general.name") + "\n" +
                     "format        GGUF v" + std::to_string(gguf.version()) + "\n" +
                     "parameters    " + rounded(static_cast<std::uint64_t>(totals.parameters), "") +
                     "\n" + "weights       " + rounded(totals.bytes, "B") + " in " +
                     std::to_string(gguf.tensors().size()) + " tensors\n";
  if (!gguf.tensors().empty()) text += type_table(totals);
  if (!gguf.metadata().empty()) text += metadata_table(gguf);
  if (!gguf.tensors().empty()) text += tensor_table(gguf);
  return text;
}

}  // namespace byeol::formats
