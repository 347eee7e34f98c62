#include "cli/kv_option.h"

namespace byeol::cli {

KvOption::KvOption(CLI::App& app) {
  app.add_option("--kv", name_, "How the cache keeps keys and values: bf16, f16 or q8")
      ->check(CLI::IsMember({"bf16", "f16", "q8"}))
      ->type_name("TYPE")
      ->capture_default_str();
}

kernels::KvType KvOption::type() const {
  if (name_ == "f16") return kernels::KvType::kF16;
  return name_ == "q8" ? kernels::KvType::kQ8 : kernels::KvType::kBF16;
}

}  // namespace byeol::cli
