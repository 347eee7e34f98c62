#include <cstdlib>
#include <nlohmann/json.hpp>

#include "formats/inspect.h"
#include "formats/metadata_array.h"
#include "formats/model_totals.h"

namespace byeol::formats {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kArrayElementsMax = 64;
constexpr std::size_t kLongArrayElementsShown = 8;

Json to_json(const MetadataValue& value) {
  struct Visitor {
    Json operator()(std::uint64_t number) const { return number; }
    Json operator()(std::int64_t number) const { return number; }
    // 1e-05 as an f32 is 9.99999974737875e-06 as a double: the short form is what was meant.
    Json operator()(double number) const {
      return std::strtod(number_text(number).c_str(), nullptr);
    }
    Json operator()(bool flag) const { return flag; }
    Json operator()(std::string_view text) const { return text; }
    Json operator()(const MetadataArray& array) const {
      const bool whole = array.count <= kArrayElementsMax;
      Json elements = Json::array();
      for (const MetadataValue& element :
           first_elements(array, whole ? kArrayElementsMax : kLongArrayElementsShown))
        elements.push_back(to_json(element));
      if (whole) return elements;
      return {{"count", array.count}, {"first", std::move(elements)}};
    }
  };
  return std::visit(Visitor{}, value);
}

Json string_or_null(const Gguf& gguf, std::string_view key) {
  const auto text = gguf.read_string(key);
  return text ? Json(*text) : Json(nullptr);
}

}  // namespace

std::string describe_json(const Gguf& gguf) {
  const ModelTotals totals = add_up(gguf);
  Json metadata = Json::object();
  for (const auto& [key, value] : gguf.metadata()) metadata[std::string(key)] = to_json(value);
  Json types = Json::array();
  for (const TypeTotal& total : totals.types)
    types.push_back({{"type", total.type}, {"tensors", total.tensors}, {"bytes", total.bytes}});
  Json tensors = Json::array();
  for (const Tensor& tensor : gguf.tensors())
    tensors.push_back({{"name", tensor.name},
                       {"type", block_traits(tensor.type).name},
                       {"sizes", tensor.shape()},
                       {"bytes", tensor.bytes.size()}});
  const Json all = {{"version", gguf.version()},
                    {"architecture", string_or_null(gguf, "general.architecture")},
                    {"name", string_or_null(gguf, "general.name")},
                    {"parameters", totals.parameters},
                    {"bytes", totals.bytes},
                    {"types", std::move(types)},
                    {"metadata", std::move(metadata)},
                    {"tensors", std::move(tensors)}};
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace byeol::formats
