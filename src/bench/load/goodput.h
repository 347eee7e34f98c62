// Whether an answer kept what was promised, counted from its scheduled arrival: what the generator
// was late counts against the server, as a person's wait would.
//
// Threads: pure functions.
#pragma once

#include <vector>

#include "bench/load/record.h"

namespace byeol::bench {

enum class Outcome {
  kGood,
  kLate,     // Complete, but after one of its deadlines.
  kRefused,  // 429 or 503.
  kFailed,   // Anything else: another status, an answer that broke off, nobody there.
};

const char* name_of(Outcome outcome);  // "good", "late", "refused", "failed".

// Of a complete answer. One without any text has its first token at its end.
double first_token_ms(const LoadRecord& record);
// Of the time from the first part with text to the last, per token. Tokens are those of `usage`,
// which counts what came together in one part; the parts, where a server tells no usage.
double mean_gap_ms(const LoadRecord& record);
double total_ms(const LoadRecord& record);
// Between the parts with text, in order.
std::vector<double> gaps_ms(const LoadRecord& record);

// `promise` holds where the record's own deadline says nothing.
Outcome judge(const LoadRecord& record, const LoadDeadline& promise);

}  // namespace byeol::bench
