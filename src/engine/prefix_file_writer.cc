#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/crc32c.h"
#include "engine/prefix_file.h"
#include "engine/prefix_file_format.h"

namespace byeol::engine {
namespace {

using namespace prefix_format;
using Bytes = std::span<const std::byte>;

Bytes bytes_of(const auto& value) {
  return std::as_bytes(std::span(&value, 1));
}

Error failed(const char* step, const std::string& path) {
  return {ErrorCode::kIo, std::string(step) + " " + path + ": " + std::strerror(errno)};
}

// A file that is not there yet: it is removed again unless it is whole.
class Part {
 public:
  explicit Part(std::string path)
      : path_(std::move(path)),
        file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                     S_IRUSR | S_IWUSR)) {}
  ~Part() {
    if (file_ < 0) return;
    ::close(file_);
    ::unlink(path_.c_str());
  }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;

  bool is_open() const { return file_ >= 0; }
  const std::string& path() const { return path_; }

  Status write(Bytes bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(file_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failed("write", path_);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return ok();
  }

  Status move_to(const std::string& path) {
    if (::fsync(file_) != 0) return failed("write", path_);
    if (::rename(path_.c_str(), path.c_str()) != 0) return failed("rename to", path);
    ::close(file_);
    file_ = -1;
    return ok();
  }

 private:
  std::string path_;
  int file_;
};

// The name is on the disk only when its folder is.
Status sync_folder(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int file = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failed("open", folder);
  const int outcome = ::fsync(file);
  ::close(file);
  return outcome == 0 ? ok() : Status(failed("write", folder));
}

class Writer {
 public:
  Writer(Part& part, const PrefixFileKey& key, const KvPool& pool)
      : part_(part), key_(key), pool_(pool) {}

  Status write(std::span<const PrefixTree::Run> runs) {
    BYEOL_TRY_OK(part_.write(std::as_bytes(std::span(kMagic))));
    const model::KvLayout& layout = key_.layout;
    const Header header{.version = kVersion,
                        .kv_type = static_cast<std::uint32_t>(layout.type),
                        .layers = static_cast<std::uint32_t>(layout.layers),
                        .kv_heads = static_cast<std::uint32_t>(layout.kv_heads),
                        .head_dim = static_cast<std::uint32_t>(layout.head_dim),
                        .page_tokens = static_cast<std::uint32_t>(kernels::kPageTokens),
                        .page_bytes = static_cast<std::uint64_t>(layout.page_bytes()),
                        .model = key_.model,
                        .runs = runs.size()};
    pieces_.assign(1, bytes_of(header));
    BYEOL_TRY_OK(write_frame());
    std::vector<bool> is_shared(runs.size(), false);
    for (const PrefixTree::Run& run : runs) {
      const auto parent = static_cast<std::size_t>(std::max(run.parent, 0));
      // A branch that was cut within a page goes on in it; any other has a copy.
      const bool shares = run.parent >= 0 && run.first_position % kernels::kPageTokens != 0 &&
                          !is_shared[parent] && runs[parent].pages.back() == run.pages.front();
      if (shares) is_shared[parent] = true;
      BYEOL_TRY_OK(write_run(run, shares));
    }
    return ok();
  }

 private:
  Status write_run(const PrefixTree::Run& run, bool shares_page) {
    const RunHead head{.parent = run.parent,
                       .tokens = static_cast<std::uint32_t>(run.tokens.size()),
                       .shares_page = shares_page ? 1u : 0u,
                       .zero = 0,
                       .used = run.used};
    pieces_.assign({bytes_of(head), std::as_bytes(run.tokens)});
    for (const PageId page : run.pages.subspan(shares_page ? 1 : 0))
      pieces_.push_back({pool_.data(page), static_cast<std::size_t>(key_.layout.page_bytes())});
    return write_frame();
  }

  Status write_frame() {
    Frame frame{};
    for (const Bytes piece : pieces_) {
      frame.bytes += piece.size();
      frame.crc = crc32c(piece, frame.crc);
    }
    BYEOL_TRY_OK(part_.write(bytes_of(frame).first(kFrameBytes)));
    for (const Bytes piece : pieces_) BYEOL_TRY_OK(part_.write(piece));
    return ok();
  }

  Part& part_;
  const PrefixFileKey& key_;
  const KvPool& pool_;
  std::vector<Bytes> pieces_;  // Of the frame under way.
};

}  // namespace

Status write_prefix_file(const std::string& path, const PrefixFileKey& key,
                         std::span<const PrefixTree::Run> runs, const KvPool& pool) {
  Part part(path + ".part");
  if (!part.is_open()) return failed("create", part.path());
  BYEOL_TRY_OK(Writer(part, key, pool).write(runs));
  BYEOL_TRY_OK(part.move_to(path));
  return sync_folder(path);
}

}  // namespace byeol::engine
