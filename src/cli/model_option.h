// --model NAME|FILE, as every verb that needs a model takes it.
//
//   ModelOption model(app);                        before parsing
//   BYEOL_TRY(const std::string path, model.path());   after it: brings the model when it is absent
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "base/result.h"

namespace byeol::cli {

class ModelOption {
 public:
  // The app keeps a pointer to this object: it must not move, and must outlive the parsing.
  explicit ModelOption(CLI::App& app);
  ModelOption(const ModelOption&) = delete;
  ModelOption& operator=(const ModelOption&) = delete;

  // A GGUF file on this machine. Says on standard error what it fetches.
  Result<std::string> path() const;

 private:
  std::string name_or_file_;  // Empty: the catalogue's default.
};

}  // namespace byeol::cli
