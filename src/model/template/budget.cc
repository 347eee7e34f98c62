#include "model/template/budget.h"

namespace byeol::model::jinja {

std::string_view Budget::sentence() const {
  switch (exceeded_) {
    case Limit::kSteps:
      return "the template takes more steps than it may (50 million)";
    case Limit::kMemory:
      return "the template's values take more memory than they may (256 MiB)";
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
