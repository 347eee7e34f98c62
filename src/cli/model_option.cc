#include "cli/model_option.h"

#include "cli/model_store.h"

namespace byeol::cli {

ModelOption::ModelOption(CLI::App& app) {
  app.add_option("-m,--model", name_or_file_,
                 "A name (see byeol pull --list), a GGUF file, a URL or hf:org/repo/file.gguf; "
                 "brought when absent. Default: smollm2-135m")
      ->type_name("NAME|FILE");
}

Result<std::string> ModelOption::path() const {
  if (!name_or_file_.empty()) return resolve_model(name_or_file_);
  BYEOL_TRY(const std::string name, default_model());
  return resolve_model(name);
}

}  // namespace byeol::cli
