// A file that holds what a prefix tree remembers, so that a restart need not compute it again. The
// format is our own; numbers are little-endian, as on every machine that we run on:
//
//   "BYEOLKV" and a byte 0
//   a frame: the header
//     u32 version, u32 KV type, u32 layers, u32 KV heads, u32 head size, u32 positions of a page
//     u64 bytes of a page, u64 fingerprint of the model, u64 runs
//   as many frames: a run each (PrefixTree::Run), parents before children
//     i32 place of its parent, -1: none; u32 tokens
//     u32 1 where its first page is its parent's last one, else 0; u32 0; u64 last use
//     i32 token, for each; then its pages but for that one
// A frame: u64 bytes of its content, u32 CRC-32C of the content, the content.
//
// The version changes with the format, and whenever the engine computes other bits than before.
//
// read_prefix_file() takes any bytes. A file is used as a whole or not at all: where a part is
// damaged, nothing of it becomes anybody's context. The checksums tell damage; who may write the
// file is trusted with what the model is told.
//
// Threads: pure functions, but for the file.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/kv_pool.h"
#include "engine/prefix_tree.h"
#include "model/batch.h"

namespace byeol::engine {

// What a file was written for, and must be read for.
struct PrefixFileKey {
  std::uint64_t model = 0;  // model_fingerprint().
  model::KvLayout layout;
  std::int32_t vocabulary = 0;
  std::int32_t positions_max = 0;  // Of the longest sequence.
};

struct StoredRun {
  std::int32_t parent;  // Place in the list, before this one; -1: it begins a sequence.
  std::int32_t first_position;
  bool shares_page;    // Its first page is its parent's last one, which no other run shares.
  std::uint64_t used;  // The larger, the later.
  std::vector<TokenId> tokens;
  std::span<const std::byte> pages;  // But for the shared one.

  std::int32_t end() const { return first_position + static_cast<std::int32_t>(tokens.size()); }
};

// kUnsupported for a file of another version, model or cache; kCorrupt for one that is damaged. The
// runs point into `bytes`.
Result<std::vector<StoredRun>> read_prefix_file(std::span<const std::byte> bytes,
                                                const PrefixFileKey& key);

// Replaces the file at once, when all is on the disk: until then, and after an error, the old one
// stays. Readable for its owner alone: it holds what people wrote. kIo with what the system said.
Status write_prefix_file(const std::string& path, const PrefixFileKey& key,
                         std::span<const PrefixTree::Run> runs, const KvPool& pool);

}  // namespace byeol::engine
