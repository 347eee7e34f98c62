// Whether constrained output is exact, and what it costs: schemas with instances, each instance cut
// into tokens and walked through the masks.
//
// Input, a JSON object a line: {"id", "schema", "instances": [{"text": "…"}, …]}; what else a line
// has is passed over. Output, a JSON object a line:
//   {"id", "compiled": false, "error": "…", "compile_us": 12.3}
//   {"id", "compiled": true, "compile_us": 210.5, "mask_us": [1.25, …], "results": [true, …],
//    "split": []}
// and both with "tokens": the token ids of each instance, so that others can be asked the same.
// `results`: whether every token was in its mask and the end in the last one. `mask_us` is of the
// tokenizer's own cut, states that are met for the first time included. Each text is walked twice
// more, byte by byte and cut at random; `split` has the instances where that made a difference, or
// where a mask and what was then taken did: a bug.
//
// Errors: a line that is no such object. Threads: the caller's.
#pragma once

#include <istream>
#include <memory>
#include <ostream>

#include "base/result.h"
#include "constrain/schema/json_schema.h"
#include "constrain/vocabulary.h"
#include "model/tokenizer/tokenizer.h"

namespace byeol::bench {

// The tokens of a model, without control tokens.
std::shared_ptr<const constrain::Vocabulary> constrain_vocabulary(
    std::shared_ptr<const model::Tokenizer> tokenizer);

Status check_constraints(std::istream& lines,
                         const std::shared_ptr<const constrain::Vocabulary>& vocabulary,
                         const constrain::SchemaOptions& options, std::ostream& results);

// {"tokens": ["6162", …], "ends": [2]}: each token's bytes in hexadecimal, empty for control ones.
void write_vocabulary(const constrain::Vocabulary& vocabulary, std::ostream& out);

}  // namespace byeol::bench
