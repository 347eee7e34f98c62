// Writes forms as grammar nodes: the texts of what is valid.
//
// Errors: as Forms. Threads: an object belongs to one.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "constrain/grammar.h"
#include "constrain/schema/forms.h"

namespace byeol::constrain {

class Writer {
 public:
  // All outlive it.
  Writer(GrammarBuilder& builder, Forms& forms, Spacing spacing);

  // A value that is valid for `child`; the builder's nothing() where there is none.
  Result<NodeId> value(Child child);
  Result<NodeId> object(const ObjectForm& object);

 private:
  friend class TrackedArray;
  friend class ObjectChain;

  Result<NodeId> body(Child child);
  Result<NodeId> alternative(const Alternative& alternative);
  Result<NodeId> number(const NumberForm& number);
  Result<NodeId> string(const StringForm& string);
  Result<NodeId> array(const ArrayForm& array);
  // `some`: at least one of these among the properties without a name of their own.
  Result<NodeId> object(ObjectForm object, const std::optional<NameClass>& some);
  Result<NodeId> with_existing(ObjectForm object, const std::optional<NameClass>& some);

  // Between the quotes of a string.
  Result<NodeId> characters(const Language& language, Language::Spelling spelling);
  Result<NodeId> any_characters();
  // A comma, an item.
  Result<NodeId> next_item(Child child);
  Result<NodeId> item(Child child);  // With the white space that may follow.

  struct Written {
    NodeId node = -1;
    bool done = false;
  };

  GrammarBuilder& builder_;
  Forms& forms_;
  Spacing spacing_;
  NodeId space_, comma_, colon_, quote_, open_array_, close_array_, open_object_, close_object_;
  std::optional<NodeId> any_characters_, one_character_;
  std::unordered_map<Child, Written> written_;
  int depth_ = 0;
};

}  // namespace byeol::constrain
