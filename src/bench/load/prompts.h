// Prompts of about so many tokens, all different, the same for the same seed on every machine.
//
// They are common English words: a word is one token, or little more, to the usual vocabularies.
// What a server really read is in its `usage`.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>

namespace byeol::bench {

// `words` words, with a full stop now and then.
std::string make_text(std::uint64_t seed, std::int32_t words);

// A system prompt: what all requests of a load share.
std::string make_system_prompt(std::uint64_t seed, std::int32_t words);

// The part of one request alone: begins with its number, so that no two are equal and none is
// another's beginning.
std::string make_question(std::uint64_t seed, std::int64_t number, std::int32_t words);

}  // namespace byeol::bench
