// What the engine remembers, to a file and back.
#include <filesystem>
#include <utility>

#include "base/mapped_file.h"
#include "engine/engine.h"
#include "engine/model_fingerprint.h"
#include "engine/prefix_file.h"
#include "engine/prefix_restore.h"

namespace byeol::engine {
namespace {

std::string file_in(const std::string& folder) {
  return (std::filesystem::path(folder) / "prefixes.kv").string();
}

}  // namespace

PrefixFileKey Engine::prefix_file_key() const {
  return {.model = model_fingerprint(model_->file()),
          .layout = layout_,
          .vocabulary = model_->config().vocabulary,
          .positions_max = model_->config().context};
}

Status Engine::save_prefixes(const std::string& folder) const {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure)
    return Error{ErrorCode::kIo, "create the folder " + folder + ": " + failure.message()};
  Status written = write_prefix_file(file_in(folder), prefix_file_key(), prefixes_->runs(), *pool_);
  if (!written) return std::move(written.error()).within("save prefixes");
  return written;
}

Result<std::int64_t> Engine::load_prefixes(const std::string& folder) {
  const std::string path = file_in(folder);
  const Result<MappedFile> file = MappedFile::open(path);
  if (!file && file.error().code == ErrorCode::kNotFound) return std::int64_t{0};
  if (!file) return Error(file.error()).within("load prefixes");
  auto runs = read_prefix_file(file->bytes(), prefix_file_key());
  if (!runs) return std::move(runs.error()).within("load prefixes from " + path);
  return restore_prefixes(*runs, *pool_, *prefixes_);
}

}  // namespace byeol::engine
