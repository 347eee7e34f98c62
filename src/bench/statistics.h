// What a handful of timings says: the middle, and how far apart they are.
//
// Quantiles lie between the neighbours in proportion (Python's statistics.quantiles with
// method="inclusive"), so that these figures and those of tools/bench_against.py agree.
// Threads: pure functions. `samples` must not be empty.
#pragma once

#include <span>

namespace byeol::bench {

// `share` from 0 (the smallest) to 1 (the largest).
double quantile(std::span<const double> samples, double share);

double median(std::span<const double> samples);

// Half the distance between the quartiles, as a share of the median; 0 for a single sample.
double spread(std::span<const double> samples);

}  // namespace byeol::bench
