// Looking for one string inside another, charged to the budget: no choice of the two takes more
// work than a step for each 32 bytes looked at. Once the budget is exhausted nothing is found.
#pragma once

#include <string_view>

#include "model/template/budget.h"

namespace byeol::model::jinja {

// The first place at or behind `from`, as std::string_view::find().
std::size_t find_text(Budget& budget, std::string_view text, std::string_view wanted,
                      std::size_t from = 0);
// The last place, as std::string_view::rfind().
std::size_t find_last_text(Budget& budget, std::string_view text, std::string_view wanted);

}  // namespace byeol::model::jinja
