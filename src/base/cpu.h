// What this machine is and how much of it this process may use.
//
// Sources (Linux): /proc/cpuinfo, /sys/devices/system/cpu, /proc/self/cgroup, /sys/fs/cgroup
// (kernel documentation: admin-guide/cgroup-v2 "cpu.max", scheduler/sched-bwc "cfs_quota_us").
// A file that is missing means "no such limit" or "unknown", never a failure.
//
// Threads: pure functions of the files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace byeol {

struct CpuCache {
  int level;         // 1, 2, 3.
  std::string type;  // "Data", "Instruction", "Unified".
  std::int64_t bytes;
};

struct CpuInfo {
  std::string model;               // "AMD EPYC 9755"; "unknown" where the system does not say.
  std::vector<std::string> flags;  // As /proc/cpuinfo names them: "avx2", "asimddp".
  std::vector<CpuCache> caches;    // Of the first CPU.
  int allowed_cpus;                // In the affinity mask, hyper-thread twins included.
  int allowed_cores;               // The same with each pair of twins counted once.
  double quota_cores;              // From the control groups; 0: no limit.
  // Threads worth starting: allowed_cores, but not more than the quota rounded up; at least 1.
  int usable_cores;
};

CpuInfo read_cpu_info();

// The same from a copy of those folders below `root`, with a given affinity mask (for tests).
CpuInfo read_cpu_info(const std::string& root, const std::vector<int>& allowed_cpus);

}  // namespace byeol
