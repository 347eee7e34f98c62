// What the kinds of `byeol load` share: how far they are, and where their figures go.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.h"
#include "bench/load/open_loop.h"
#include "cli/load_options.h"

namespace byeol::cli {

// A line on standard error that is rewritten in place; nothing where nobody looks.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const std::string& label, std::size_t done, std::size_t all, const std::string& more);
  void clear();

 private:
  bool terminal_;
  bool drawn_ = false;
};

// kIo where it cannot be written.
Status write_file(const std::string& path, const std::string& text);

// The JSON where it was asked for, and the table unless the JSON takes its place.
Status put_out(const LoadOptions& options, const nlohmann::ordered_json& json,
               const std::string& text);

std::string rate_name(double rate);  // "4/s"

// Shows its progress on `line`, which lives as long.
bench::OpenLoopOptions loop_options(const LoadOptions& options, const std::string& label,
                                    ProgressLine& line);

}  // namespace byeol::cli
