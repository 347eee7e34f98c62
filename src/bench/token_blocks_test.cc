#include "bench/token_blocks.h"

#include <gtest/gtest.h>

#include "bench/tiny_model.h"

namespace byeol::bench {
namespace {

using Ids = std::vector<TokenId>;

TEST(TokenBlocks, AnIncompleteLastBlockIsDropped) {
  const auto blocks = cut_into_blocks({1, 2, 3, 4, 5, 6, 7, 8}, 3, model::kNoToken, 100);
  ASSERT_TRUE(blocks) << blocks.error().message;
  EXPECT_EQ(blocks->count(), 2);
  EXPECT_EQ(blocks->block(0), (Ids{1, 2, 3}));
  EXPECT_EQ(blocks->block(1), (Ids{4, 5, 6}));
}

TEST(TokenBlocks, BosReplacesTheFirstTokenOfEachBlockAndShiftsNone) {
  const auto blocks = cut_into_blocks({1, 2, 3, 4, 5, 6}, 3, 99, 100);
  ASSERT_TRUE(blocks);
  EXPECT_EQ(blocks->block(0), (Ids{99, 2, 3}));
  EXPECT_EQ(blocks->block(1), (Ids{99, 5, 6}));
  EXPECT_EQ(blocks->tokens[3], 4) << "the text itself stays: 4 is what position 2 should predict";
}

TEST(TokenBlocks, BlockZeroIsTheWholeText) {
  const auto blocks = cut_into_blocks({1, 2, 3, 4, 5}, 0, model::kNoToken, 5);
  ASSERT_TRUE(blocks);
  EXPECT_EQ(blocks->count(), 1);
  EXPECT_EQ(blocks->block(0), (Ids{1, 2, 3, 4, 5}));
}

TEST(TokenBlocks, WhatCannotBeCutIsASentence) {
  const auto message = [](const Result<TokenBlocks>& blocks) {
    EXPECT_FALSE(blocks);
    EXPECT_EQ(blocks.error().code, ErrorCode::kInvalidArgument);
    return blocks.error().message;
  };
  EXPECT_EQ(message(cut_into_blocks({1, 2}, 3, model::kNoToken, 100)),
            "the text has 2 tokens, less than one block of 3; give a longer text or a smaller "
            "--block");
  EXPECT_EQ(message(cut_into_blocks({1, 2, 3}, 0, model::kNoToken, 2)),
            "a block of 3 tokens is longer than the model's context of 2");
  EXPECT_EQ(message(cut_into_blocks({}, 0, model::kNoToken, 100)),
            "the text is empty: there is nothing to predict");
}

class TokenBlocksOfModel : public testing::Test {
 protected:
  ThreadPool pool_{1};
};

TEST_F(TokenBlocksOfModel, OnlyAModelThatAddsBosHasItInEachBlock) {
  const auto gemma = load_tiny("gemma3", pool_);
  const auto with = blocks_of_text(*gemma, "one two three four", 4);
  ASSERT_TRUE(with) << with.error().message;
  ASSERT_GE(with->count(), 2);
  EXPECT_EQ(with->begin_with, gemma->tokenizer().bos());
  EXPECT_EQ(with->tokens.front(), gemma->tokenizer().bos());

  const auto smollm = load_tiny("smollm2", pool_);
  const auto without = blocks_of_text(*smollm, "one two three four", 4);
  ASSERT_TRUE(without);
  EXPECT_EQ(without->begin_with, model::kNoToken);
}

TEST_F(TokenBlocksOfModel, OneTrailingNewlineIsNotPartOfTheText) {
  const auto model = load_tiny("smollm2", pool_);
  const auto plain = blocks_of_text(*model, "ab", 0);
  const auto ended = blocks_of_text(*model, "ab\n", 0);
  const auto twice = blocks_of_text(*model, "ab\n\n", 0);
  ASSERT_TRUE(plain && ended && twice);
  EXPECT_EQ(ended->tokens, plain->tokens);
  EXPECT_NE(twice->tokens, plain->tokens);
}

TEST_F(TokenBlocksOfModel, SpecialTokensWrittenInATextAreText) {
  const auto model = load_tiny("smollm2", pool_);
  const auto blocks = blocks_of_text(*model, model->tokenizer().text(model->tokenizer().eos()), 0);
  ASSERT_TRUE(blocks);
  EXPECT_GT(blocks->tokens.size(), 1u);
}

TEST_F(TokenBlocksOfModel, IdsOutsideTheVocabularyAreASentence) {
  const auto model = load_tiny("smollm2", pool_);
  for (const TokenId stranger : {-1, 283}) {
    const auto blocks = block_of_ids(*model, {1, stranger, 2});
    ASSERT_FALSE(blocks);
    EXPECT_EQ(blocks.error().message,
              "token " + std::to_string(stranger) + " is not in the vocabulary (0 to 282)");
  }
}

}  // namespace
}  // namespace byeol::bench
