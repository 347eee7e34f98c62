// Models in parts. The good ones are written by the PyPI package gguf
// (tools/golden/make_gguf_golden.py), the bad ones by our writer.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "formats/gguf.h"
#include "formats/gguf_writer.h"

namespace byeol::formats {
namespace {

class SplitGguf : public testing::Test {
 protected:
  SplitGguf() : folder_(testing::TempDir() + "/byeol_split_" + unique_name()) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~SplitGguf() override { std::filesystem::remove_all(folder_); }

  static std::string unique_name() {
    return testing::UnitTest::GetInstance()->current_test_info()->name();
  }

  struct Part {
    std::uint16_t index = 0;
    std::uint16_t count = 2;
    std::int32_t tensors = 2;
    std::string architecture = "llama";
    std::string tensor;
  };
  std::string write(const std::string& name, const Part& part) const {
    GgufWriter writer;
    writer.add("general.architecture", part.architecture);
    writer.add("split.no", part.index);
    writer.add("split.count", part.count);
    writer.add("split.tensors.count", part.tensors);
    const std::vector<std::byte> bytes(16);
    writer.add_tensor(part.tensor, BlockType::kF32, {4}, bytes);
    EXPECT_TRUE(writer.write(path(name)));
    return path(name);
  }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  // The sentence without the folder, whose name differs from machine to machine.
  std::string refusal(const std::string& file) const {
    const auto opened = Gguf::open(file);
    if (opened) return "(it was taken)";
    std::string text = opened.error().message;
    for (std::size_t at; (at = text.find(folder_ + "/")) != std::string::npos;)
      text.erase(at, folder_.size() + 1);
    return text;
  }

  std::string folder_;
};

TEST_F(SplitGguf, AnyPartOpensTheWholeModel) {
  for (const char* number : {"1", "2", "3"}) {
    const auto file =
        Gguf::open(std::string("tests/golden/formats/parts-0000") + number + "-of-00003.gguf");
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(*file->read_string("general.name"), "in parts") << "only the first part has it";
    ASSERT_EQ(file->tensors().size(), 3u);
    EXPECT_EQ(file->tensors()[2].name, "tensor.2");
    std::vector<float> values(4);
    dequantize(BlockType::kF32, file->find_tensor("tensor.1")->bytes.data(), values);
    EXPECT_EQ(values, std::vector<float>(4, 1.0f));
    file->forget(file->find_tensor("tensor.2")->bytes);
  }
}

TEST_F(SplitGguf, AMissingPartIsNamed) {
  const std::string first = write("m-00001-of-00002.gguf", {.index = 0, .tensor = "a"});
  EXPECT_EQ(refusal(first),
            "m-00001-of-00002.gguf: open m-00002-of-00002.gguf: No such file or directory");
}

TEST_F(SplitGguf, APartUnderAnotherNameCannotFindTheOthers) {
  const std::string file = write("model.gguf", {.tensor = "a"});
  EXPECT_EQ(refusal(file),
            "model.gguf: one of 2 parts, expected a name that ends in -00001-of-00002.gguf or so, "
            "to find the others");
}

TEST_F(SplitGguf, APartThatContradictsItsNameIsRefused) {
  EXPECT_EQ(refusal(write("m-00001-of-00003.gguf", {.tensor = "a"})),
            "m-00001-of-00003.gguf: its name makes it part 1 of 3, its split.count is 2");
  EXPECT_EQ(refusal(write("m-00001-of-00002.gguf", {.index = 1, .tensor = "a"})),
            "m-00001-of-00002.gguf: its name makes it part 1 of 2, its split.no is 1, expected 0");
}

TEST_F(SplitGguf, TheSameFileUnderEveryNameIsNotAModel) {
  const std::string first = write("m-00001-of-00002.gguf", {.index = 0, .tensor = "a"});
  std::filesystem::create_symlink(first, path("m-00002-of-00002.gguf"));
  EXPECT_EQ(refusal(first),
            "m-00001-of-00002.gguf: m-00002-of-00002.gguf: its name makes it part 2 of 2, its "
            "split.no is 0, expected 1");
}

TEST_F(SplitGguf, PartsOfDifferentModelsAreRefused) {
  const std::string first = write("m-00001-of-00002.gguf", {.index = 0, .tensor = "a"});
  write("m-00002-of-00002.gguf", {.index = 1, .architecture = "gemma3", .tensor = "b"});
  EXPECT_EQ(refusal(first),
            "m-00001-of-00002.gguf: m-00002-of-00002.gguf: a part of another model: its "
            "general.architecture is 'gemma3', the first part's is 'llama'");
  write("m-00002-of-00002.gguf", {.index = 1, .tensors = 9, .tensor = "b"});
  EXPECT_EQ(refusal(first),
            "m-00001-of-00002.gguf: m-00002-of-00002.gguf: a part of another model: its "
            "split.tensors.count is 9, the first part's is 2");
}

TEST_F(SplitGguf, ATensorInTwoPartsIsRefused) {
  const std::string first = write("m-00001-of-00002.gguf", {.index = 0, .tensor = "a"});
  write("m-00002-of-00002.gguf", {.index = 1, .tensor = "a"});
  EXPECT_EQ(refusal(first), "m-00001-of-00002.gguf: tensor 'a' occurs twice, expected once");
}

TEST_F(SplitGguf, AWrongTotalOfTensorsIsRefused) {
  const std::string first =
      write("m-00001-of-00002.gguf", {.index = 0, .tensors = 3, .tensor = "a"});
  write("m-00002-of-00002.gguf", {.index = 1, .tensors = 3, .tensor = "b"});
  EXPECT_EQ(refusal(first),
            "m-00001-of-00002.gguf: its 2 parts hold 2 tensors, split.tensors.count is 3");
}

TEST_F(SplitGguf, AWholeFileMayBearTheNameOfAPart) {
  const std::string file =
      write("m-00001-of-00005.gguf", {.count = 1, .tensors = 1, .tensor = "a"});
  EXPECT_EQ(refusal(file), "(it was taken)");
}

TEST_F(SplitGguf, ABrokenPartIsNamed) {
  const std::string first = write("m-00001-of-00002.gguf", {.index = 0, .tensor = "a"});
  std::ofstream(path("m-00002-of-00002.gguf")) << "hello";
  EXPECT_EQ(refusal(first),
            "m-00001-of-00002.gguf: m-00002-of-00002.gguf: not a GGUF file: it begins with 'hell', "
            "expected 'GGUF'");
}

}  // namespace
}  // namespace byeol::formats
