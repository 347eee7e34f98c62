#include "base/result.h"

#include <gtest/gtest.h>

namespace byeol {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return Error{ErrorCode::kInvalidArgument, "7 is odd"};
  return number / 2;
}

Result<int> quarter(int number) {
  BYEOL_TRY(const int once, half(number));
  return half(once);
}

TEST(Result, CarriesTheValueThrough) {
  EXPECT_EQ(*quarter(12), 3);
}

TEST(Result, ReturnsTheFirstErrorUpwards) {
  const Result<int> result = quarter(14);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "7 is odd");
}

TEST(Error, GrowsByOneStepPerLayer) {
  Error error{ErrorCode::kCorrupt, "offset 9 is past the end (8)"};
  EXPECT_EQ(std::move(error).within("read x").message, "read x: offset 9 is past the end (8)");
}

TEST(ResultDeathTest, ReadingTheValueOfAnErrorIsABug) {
  EXPECT_DEATH({ *half(7); }, "7 is odd");
}

}  // namespace
}  // namespace byeol
