// How a request's deadline fared: our own field `deadline` of an answer. Clients that do not know
// it pass over it.
#pragma once

#include <optional>
#include <string>

namespace byeol::wire {

struct DeadlineReport {
  bool met = true;
  // What it took. first_ms: until the first token; the gaps are those between tokens.
  std::optional<double> first_ms = {}, mean_gap_ms = {}, max_gap_ms = {}, total_ms = {};
  std::string missed = {};      // The limit that broke first: "first", "gap", "total"; "": none.
  bool finished_early = false;  // The answer was brought to an end to keep the deadline.
};

// {"met": …, "first_ms": …, …}; times to a thousandth, null where there is none.
void append_json(std::string& to, const DeadlineReport& report);
// The field of an object, with the comma before it; nothing where the request had no deadline.
void append_deadline(std::string& to, const std::optional<DeadlineReport>& report);

}  // namespace byeol::wire
