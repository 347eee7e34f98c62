// An object's properties as a chain: those with a name of their own in their order, each left out
// where it may be, then any others.
//
// Errors: as Forms. Threads: an object belongs to one.
#pragma once

#include <optional>
#include <vector>

#include "constrain/schema/writer.h"

namespace byeol::constrain {

class ObjectChain {
 public:
  // `some`: at least one of these must be among the others.
  ObjectChain(Writer& writer, const ObjectForm& object, const std::optional<NameClass>& some);
  Result<NodeId> write();

 private:
  Status write_properties();
  Result<bool> can_keep_names_apart() const;
  Result<NodeId> write_class(const NameClass& names);
  // What may follow when `written` of the properties with names are written.
  NodeId others(std::int64_t written);
  NodeId others_with_some(bool is_first, std::int64_t most);
  NodeId uncounted();
  Result<NodeId> counted();

  struct Element {
    NodeId node;
    bool required;
  };

  Writer& writer_;
  GrammarBuilder& builder_;
  const ObjectForm& object_;
  const std::optional<NameClass>& some_;
  std::vector<Element> elements_;
  Language own_names_ = Language::nothing();
  bool has_others_ = false, counts_ = false;
  bool keeps_names_apart_ = false;  // Of the others (distinct_names.h), so that all of them count.
  NodeId other_ = -1, some_other_ = -1;
};

}  // namespace byeol::constrain
