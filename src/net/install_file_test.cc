#include "net/install_file.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace byeol::net {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSha256OfAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class InstallFile : public testing::Test {
 protected:
  InstallFile() {
    fs::remove_all(folder_);
    installation_.destination = destination_;
    installation_.fetch = [](const std::string& part, std::string&) {
      std::ofstream(part) << "abc";
      return ok();
    };
  }
  ~InstallFile() override { fs::remove_all(folder_); }

  std::string folder_ = testing::TempDir() + "byeol_install";
  std::string destination_ = folder_ + "/deep/model.gguf";
  FileInstallation installation_;
};

TEST_F(InstallFile, AppearsUnderItsNameInAFolderThatWasAbsent) {
  installation_.sha256 = kSha256OfAbc;
  const Status done = install_file(installation_);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(fs::file_size(destination_), 3u);
  EXPECT_FALSE(fs::exists(destination_ + ".part"));
}

TEST_F(InstallFile, WrongBytesNeverGetTheNameAndAreDeleted) {
  installation_.sha256 = std::string(64, '0');
  const Status done = install_file(installation_);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(done.error().message.find(kSha256OfAbc), std::string::npos) << done.error().message;
  EXPECT_FALSE(fs::exists(destination_));
  EXPECT_FALSE(fs::exists(destination_ + ".part"));
}

TEST_F(InstallFile, ASha256ThatTheSourceTellsIsChecked) {
  installation_.fetch = [](const std::string& part, std::string& sha256) {
    std::ofstream(part) << "not abc";
    sha256 = kSha256OfAbc;
    return ok();
  };
  EXPECT_FALSE(install_file(installation_));
  EXPECT_FALSE(fs::exists(destination_));
}

TEST_F(InstallFile, WhatTheCheckRefusesIsDeletedWithItsReason) {
  installation_.check = [](const std::string&) -> Status {
    return Error{ErrorCode::kCorrupt, "not a model"};
  };
  const Status done = install_file(installation_);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "not a model");
  EXPECT_FALSE(fs::exists(destination_));
}

TEST_F(InstallFile, AnInterruptedFetchLeavesItsPartForTheNextOne) {
  installation_.fetch = [](const std::string& part, std::string&) -> Status {
    std::ofstream(part) << "a";
    return Error{ErrorCode::kIo, "cut"};
  };
  EXPECT_FALSE(install_file(installation_));
  EXPECT_FALSE(fs::exists(destination_));
  EXPECT_EQ(fs::file_size(destination_ + ".part"), 1u);
}

TEST_F(InstallFile, OfTwoAtOnceOneFetchesAndTheOtherWaits) {
  std::atomic<int> fetches = 0;
  std::atomic<int> waits = 0;
  installation_.on_wait = [&] { ++waits; };
  installation_.fetch = [&](const std::string& part, std::string&) {
    ++fetches;
    // The lock is held here: the other one is told so, and only then does this one go on.
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (waits == 0 && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
    std::ofstream(part) << "abc";
    return ok();
  };
  std::thread other([&] { EXPECT_TRUE(install_file(installation_)); });
  EXPECT_TRUE(install_file(installation_));
  other.join();
  EXPECT_EQ(fetches, 1);
  EXPECT_EQ(waits, 1);
}

TEST_F(InstallFile, AFolderThatCannotBeMadeIsASentence) {
  installation_.destination = "/proc/nowhere/model.gguf";
  const Status done = install_file(installation_);
  ASSERT_FALSE(done);
  EXPECT_TRUE(done.error().message.starts_with("make folder /proc/nowhere: "))
      << done.error().message;
}

}  // namespace
}  // namespace byeol::net
