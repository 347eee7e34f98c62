#include "base/cpu.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace byeol {
namespace {

// A machine made of files in a folder that lives as long as the test.
class FakeMachine {
 public:
  FakeMachine() {
    static int counter = 0;
    root_ = std::filesystem::path(testing::TempDir()) /
            ("byeol_cpu_test_" + std::to_string(getpid()) + "_" + std::to_string(counter++));
  }
  ~FakeMachine() { std::filesystem::remove_all(root_); }

  void file(const std::string& path, const std::string& text) const {
    const std::filesystem::path full = root_ / path;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full) << text;
  }
  void twins(int cpu, const std::string& list) const {
    file("sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list",
         list);
  }
  CpuInfo read(const std::vector<int>& allowed) const { return read_cpu_info(root_, allowed); }

 private:
  std::filesystem::path root_;
};

TEST(Cpu, HyperThreadTwinsCountOnce) {
  FakeMachine machine;
  for (int cpu = 0; cpu < 8; ++cpu) {
    const int core = cpu % 4;
    machine.twins(cpu, std::to_string(core) + "," + std::to_string(core + 4) + "\n");
  }
  EXPECT_EQ(machine.read({0, 1, 2, 3, 4, 5, 6, 7}).usable_cores, 4);
  EXPECT_EQ(machine.read({0, 1, 4}).usable_cores, 2);
  EXPECT_EQ(machine.read({4, 5}).usable_cores, 2);  // Twins outside the mask do not matter.
}

TEST(Cpu, TwinListsMayBeRanges) {
  FakeMachine machine;
  for (int cpu = 0; cpu < 4; ++cpu) machine.twins(cpu, cpu < 2 ? "0-1" : "2-3");
  EXPECT_EQ(machine.read({0, 1, 2, 3}).usable_cores, 2);
}

TEST(Cpu, AMachineThatSaysNothingHasOneCorePerAllowedCpu) {
  const CpuInfo info = FakeMachine().read({0, 1, 2});
  EXPECT_EQ(info.usable_cores, 3);
  EXPECT_EQ(info.model, "unknown");
  EXPECT_EQ(info.quota_cores, 0);
  EXPECT_TRUE(info.caches.empty());
  EXPECT_EQ(FakeMachine().read({}).usable_cores, 1);
}

TEST(Cpu, TheTightestQuotaOfNestedGroupsWinsAndIsRoundedUp) {
  FakeMachine machine;
  machine.file("proc/self/cgroup", "0::/pod/container\n");
  machine.file("sys/fs/cgroup/pod/cpu.max", "250000 100000\n");
  machine.file("sys/fs/cgroup/pod/container/cpu.max", "max 100000\n");
  EXPECT_DOUBLE_EQ(machine.read({0, 1, 2, 3}).quota_cores, 2.5);
  EXPECT_EQ(machine.read({0, 1, 2, 3}).usable_cores, 3);
  EXPECT_EQ(machine.read({0, 1}).usable_cores, 2);
}

TEST(Cpu, AQuotaOfAnInvisibleGroupIsFoundAtTheMount) {
  FakeMachine machine;
  machine.file("proc/self/cgroup", "0::/../../system.slice/docker-1.scope\n");
  machine.file("sys/fs/cgroup/cpu.max", "50000 100000\n");
  EXPECT_EQ(machine.read({0, 1, 2, 3}).usable_cores, 1);
}

TEST(Cpu, VersionOneQuotas) {
  FakeMachine machine;
  machine.file("proc/self/cgroup", "5:cpuset:/\n4:cpu,cpuacct:/box\n1:name=systemd:/\n");
  machine.file("sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us", "150000\n");
  machine.file("sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_period_us", "100000\n");
  machine.file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  machine.file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(machine.read({0, 1, 2, 3}).usable_cores, 2);
}

TEST(Cpu, NonsenseInTheFilesIsIgnored) {
  FakeMachine machine;
  machine.twins(0, "zero,-5,1-99999999999,7-3\n");
  machine.file("proc/self/cgroup", "garbage\n0::/\n::\n");
  machine.file("sys/fs/cgroup/cpu.max", "lots of it\n");
  machine.file("proc/cpuinfo", ":\nno colon\nmodel name\t:\n");
  EXPECT_EQ(machine.read({0, 1}).usable_cores, 2);
}

TEST(Cpu, NameFlagsAndCachesAreRead) {
  FakeMachine machine;
  machine.file("proc/cpuinfo",
               "processor\t: 0\nmodel name\t: Made Up 9000\nflags\t\t: fpu avx2 avx512_vnni\n\n"
               "processor\t: 1\nmodel name\t: Another\n");
  const std::string cache = "sys/devices/system/cpu/cpu0/cache/index";
  machine.file(cache + "0/level", "1\n");
  machine.file(cache + "0/type", "Data\n");
  machine.file(cache + "0/size", "48K\n");
  machine.file(cache + "1/level", "3\n");
  machine.file(cache + "1/type", "Unified\n");
  machine.file(cache + "1/size", "32M\n");
  const CpuInfo info = machine.read({0});
  EXPECT_EQ(info.model, "Made Up 9000");
  EXPECT_EQ(info.flags, (std::vector<std::string>{"fpu", "avx2", "avx512_vnni"}));
  ASSERT_EQ(info.caches.size(), 2u);
  EXPECT_EQ(info.caches[0].bytes, 48 * 1024);
  EXPECT_EQ(info.caches[1].bytes, 32 * 1024 * 1024);
  EXPECT_EQ(info.caches[1].level, 3);
}

TEST(Cpu, ThisMachineHasAtLeastOneUsableCore) {
  const CpuInfo info = read_cpu_info();
  EXPECT_GE(info.usable_cores, 1);
  EXPECT_LE(info.usable_cores, info.allowed_cpus);
}

}  // namespace
}  // namespace byeol
