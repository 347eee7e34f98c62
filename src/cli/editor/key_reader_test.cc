#include "cli/editor/key_reader.h"

#include <gtest/gtest.h>

#include <vector>

namespace byeol::cli {
namespace {

using Name = Key::Name;

std::vector<Key> keys_of(KeyReader& reader) {
  std::vector<Key> keys;
  while (std::optional<Key> key = reader.next()) keys.push_back(*std::move(key));
  return keys;
}

std::string texts(const std::vector<Key>& keys) {
  std::string all;
  for (const Key& key : keys) all += key.name == Name::kText ? "[" + key.text + "]" : "<>";
  return all;
}

TEST(KeyReader, HoweverTheBytesAreCutTheKeysAreTheSame) {
  const std::string bytes = "a한👋\x1b[D\x1b[200~x\ry\x1b[201~\x1b[1;5C\r";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    KeyReader reader;
    reader.feed(std::string_view(bytes).substr(0, cut));
    std::vector<Key> keys = keys_of(reader);
    reader.feed(std::string_view(bytes).substr(cut));
    for (Key& key : keys_of(reader)) keys.push_back(std::move(key));
    ASSERT_EQ(keys.size(), 7u) << "cut at " << cut;
    EXPECT_EQ(texts(keys), "[a][한][👋]<>[x\ny]<><>");
    EXPECT_EQ(keys[3].name, Name::kLeft);
    EXPECT_EQ(keys[5].name, Name::kWordRight);
    EXPECT_EQ(keys[6].name, Name::kEnter);
    EXPECT_TRUE(reader.empty());
  }
}

TEST(KeyReader, APasteIsOneTextWithItsLinesAndWithoutControlCharacters) {
  KeyReader reader;
  reader.feed("\x1b[200~one\r\ntwo\rthree\n\tfour\x1b[31m\x07\x1b[201~z");
  const std::vector<Key> keys = keys_of(reader);
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0].text, "one\ntwo\nthree\n\tfour[31m");
  EXPECT_EQ(keys[1].text, "z");
}

TEST(KeyReader, AnUnknownSequenceIsOneKeyThatDoesNothing) {
  KeyReader reader;
  reader.feed(
      "\x1b[15;2~\x1bOP\x1bq\x01"
      "a");
  const std::vector<Key> keys = keys_of(reader);
  ASSERT_EQ(keys.size(), 5u);
  EXPECT_EQ(keys[0].name, Name::kNothing);
  EXPECT_EQ(keys[1].name, Name::kNothing);
  EXPECT_EQ(keys[2].name, Name::kNothing);
  EXPECT_EQ(keys[3].name, Name::kHome);
  EXPECT_EQ(keys[4].text, "a");
}

TEST(KeyReader, AnEscapeAloneIsGivenUpButAPasteIsWaitedFor) {
  KeyReader reader;
  reader.feed("\x1b");
  EXPECT_FALSE(reader.next());
  reader.give_up();
  reader.feed("a\x1b[200~half");
  EXPECT_EQ(texts(keys_of(reader)), "[a]");
  reader.give_up();
  reader.feed("\x1b[201~");
  EXPECT_EQ(texts(keys_of(reader)), "[half]");
}

TEST(KeyReader, BrokenUtf8IsDroppedAndTheRestIsRead) {
  KeyReader reader;
  reader.feed(
      "\xff\xed\x95"
      "ab");
  EXPECT_EQ(texts(keys_of(reader)), "<><>[a][b]");
}

}  // namespace
}  // namespace byeol::cli
