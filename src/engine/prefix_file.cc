#include "engine/prefix_file.h"

#include <array>
#include <cstring>
#include <utility>

#include "base/crc32c.h"
#include "engine/prefix_file_format.h"

namespace byeol::engine {
namespace {

using namespace prefix_format;
using Bytes = std::span<const std::byte>;

constexpr std::int32_t kPage = kernels::kPageTokens;

Error corrupt(std::string message) {
  return {ErrorCode::kCorrupt, std::move(message)};
}

const char* name_of(std::uint32_t kv_type) {
  constexpr std::array kNames{"BF16", "F16", "Q8"};
  return kv_type < kNames.size() ? kNames[kv_type] : "an unknown type";
}

// Takes values from the front; whoever calls has seen that there are enough bytes.
template <typename T>
T take(Bytes& bytes, std::size_t size = sizeof(T)) {
  T value{};
  std::memcpy(&value, bytes.data(), size);
  bytes = bytes.subspan(size);
  return value;
}

// The content of the next frame, whose checksum is right.
Result<Bytes> take_frame(Bytes& bytes) {
  if (bytes.size() < kFrameBytes)
    return corrupt("the file ends within the head of a frame; it was cut short");
  const auto frame = take<Frame>(bytes, kFrameBytes);
  if (frame.bytes > bytes.size())
    return corrupt("a frame of " + std::to_string(frame.bytes) + " bytes, but " +
                   std::to_string(bytes.size()) + " are left; the file was cut short");
  const Bytes content = bytes.first(static_cast<std::size_t>(frame.bytes));
  if (crc32c(content) != frame.crc)
    return corrupt("the checksum of a frame of " + std::to_string(frame.bytes) +
                   " bytes is wrong; the file is damaged");
  bytes = bytes.subspan(content.size());
  return content;
}

Status check_header(const Header& header, const PrefixFileKey& key) {
  const auto unsupported = [](std::string message) {
    return Error{ErrorCode::kUnsupported, std::move(message)};
  };
  if (header.model != key.model)
    return unsupported("written for another model, or another quantisation of it");
  if (header.kv_type != static_cast<std::uint32_t>(key.layout.type))
    return unsupported(std::string("written with a cache of ") + name_of(header.kv_type) +
                       "; this one is " + name_of(static_cast<std::uint32_t>(key.layout.type)));
  if (header.layers != static_cast<std::uint32_t>(key.layout.layers) ||
      header.kv_heads != static_cast<std::uint32_t>(key.layout.kv_heads) ||
      header.head_dim != static_cast<std::uint32_t>(key.layout.head_dim) ||
      header.page_tokens != static_cast<std::uint32_t>(kPage) ||
      header.page_bytes != static_cast<std::uint64_t>(key.layout.page_bytes()))
    return unsupported("written with another layout of the cache's pages");
  return ok();
}

class Reader {
 public:
  Reader(Bytes bytes, const PrefixFileKey& key) : bytes_(bytes), key_(key) {}

  Result<std::vector<StoredRun>> read() {
    BYEOL_TRY(const std::uint64_t count, read_header());
    while (runs_.size() < count) {
      Status status = read_run();
      if (!status) return std::move(status.error()).within("run " + std::to_string(runs_.size()));
    }
    if (!bytes_.empty())
      return corrupt(std::to_string(bytes_.size()) + " bytes stand behind the last run");
    return std::move(runs_);
  }

 private:
  Result<std::uint64_t> read_header() {
    if (bytes_.size() < kMagic.size() ||
        std::memcmp(bytes_.data(), kMagic.data(), kMagic.size()) != 0)
      return corrupt("not a file of prefixes: it does not begin with BYEOLKV");
    bytes_ = bytes_.subspan(kMagic.size());
    BYEOL_TRY(Bytes content, take_frame(bytes_));
    // The version first: a later one may have another header.
    if (content.size() < sizeof(std::uint32_t)) return corrupt("the header is too short");
    Bytes peek = content;
    if (const auto version = take<std::uint32_t>(peek); version != kVersion)
      return Error{ErrorCode::kUnsupported, "written in version " + std::to_string(version) +
                                                "; expected version " + std::to_string(kVersion)};
    if (content.size() != sizeof(Header)) return corrupt("the header has a wrong length");
    const auto header = take<Header>(content);
    BYEOL_TRY_OK(check_header(header, key_));
    return header.runs;
  }

  Status read_run() {
    BYEOL_TRY(Bytes content, take_frame(bytes_));
    if (content.size() < sizeof(RunHead)) return corrupt("too short for a run");
    const auto head = take<RunHead>(content);
    StoredRun run{.parent = head.parent,
                  .first_position = 0,
                  .shares_page = head.shares_page == 1,
                  .used = head.used,
                  .tokens = {},
                  .pages = {}};
    BYEOL_TRY_OK(place(run, head));
    BYEOL_TRY_OK(read_tokens(run, head.tokens, content));
    const std::int64_t pages =
        pages_of_run(run.first_position, head.tokens) - (run.shares_page ? 1 : 0);
    if (content.size() != static_cast<std::size_t>(pages * key_.layout.page_bytes()))
      return corrupt("has " + std::to_string(content.size()) + " bytes of pages; expected " +
                     std::to_string(pages) + " pages");
    run.pages = content;
    runs_.push_back(std::move(run));
    is_shared_.push_back(false);
    return ok();
  }

  // Where in the tree it stands.
  Status place(StoredRun& run, const RunHead& head) {
    if (head.parent < -1 || head.parent >= static_cast<std::int64_t>(runs_.size()))
      return corrupt("its parent is " + std::to_string(head.parent) +
                     "; expected an earlier run or -1");
    if (head.parent >= 0) run.first_position = parent_of(run).end();
    if (head.tokens == 0 ||
        head.tokens > static_cast<std::int64_t>(key_.positions_max) - run.first_position)
      return corrupt("has " + std::to_string(head.tokens) + " tokens from position " +
                     std::to_string(run.first_position) + " on; expected 1 to position " +
                     std::to_string(key_.positions_max));
    if (head.shares_page > 1 || head.zero != 0) return corrupt("an unknown flag is set");
    if (!run.shares_page) return ok();
    // One page has one content: only a single run can go on in it.
    if (run.first_position % kPage == 0 || is_shared_[static_cast<std::size_t>(run.parent)])
      return corrupt("shares a page that its parent does not have to give");
    is_shared_[static_cast<std::size_t>(run.parent)] = true;
    return ok();
  }

  Status read_tokens(StoredRun& run, std::uint32_t count, Bytes& content) {
    if (content.size() / sizeof(TokenId) < count)
      return corrupt("ends before its " + std::to_string(count) + " tokens do");
    run.tokens.resize(count);
    std::memcpy(run.tokens.data(), content.data(), count * sizeof(TokenId));
    content = content.subspan(count * sizeof(TokenId));
    for (const TokenId token : run.tokens)
      if (token < 0 || token >= key_.vocabulary)
        return corrupt("holds the token " + std::to_string(token) + "; the vocabulary ends at " +
                       std::to_string(key_.vocabulary - 1));
    return ok();
  }

  const StoredRun& parent_of(const StoredRun& run) const {
    return runs_[static_cast<std::size_t>(run.parent)];
  }

  Bytes bytes_;  // What is not read yet.
  const PrefixFileKey& key_;
  std::vector<StoredRun> runs_;
  std::vector<bool> is_shared_;  // Whether a child goes on in the run's last page.
};

}  // namespace

Result<std::vector<StoredRun>> read_prefix_file(Bytes bytes, const PrefixFileKey& key) {
  return Reader(bytes, key).read();
}

}  // namespace byeol::engine
