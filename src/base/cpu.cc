#include "base/cpu.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>
#include <thread>

namespace byeol {
namespace {

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::optional<double> number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end == text.c_str()) return std::nullopt;
  return value;
}

// "0,4-6" -> {0, 4, 5, 6}. Numbers beyond any machine are ignored.
std::vector<int> parse_cpu_list(const std::string& text) {
  constexpr int kCpusMax = 1 << 16;
  std::vector<int> cpus;
  std::istringstream stream(text);
  for (std::string range; std::getline(stream, range, ',');) {
    int first = 0;
    int last = 0;
    char dash = 0;
    std::istringstream parts(range);
    if (!(parts >> first)) continue;
    if (!(parts >> dash >> last)) last = first;
    if (first < 0 || last >= kCpusMax) continue;
    for (int cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
  }
  return cpus;
}

std::vector<int> affinity() {
  // The mask must be as large as the kernel's, which only trying tells.
  for (std::size_t cpus_max = 1024; cpus_max <= 1 << 16; cpus_max *= 4) {
    const std::size_t bytes = CPU_ALLOC_SIZE(cpus_max);
    std::vector<cpu_set_t> mask(bytes / sizeof(cpu_set_t) + 1);
    if (sched_getaffinity(0, bytes, mask.data()) != 0) continue;
    std::vector<int> cpus;
    for (std::size_t cpu = 0; cpu < cpus_max; ++cpu)
      if (CPU_ISSET_S(cpu, bytes, mask.data())) cpus.push_back(static_cast<int>(cpu));
    return cpus;
  }
  std::vector<int> cpus(std::max(1u, std::thread::hardware_concurrency()));
  for (std::size_t i = 0; i < cpus.size(); ++i) cpus[i] = static_cast<int>(i);
  return cpus;
}

int count_cores(const std::string& root, const std::vector<int>& cpus) {
  const std::set<int> allowed(cpus.begin(), cpus.end());
  std::set<int> cores;  // Named by their lowest allowed CPU.
  for (int cpu : allowed) {
    int core = cpu;
    for (int twin :
         parse_cpu_list(first_line(root + "/sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                                   "/topology/thread_siblings_list")))
      if (allowed.contains(twin)) core = std::min(core, twin);
    cores.insert(core);
  }
  return static_cast<int>(cores.size());
}

// The limit of one group's folder in cores, if it has one.
std::optional<double> group_quota(const std::string& folder) {
  std::istringstream v2(first_line(folder + "/cpu.max"));  // "max 100000" or "150000 100000"
  std::string quota_text, period_text;
  v2 >> quota_text >> period_text;
  if (quota_text.empty()) {
    quota_text = first_line(folder + "/cpu.cfs_quota_us");  // -1: no limit
    period_text = first_line(folder + "/cpu.cfs_period_us");
  }
  const auto quota = number(quota_text);
  const auto period = number(period_text);
  if (!quota || !period || !(*quota > 0) || !(*period > 0) || !std::isfinite(*quota))
    return std::nullopt;
  return *quota / *period;
}

// The tightest limit of a group and all that it lies in. Inside a container the path may name a
// folder that is not visible: the levels that can be seen still count.
double tightest_quota(const std::string& mount, std::string path) {
  double tightest = 0;
  for (;;) {
    if (const auto quota = group_quota(mount + path))
      tightest = tightest == 0 ? *quota : std::min(tightest, *quota);
    if (path.empty() || path == "/") return tightest;
    path.resize(path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
  }
}

double read_quota(const std::string& root) {
  double tightest = 0;
  const auto consider = [&](const std::string& mount, const std::string& path) {
    const double quota = tightest_quota(root + "/sys/fs/cgroup" + mount, path);
    if (quota > 0) tightest = tightest == 0 ? quota : std::min(tightest, quota);
  };
  std::ifstream groups(root + "/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {  // "4:cpu,cpuacct:/docker/ab12"
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    if (controllers.empty()) {  // Version 2, alone or beside version 1.
      consider("", path);
      consider("/unified", path);
    } else if (("," + controllers + ",").find(",cpu,") != std::string::npos) {
      consider("/" + controllers, path);
      consider("/cpu", path);
    }
  }
  return tightest;
}

std::vector<CpuCache> read_caches(const std::string& root) {
  std::vector<CpuCache> caches;
  for (int index = 0;; ++index) {
    const std::string folder =
        root + "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index);
    const auto level = number(first_line(folder + "/level"));
    const std::string size = first_line(folder + "/size");  // "1024K", "32M"
    const auto amount = number(size);
    if (!level || !amount) return caches;
    const double unit = size.back() == 'K' ? 1024 : size.back() == 'M' ? 1024 * 1024 : 1;
    caches.push_back({static_cast<int>(*level), first_line(folder + "/type"),
                      static_cast<std::int64_t>(*amount * unit)});
  }
}

void read_cpuinfo_file(const std::string& root, CpuInfo& info) {
  info.model = "unknown";
  std::ifstream file(root + "/proc/cpuinfo");
  for (std::string line; std::getline(file, line) && !line.empty();) {  // The first CPU's part.
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string name = line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1);
    const std::size_t value_begin = line.find_first_not_of(" \t", colon + 1);
    if (value_begin == std::string::npos) continue;
    const std::string value = line.substr(value_begin);
    if (name == "model name") info.model = value;
    if (name == "flags" || name == "Features") {  // x86 and Arm.
      std::istringstream words(value);
      for (std::string flag; words >> flag;) info.flags.push_back(flag);
    }
  }
}

}  // namespace

CpuInfo read_cpu_info(const std::string& root, const std::vector<int>& allowed_cpus) {
  CpuInfo info{};
  read_cpuinfo_file(root, info);
  info.caches = read_caches(root);
  info.allowed_cpus = static_cast<int>(allowed_cpus.size());
  info.allowed_cores = count_cores(root, allowed_cpus);
  info.quota_cores = read_quota(root);
  info.usable_cores = info.allowed_cores;
  if (info.quota_cores > 0 && info.quota_cores < info.usable_cores)
    info.usable_cores = static_cast<int>(std::ceil(info.quota_cores));
  info.usable_cores = std::max(info.usable_cores, 1);
  return info;
}

CpuInfo read_cpu_info() {
  return read_cpu_info("", affinity());
}

}  // namespace byeol
