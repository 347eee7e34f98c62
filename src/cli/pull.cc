// byeol pull NAME|hf:org/repo/file.gguf|URL [--name NAME] [--sha256 HEX] | --list
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>

#include "cli/catalog.h"
#include "cli/command_line.h"
#include "cli/model_store.h"
#include "cli/verbs.h"

namespace byeol::cli {
namespace {

Status list_models() {
  BYEOL_TRY(const std::vector<CatalogModel> catalog, read_catalog());
  BYEOL_TRY(const std::vector<std::string> names, known_models());
  for (const std::string& name : names) {
    const auto model = std::ranges::find(catalog, name, &CatalogModel::name);
    std::error_code ignored;
    const bool here = std::filesystem::exists(models_folder() + "/" + name + ".gguf", ignored);
    std::printf(
        "%-24s %s%s%s\n", name.c_str(), model == catalog.end() ? "" : model->description.c_str(),
        model != catalog.end() && model->is_default ? " (the default)" : "", here ? " [here]" : "");
  }
  std::printf("in %s\n", models_folder().c_str());
  return ok();
}

Status pull(const std::string& source, PullOptions options) {
  std::ranges::transform(options.sha256, options.sha256.begin(), [](unsigned char letter) {
    return static_cast<char>(std::tolower(letter));
  });
  BYEOL_TRY(const Pulled pulled, pull_model(source, options));
  std::printf("%s%s\n", pulled.path.c_str(), pulled.was_there ? " (was there)" : "");
  return ok();
}

}  // namespace

int run_pull(int argc, char** argv) {
  CLI::App app{"Bring a model to this machine.", "byeol pull"};
  app.footer(
      "Example: byeol pull smollm2-135m\n"
      "Interrupted downloads of addresses go on where they stopped. Models lie in\n"
      "${BYEOL_MODELS_DIR}, or else in ${XDG_CACHE_HOME:-~/.cache}/byeol/models.");
  std::string source;
  PullOptions options;
  bool list = false;
  app.add_option("MODEL", source, "A name of --list, hf:org/repo/file.gguf, or an http(s) URL");
  app.add_option("--name", options.name, "Store it as NAME (addresses only)");
  app.add_option("--sha256", options.sha256, "Take nothing else than this (addresses only)")
      ->check([](const std::string& text) {
        const bool good = text.size() == 64 && std::ranges::all_of(text, [](unsigned char letter) {
                            return std::isxdigit(letter) != 0;
                          });
        return good ? std::string() : std::string("wants 64 hexadecimal digits");
      });
  app.add_flag("--list", list, "List the models by name");
  if (const auto exit_code = parse_command_line(app, argc, argv)) return *exit_code;
  if (source.empty() && !list)
    return report(app, {ErrorCode::kInvalidArgument, "which model? byeol pull --list names them"});

  const Status done = list ? list_models() : pull(source, options);
  return done ? 0 : report(app, done.error());
}

}  // namespace byeol::cli
