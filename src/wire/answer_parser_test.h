// For tests of answer parsers: an answer as a model wrote it → what it means.
#pragma once

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "wire/answer_recorder.h"

namespace byeol::wire {

using Family = AnswerFamily;
using Calls = std::vector<RecordedCall>;

// Parsed in one piece, which must be what every other cut gives too.
inline RecordedAnswer parsed(const AnswerOptions& options, std::string_view text) {
  const RecordedAnswer whole = record_answer(options, text, text.size() + 1);
  for (const std::size_t piece : {1u, 2u, 3u, 5u, 7u, 16u})
    EXPECT_EQ(record_answer(options, text, piece), whole) << "cut into pieces of " << piece;
  return whole;
}

inline RecordedAnswer parsed(Family family, std::string_view text) {
  return parsed({.family = family, .functions = {"get_weather", "get_time"}}, text);
}

}  // namespace byeol::wire
