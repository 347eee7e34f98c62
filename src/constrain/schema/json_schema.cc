#include "constrain/schema/json_schema.h"

#include "constrain/schema/strict_subset.h"
#include "constrain/schema/writer.h"

namespace byeol::constrain {

Result<NodeId> add_json_schema(GrammarBuilder& builder, std::string_view schema,
                               const SchemaOptions& options, Budget& budget) {
  Result<Json> json = parse_json(schema);
  if (!json) return std::move(json.error()).within("the schema");
  if (!json->is(Json::Kind::kObject) && !json->is(Json::Kind::kBoolean))
    return Error{ErrorCode::kInvalidArgument, "the schema must be an object or a boolean"};
  if (options.strict_subset) BYEOL_TRY_OK(check_strict_subset(*json));
  BYEOL_TRY_OK(budget.spend(static_cast<std::int64_t>(schema.size() / 64), "the schema"));
  Forms forms(*json, budget);
  const Child root = forms.schemas().child(*json, "");
  Writer writer(builder, forms, options.spacing);
  BYEOL_TRY(const bool empty, forms.is_empty(root));
  if (empty) return Error{ErrorCode::kInvalidArgument, "the schema allows no value at all"};
  return writer.value(root);
}

Result<NodeId> add_json_object(GrammarBuilder& builder, Spacing spacing, Budget& budget) {
  const Json anything;
  Forms forms(anything, budget);
  Writer writer(builder, forms, spacing);
  return writer.object(ObjectForm{});
}

}  // namespace byeol::constrain
