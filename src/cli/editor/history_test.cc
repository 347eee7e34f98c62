#include "cli/editor/history.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace byeol::cli {
namespace {

namespace fs = std::filesystem;

class HistoryTest : public ::testing::Test {
 protected:
  void TearDown() override { fs::remove_all(folder_); }
  std::string path() const { return folder_ + "/deep/chat_history"; }
  std::string content() const {
    std::ifstream file(path());
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string folder_ = ::testing::TempDir() + "history_test." + std::to_string(getpid());
};

TEST_F(HistoryTest, EntriesComeBackWithTheirLinesAndBackslashes) {
  const std::string entry = "한글\nC:\\new\\\n\\n";
  {
    History history(path());
    history.add("first");
    history.add(entry);
    history.add(entry);
  }
  const History history(path());
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0], "first");
  EXPECT_EQ(history[1], entry);
  EXPECT_EQ(fs::status(path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(HistoryTest, TwoProgramsAtATimeLoseNothing) {
  History one(path());
  History other(path());
  one.add("a");
  other.add("b");
  one.add("c");
  EXPECT_EQ(content(), "a\nb\nc\n");
}

TEST_F(HistoryTest, AFileThatGrewTooLongIsCutToItsNewestEntries) {
  fs::create_directories(fs::path(path()).parent_path());
  {
    std::ofstream file(path());
    for (std::size_t i = 0; i <= 2 * History::kEntriesMax; ++i) file << "entry " << i << "\n";
  }
  const History history(path());
  EXPECT_EQ(history.size(), History::kEntriesMax);
  EXPECT_EQ(History(path()).size(), History::kEntriesMax);
  EXPECT_EQ(history[History::kEntriesMax - 1], "entry " + std::to_string(2 * History::kEntriesMax));
}

TEST_F(HistoryTest, WithoutAFileOrWithOneThatCannotBeItStillRemembers) {
  for (const std::string& where : {std::string(), std::string("/dev/null/x/y")}) {
    History history(where);
    history.add("a");
    EXPECT_EQ(history.size(), 1u);
  }
}

}  // namespace
}  // namespace byeol::cli
