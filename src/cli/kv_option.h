// --kv TYPE, as every verb that computes takes it: how the cache keeps keys and values.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "kernels/kernel_table.h"

namespace byeol::cli {

class KvOption {
 public:
  // The app keeps a pointer to this object: it must not move, and must outlive the parsing.
  explicit KvOption(CLI::App& app);
  KvOption(const KvOption&) = delete;
  KvOption& operator=(const KvOption&) = delete;

  const std::string& name() const { return name_; }
  kernels::KvType type() const;

 private:
  std::string name_ = "bf16";
};

}  // namespace byeol::cli
