#include "bench/load/prompts.h"

#include <array>

#include "engine/random.h"

namespace byeol::bench {
namespace {

constexpr std::array kWords = {
    "time",    "year",    "people",   "way",     "day",       "man",      "thing",    "woman",
    "life",    "child",   "world",    "school",  "state",     "family",   "student",  "group",
    "country", "problem", "hand",     "part",    "place",     "case",     "week",     "company",
    "system",  "program", "question", "work",    "night",     "point",    "home",     "water",
    "room",    "mother",  "area",     "money",   "story",     "fact",     "month",    "lot",
    "right",   "study",   "book",     "eye",     "job",       "word",     "business", "issue",
    "side",    "kind",    "head",     "house",   "service",   "friend",   "father",   "power",
    "hour",    "game",    "line",     "end",     "member",    "law",      "car",      "city",
    "name",    "team",    "minute",   "idea",    "body",      "back",     "parent",   "face",
    "level",   "office",  "door",     "health",  "person",    "art",      "war",      "history",
    "party",   "result",  "change",   "morning", "reason",    "research", "girl",     "guy",
    "moment",  "air",     "teacher",  "force",   "education", "foot",     "boy",      "age",
    "policy",  "music",   "market",   "sense",
};
constexpr std::int32_t kSentenceWords = 12;

}  // namespace

std::string make_text(std::uint64_t seed, std::int32_t words) {
  std::string text;
  for (std::int32_t i = 0; i < words; ++i) {
    const double share = engine::uniform(seed, 0, i);
    if (i > 0) text += ' ';
    text += kWords[static_cast<std::size_t>(share * static_cast<double>(kWords.size()))];
    if (i % kSentenceWords == kSentenceWords - 1) text += '.';
  }
  return text;
}

std::string make_system_prompt(std::uint64_t seed, std::int32_t words) {
  // A stream of numbers of its own: seeds of questions are mixed with their number.
  return make_text(engine::mix(seed ^ 0x5e5e5e5e), words);
}

std::string make_question(std::uint64_t seed, std::int64_t number, std::int32_t words) {
  return "Question " + std::to_string(number) + ": " +
         make_text(engine::mix(engine::mix(seed) + static_cast<std::uint64_t>(number)), words);
}

}  // namespace byeol::bench
