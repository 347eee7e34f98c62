#include "model/template/budget.h"

namespace byeol::model::jinja {

std::string Budget::sentence() const {
  switch (exceeded_) {
    case Limit::kSteps:
      return "the template takes more than " + std::to_string(limits_.steps) + " steps";
    case Limit::kMemory:
      return "the template's values take more than " + std::to_string(limits_.memory_bytes >> 20) +
             " MiB of memory";
    case Limit::kText:
      return "the template builds a string of more than 16 MiB";
    case Limit::kOutput:
      return "the template writes more than 16 MiB";
    case Limit::kValueNesting:
      return "a list or mapping is nested deeper than 100 levels";
    case Limit::kCallNesting:
      return "the template calls itself or nests deeper than 600 levels";
    case Limit::kNone:
      break;
  }
  return "the template is inside its limits";
}

}  // namespace byeol::model::jinja
