// byeol inspect FILE|NAME|cpu [--json]
#include "formats/inspect.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "base/cpu.h"
#include "cli/command_line.h"
#include "cli/model_store.h"
#include "cli/verbs.h"
#include "formats/gguf.h"
#include "kernels/kernel_table.h"

namespace byeol::cli {
namespace {

// In kB as /proc/meminfo counts, or -1.
std::int64_t memory_kb(const std::string& field) {
  std::ifstream file("/proc/meminfo");
  std::string name;
  std::int64_t value = -1;
  std::string rest;
  while (file >> name >> value && std::getline(file, rest))
    if (name == field + ":") return value;
  return -1;
}

// The flags that decide which kernels run, and those that the next ones would use.
std::string telling_flags(const CpuInfo& cpu) {
  std::string telling;
  for (const char* flag :
       {"avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni",
        "avx_vnni", "avx512_bf16", "amx_int8", "asimddp", "i8mm", "bf16", "sve"})
    if (std::ranges::find(cpu.flags, flag) != cpu.flags.end())
      telling += (telling.empty() ? "" : " ") + std::string(flag);
  return telling;
}

Status inspect_cpu(bool json) {
  const kernels::KernelTable* table = kernels::best_table();
  if (!table)
    return Error{ErrorCode::kUnsupported,
                 "BYEOL_ISA=" + std::string(std::getenv("BYEOL_ISA")) +
                     " cannot run here (known: scalar, avx2, avx512, neon)"};
  const CpuInfo cpu = read_cpu_info();
  const std::int64_t total_kb = memory_kb("MemTotal");
  const std::int64_t available_kb = memory_kb("MemAvailable");
  if (json) {
    nlohmann::json document{{"cpu", cpu.model},
                            {"isa", table->isa},
                            {"flags", cpu.flags},
                            {"allowed_cpus", cpu.allowed_cpus},
                            {"allowed_cores", cpu.allowed_cores},
                            {"quota_cores", cpu.quota_cores},
                            {"usable_cores", cpu.usable_cores},
                            {"caches", nlohmann::json::array()},
                            {"memory_bytes", total_kb * 1024},
                            {"memory_available_bytes", available_kb * 1024}};
    for (const CpuCache& cache : cpu.caches)
      document["caches"].push_back(
          {{"level", cache.level}, {"type", cache.type}, {"bytes", cache.bytes}});
    std::puts(document.dump().c_str());
    return ok();
  }

  std::printf("cpu      %s\n", cpu.model.c_str());
  std::printf("kernels  %s (BYEOL_ISA=scalar|avx2|avx512|neon forces one)\n", table->isa);
  std::printf("flags    %s\n", telling_flags(cpu).c_str());
  std::printf("cores    %d to use: %d allowed (%d with hyper-thread twins)", cpu.usable_cores,
              cpu.allowed_cores, cpu.allowed_cpus);
  if (cpu.quota_cores > 0)
    std::printf(", the control group grants %.4g\n", cpu.quota_cores);
  else
    std::printf(", no quota\n");
  for (const CpuCache& cache : cpu.caches)
    std::printf("cache    L%d %s %lld KB\n", cache.level, cache.type.c_str(),
                static_cast<long long>(cache.bytes / 1024));
  std::printf("memory   %.1f GB, %.1f GB available\n", static_cast<double>(total_kb) / 1048576,
              static_cast<double>(available_kb) / 1048576);
  return ok();
}

Status inspect_model(const std::string& name_or_file, bool json) {
  BYEOL_TRY(const std::string path, find_model(name_or_file));
  auto gguf = formats::Gguf::open(path);
  if (!gguf) return std::move(gguf.error()).within("open " + path);
  if (json)
    std::puts(formats::describe_json(*gguf).c_str());
  else
    std::fputs(formats::describe(*gguf).c_str(), stdout);
  return ok();
}

}  // namespace

int run_inspect(int argc, char** argv) {
  CLI::App app{"Show what a model file holds, or what this machine is.", "byeol inspect"};
  app.footer("Example: byeol inspect smollm2-135m\n         byeol inspect cpu --json");
  std::string subject;
  bool json = false;
  app.add_option("SUBJECT", subject, "A GGUF file, the name of a model that is here, or cpu")
      ->required();
  app.add_flag("--json", json, "One JSON object on standard output");
  if (const auto exit_code = parse_command_line(app, argc, argv)) return *exit_code;

  const Status done = subject == "cpu" ? inspect_cpu(json) : inspect_model(subject, json);
  return done ? 0 : report(app, done.error());
}

}  // namespace byeol::cli
