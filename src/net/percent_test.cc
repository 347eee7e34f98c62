#include "net/percent.h"

#include <gtest/gtest.h>

namespace byeol::net {
namespace {

TEST(Percent, DecodesEscapesOfEitherCase) {
  EXPECT_EQ(*percent_decode(""), "");
  EXPECT_EQ(*percent_decode("/v1/models"), "/v1/models");
  EXPECT_EQ(*percent_decode("/%ed%95%9C+%25"), "/\xED\x95\x9C+%");
}

TEST(Percent, RefusesWhatIsNoEscape) {
  for (const char* bad : {"%", "%4", "/a%zz", "%4g", "/%%41", "/a%00b"}) {
    const Result<std::string> decoded = percent_decode(bad);
    ASSERT_FALSE(decoded) << bad;
    EXPECT_EQ(decoded.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_NE(percent_decode("/a%zz").error().message.find("byte 2 "), std::string::npos);
}

TEST(Percent, FormsAreReadLeniently) {
  EXPECT_EQ(percent_decode_form("a+b%20c%2B"), "a b c+");
  EXPECT_EQ(percent_decode_form("100%"), "100%");
  EXPECT_EQ(percent_decode_form("%zz%4"), "%zz%4");
  EXPECT_EQ(percent_decode_form("%00"), std::string(1, '\0'));
}

}  // namespace
}  // namespace byeol::net
