// The names of some things, separated by blanks: what a sentence says where a name is unknown.
#pragma once

#include <string>

namespace byeol::formats {

// `name_of` takes an element and gives what a string can append.
template <typename Things, typename NameOf>
std::string name_list(const Things& things, const NameOf& name_of) {
  std::string names;
  for (const auto& thing : things) {
    if (!names.empty()) names += ' ';
    names += name_of(thing);
  }
  return names;
}

}  // namespace byeol::formats
