#include "engine/prefix_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <numeric>

#include "base/crc32c.h"
#include "engine/prefix_file_format.h"

namespace byeol::engine {
namespace {

using namespace prefix_format;
using Tokens = std::vector<TokenId>;
using File = std::vector<std::byte>;

Tokens counted(TokenId first, int count) {
  Tokens tokens(static_cast<std::size_t>(count));
  std::iota(tokens.begin(), tokens.end(), first);
  return tokens;
}

std::string folder() {
  const auto path = std::filesystem::temp_directory_path() /
                    ("byeol_prefix_file_test_" + std::to_string(::getpid()));
  std::filesystem::create_directories(path);
  return path.string();
}

File read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  File copy(bytes.size());
  std::memcpy(copy.data(), bytes.data(), bytes.size());
  return copy;
}

class PrefixFile : public testing::Test {
 protected:
  void SetUp() override {
    // 70 tokens in common, then 30 of one and 60 of the other.
    keep(counted(0, 100));
    Tokens other = counted(0, 70);
    const Tokens end = counted(130, 60);
    other.insert(other.end(), end.begin(), end.end());
    keep(other);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void keep(const Tokens& tokens) {
    std::vector<PageId> pages;
    for (std::size_t i = 0; i < tokens.size(); i += kernels::kPageTokens) {
      pages.push_back(pool_.take());
      std::memset(pool_.data(pages.back()), ++mark_, pool_.page_bytes());
    }
    tree_.keep(tokens, pages);
    for (const PageId page : pages) pool_.drop(page);
  }

  File written() {
    const Status status = write_prefix_file(path_, key_, tree_.runs(), pool_);
    EXPECT_TRUE(status) << status.error().message;
    return read_file(path_);
  }

  Error refusal(std::span<const std::byte> file) const {
    const auto runs = read_prefix_file(file, key_);
    EXPECT_FALSE(runs);
    return runs ? Error{} : runs.error();
  }

  // Changes the content of frame `index` (0 is the header) and puts its checksum right.
  static File with_frame(File file, int index, const std::function<void(std::byte*)>& change) {
    std::size_t at = kMagic.size();
    std::uint64_t bytes = 0;
    for (;; --index) {
      std::memcpy(&bytes, &file[at], sizeof bytes);
      if (index == 0) break;
      at += kFrameBytes + bytes;
    }
    change(&file[at + kFrameBytes]);
    const std::uint32_t crc = crc32c(std::span(file).subspan(at + kFrameBytes, bytes));
    std::memcpy(&file[at + sizeof bytes], &crc, sizeof crc);
    return file;
  }
  template <typename Struct, typename Change>
  static File with(const File& file, int frame, const Change& change) {
    return with_frame(file, frame, [&](std::byte* content) {
      Struct fields;
      std::memcpy(&fields, content, sizeof fields);
      change(fields);
      std::memcpy(content, &fields, sizeof fields);
    });
  }

  const PrefixFileKey key_{.model = 0x1234567890abcdef,
                           .layout = {kernels::KvType::kF16, 2, 1, 16},
                           .vocabulary = 300,
                           .positions_max = 256};
  const std::string folder_ = folder();
  const std::string path_ = folder_ + "/prefixes.kv";
  KvPool pool_ = *KvPool::create(key_.layout, 32);
  PrefixTree tree_{pool_};
  int mark_ = 0;
};

TEST_F(PrefixFile, GivesBackWhatTheTreeHolds) {
  const File file = written();
  const auto stored = read_prefix_file(file, key_);
  ASSERT_TRUE(stored) << stored.error().message;
  const auto runs = tree_.runs();
  ASSERT_EQ(stored->size(), runs.size());
  ASSERT_EQ(runs.size(), 3u);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const StoredRun& run = (*stored)[i];
    EXPECT_EQ(run.parent, runs[i].parent);
    EXPECT_EQ(run.first_position, runs[i].first_position);
    EXPECT_EQ(run.used, runs[i].used);
    EXPECT_EQ(run.tokens, Tokens(runs[i].tokens.begin(), runs[i].tokens.end()));
    const auto own = runs[i].pages.subspan(run.shares_page ? 1 : 0);
    ASSERT_EQ(run.pages.size(), own.size() * pool_.page_bytes());
    for (std::size_t page = 0; page < own.size(); ++page)
      EXPECT_EQ(std::memcmp(run.pages.data() + page * pool_.page_bytes(), pool_.data(own[page]),
                            pool_.page_bytes()),
                0);
  }
  // Of the two branches, the older one goes on in the page that was cut.
  EXPECT_NE((*stored)[1].shares_page, (*stored)[2].shares_page);
}

TEST_F(PrefixFile, HoldsAnEmptyTree) {
  while (tree_.evict_page()) {
  }
  const File file = written();
  EXPECT_EQ(file.size(), kMagic.size() + kFrameBytes + sizeof(Header));
  const auto stored = read_prefix_file(file, key_);
  ASSERT_TRUE(stored);
  EXPECT_TRUE(stored->empty());
}

TEST_F(PrefixFile, IsForItsOwnerAloneAndLeavesNothingElse) {
  written();
  namespace fs = std::filesystem;
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(PrefixFile, AFailedWriteLeavesTheOldFile) {
  const File before = written();
  std::filesystem::create_directory(path_ + ".part");  // So that it cannot be made.
  const Status status = write_prefix_file(path_, key_, tree_.runs(), pool_);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kIo);
  EXPECT_NE(status.error().message.find(path_), std::string::npos) << status.error().message;
  EXPECT_EQ(read_file(path_), before);
  EXPECT_FALSE(write_prefix_file("no/such/folder/prefixes.kv", key_, tree_.runs(), pool_));
}

TEST_F(PrefixFile, CutAnywhereItIsRefused) {
  const File file = written();
  for (std::size_t size = 0; size < file.size(); size += size < 200 ? 1 : 97) {
    const Error error = refusal(std::span(file).first(size));
    EXPECT_EQ(error.code, ErrorCode::kCorrupt) << size;
    EXPECT_FALSE(error.message.empty());
  }
  File longer = file;
  longer.push_back(std::byte{0});
  EXPECT_NE(refusal(longer).message.find("behind the last run"), std::string::npos);
}

TEST_F(PrefixFile, WithAnyByteChangedItIsRefused) {
  File file = written();
  for (std::size_t place = 0; place < file.size(); place += place < 300 ? 1 : 61) {
    file[place] ^= std::byte{0x10};
    EXPECT_EQ(refusal(file).code, ErrorCode::kCorrupt) << place;
    file[place] ^= std::byte{0x10};
  }
}

TEST_F(PrefixFile, OfAnotherModelCacheOrVersionItIsRefusedWithASentence) {
  const File file = written();
  const auto says = [&](auto change, const char* sentence) {
    const Error error = refusal(with<Header>(file, 0, change));
    EXPECT_EQ(error.code, ErrorCode::kUnsupported);
    EXPECT_NE(error.message.find(sentence), std::string::npos) << error.message;
  };
  says([](Header& header) { ++header.model; }, "another model");
  says([](Header& header) { header.version = 2; }, "version 2; expected version 1");
  says([](Header& header) { header.kv_type = 0; }, "a cache of BF16; this one is F16");
  says([](Header& header) { header.kv_type = 900; }, "an unknown type");
  says([](Header& header) { ++header.layers; }, "layout");
  says([](Header& header) { header.page_tokens = 64; }, "layout");
  says([](Header& header) { --header.page_bytes; }, "layout");
}

TEST_F(PrefixFile, RunsThatCannotBeAreRefused) {
  const File file = written();
  const auto says = [&](int frame, auto change, const char* sentence) {
    const Error error = refusal(with<RunHead>(file, frame, change));
    EXPECT_EQ(error.code, ErrorCode::kCorrupt);
    EXPECT_NE(error.message.find(sentence), std::string::npos) << error.message;
  };
  says(1, [](RunHead& run) { run.parent = 0; }, "its parent is 0");
  says(2, [](RunHead& run) { run.parent = -2; }, "its parent is -2");
  says(3, [](RunHead& run) { run.parent = 2; }, "its parent is 2");
  says(1, [](RunHead& run) { run.tokens = 0; }, "has 0 tokens");
  says(1, [](RunHead& run) { run.tokens = 257; }, "has 257 tokens from position 0");
  says(2, [](RunHead& run) { run.tokens = 0xffffffff; }, "has 4294967295 tokens");
  says(1, [](RunHead& run) { run.tokens = 71; }, "the token");  // Reads on into a page.
  says(1, [](RunHead& run) { run.shares_page = 1; }, "shares a page");
  says(1, [](RunHead& run) { run.shares_page = 2; }, "flag");
  says(1, [](RunHead& run) { run.zero = 1; }, "flag");
  for (const TokenId bad : {-1, 300}) {
    const File changed = with_frame(file, 1, [&](std::byte* content) {
      std::memcpy(content + sizeof(RunHead), &bad, sizeof bad);
    });
    EXPECT_NE(refusal(changed).message.find("the token " + std::to_string(bad)), std::string::npos);
  }
  // Two branches in one page.
  const File twice =
      with<RunHead>(with<RunHead>(file, 2, [](RunHead& run) { run.shares_page = 1; }), 3,
                    [](RunHead& run) { run.shares_page = 1; });
  EXPECT_EQ(refusal(twice).code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace byeol::engine
