#include "constrain/regular/char_set.h"

#include <gtest/gtest.h>

#include "constrain/regular/alphabet.h"

namespace byeol::constrain {
namespace {

TEST(CharSet, RangesAreSortedAndJoined) {
  const CharSet set({{'x', 'z'}, {'b', 'd'}, {'a', 'a'}, {'c', 'f'}, {'9', '0'}});
  EXPECT_EQ(set.ranges(), (std::vector<CharRange>{{'a', 'f'}, {'x', 'z'}}));
  EXPECT_TRUE(set.contains('f'));
  EXPECT_FALSE(set.contains('g'));
}

TEST(CharSet, SurrogatesAreNoCharacters) {
  EXPECT_TRUE(CharSet({{0xd800, 0xdfff}}).empty());
  EXPECT_EQ(CharSet({{0xd7ff, 0xd7ff}, {0xe000, 0xe000}}), CharSet({{0xd7ff, 0xe000}}));
  EXPECT_FALSE(CharSet::all().contains(0xd800));
  EXPECT_EQ(CharSet({{0, 0xd7ff}}).complement(), CharSet({{0xe000, kLastChar}}));
  EXPECT_EQ(CharSet({{0xe000, kLastChar}}).complement(), CharSet({{0, 0xd7ff}}));
}

TEST(CharSet, AComplementsComplementIsTheSet) {
  for (const CharSet& set :
       {CharSet(), CharSet::all(), CharSet({{0, 5}}), CharSet({{'a', 'z'}, {0xff, kLastChar}})}) {
    EXPECT_EQ(set.complement().complement(), set);
    EXPECT_EQ(set.united(set.complement()), CharSet::all());
  }
}

TEST(Alphabet, TellsApartWhatTheSetsTellApart) {
  const CharSet letters({{'a', 'z'}}), vowels({{'a', 'a'}, {'e', 'e'}}), all = CharSet::all();
  const Alphabet alphabet = Alphabet::of_sets({&letters, &vowels, &all});
  EXPECT_EQ(alphabet.classes, 3);
  EXPECT_EQ(alphabet.of('a'), alphabet.of('e'));
  EXPECT_EQ(alphabet.of('b'), alphabet.of('z'));
  EXPECT_EQ(alphabet.of(0), alphabet.of(kLastChar));
  EXPECT_NE(alphabet.of('a'), alphabet.of('b'));
  EXPECT_NE(alphabet.of('A'), alphabet.of('b'));
}

TEST(Alphabet, JoinedItTellsApartWhatEitherDoes) {
  const CharSet letters({{'a', 'z'}}), high({{'m', kLastChar}});
  const JointAlphabet joint = join(Alphabet::of_sets({&letters}), Alphabet::of_sets({&high}));
  EXPECT_EQ(joint.alphabet.classes, 4);
  EXPECT_EQ(joint.alphabet.of('A'), joint.alphabet.of(0));
  EXPECT_NE(joint.alphabet.of('l'), joint.alphabet.of('m'));
  EXPECT_NE(joint.alphabet.of('z'), joint.alphabet.of('{'));
}

}  // namespace
}  // namespace byeol::constrain
