#include <array>
#include <string>

#include "model/graph.h"

namespace byeol::model {
namespace {

struct Architecture {
  std::string_view name;  // general.architecture
  LoadGraph load;
};

constexpr std::array kArchitectures{
    Architecture{"llama", load_llama},
    Architecture{"gemma3", load_gemma3},
    Architecture{"qwen2", load_qwen2},
    Architecture{"qwen3", load_qwen3},
};

}  // namespace

Result<LoadGraph> find_architecture(std::string_view name) {
  std::string known;
  for (const Architecture& architecture : kArchitectures) {
    if (architecture.name == name) return architecture.load;
    known.append(known.empty() ? "" : ", ").append(architecture.name);
  }
  return Error{ErrorCode::kUnsupported, "the architecture '" + std::string(name) +
                                            "' is not one that we have a graph of; known are " +
                                            known};
}

}  // namespace byeol::model
