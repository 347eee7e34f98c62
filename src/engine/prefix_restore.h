// Puts runs that were read from a file (prefix_file.h) into a prefix tree, as if they had just been
// computed.
//
// Threads: one.
#pragma once

#include <cstdint>
#include <span>

#include "engine/kv_pool.h"
#include "engine/prefix_file.h"
#include "engine/prefix_tree.h"

namespace byeol::engine {

// As many as the pool has free pages for, those that were used last first, each with what it
// follows on; nothing gives way to them. What does not fit whole comes as far as it does. In the
// tree, what was used later stays so. Returns the number of tokens that came in.
std::int64_t restore_prefixes(std::span<const StoredRun> runs, KvPool& pool, PrefixTree& tree);

}  // namespace byeol::engine
