// The items of a Responses conversation: what a person, a model and tools have said, one JSON
// object each. They are checked once, on their way in, and have one form afterwards: that of
// openai-openapi 2.3.0 (InputMessage, OutputMessage, FunctionToolCall, FunctionCallOutputItemParam,
// CustomToolCallItem, CustomToolCallOutput, ReasoningItem, ItemReferenceParam) with content as a
// list, a status, and the id first (null until assign_item_ids()).
//
// Left out on the way: annotations and log-probabilities of earlier answers, and encrypted
// reasoning, which only its maker can read. Refused: images, files and hosted tools' items.
//
// Threads: plain values.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/api_error.h"
#include "wire/ids.h"
#include "wire/json_fields.h"

namespace byeol::wire {

using Items = std::vector<Json>;

// `input` of a request: a string, which is a user's message, or a list of items.
Items read_input(const FieldReader& body);

// Items of earlier responses, as they were stored. 500: one of them is none.
ApiResult<Items> parse_items(std::span<const std::string> texts);

// Puts stored items in the place of references. `lookup` gives the JSON of an item, or nothing
// where none has the id. 400: it is not stored. 500: what is stored is no item.
using ItemLookup = std::function<std::optional<std::string>(std::string_view id)>;
bool has_references(const Items& items);
ApiStatus resolve_references(Items& items, const ItemLookup& lookup);

// Gives an id to each item that has none.
void assign_item_ids(Items& items, const Random64& random);

// "" where the item has no such text.
std::string_view item_text(const Json& item, std::string_view name);

}  // namespace byeol::wire
