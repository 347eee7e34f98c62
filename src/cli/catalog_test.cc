#include "cli/catalog.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace byeol::cli {
namespace {

TEST(Catalog, TheBuiltInOneNamesOneDefaultAndASha256ForEachModel) {
  const auto models = read_catalog();
  ASSERT_TRUE(models) << models.error().message;
  EXPECT_EQ(std::ranges::count(*models, true, &CatalogModel::is_default), 1);
  for (const CatalogModel& model : *models) {
    EXPECT_EQ(model.sha256.size(), 64u) << model.name;
    EXPECT_FALSE(model.parts.empty()) << model.name;
    EXPECT_FALSE(model.license.empty()) << model.name;
  }
}

TEST(Catalog, AModelWithoutPartsOrSha256IsASentence) {
  for (const char* json : {"", "[]", "{}", R"({"models": [{"name": "x"}]})",
                           R"({"models": [{"name": "x", "sha256": "y"}]})",
                           R"({"models": [{"name": 7, "sha256": "y", "parts": []}]})"}) {
    const auto models = parse_catalog(json);
    ASSERT_FALSE(models) << json;
    EXPECT_EQ(models.error().code, ErrorCode::kCorrupt);
    EXPECT_TRUE(models.error().message.starts_with("model catalogue: ")) << models.error().message;
  }
}

}  // namespace
}  // namespace byeol::cli
