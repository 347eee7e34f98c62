#include "cli/measure_options.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

namespace byeol::cli {

MeasureOptions::MeasureOptions(CLI::App& app) : model_(app), kv_(app), threads_(app) {
  app.add_flag("--json", json_, "One JSON object on standard output and nothing else");
}

std::unique_ptr<ThreadPool> MeasureOptions::pool() const {
  return std::make_unique<ThreadPool>(threads_.count());
}

Result<LoadedModel> MeasureOptions::load() const {
  BYEOL_TRY(const std::string path, model_.path());
  LoadedModel loaded;
  loaded.file_name = std::filesystem::path(path).filename().string();
  loaded.pool = pool();
  BYEOL_TRY(loaded.model, model::Model::load(path, *loaded.pool));
  return loaded;
}

bench::Progress block_progress(const std::string& label) {
  return [label, terminal = isatty(STDERR_FILENO) == 1](std::int32_t done, std::int32_t blocks) {
    if (blocks == 1) return;
    if (terminal) {
      std::fprintf(stderr, "\r%s: %d of %d blocks%s", label.c_str(), done, blocks,
                   done == blocks ? "\n" : "");
      return;
    }
    const auto tenths = [blocks](std::int32_t count) { return std::int64_t{10} * count / blocks; };
    if (tenths(done) != tenths(done - 1))
      std::fprintf(stderr, "%s: %d of %d blocks\n", label.c_str(), done, blocks);
  };
}

}  // namespace byeol::cli
