#include "mien/cli/recipes.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "temp_folder.h"

namespace mien::cli {
namespace {

TEST(Recipes, AFileIsTakenAsItIs) {
  const test::TempFolder folder;
  const auto file = folder.write("my.toml", "");
  EXPECT_EQ(find_recipe(file.string()), file);
}

TEST(Recipes, NamesAreFoundInTheSourceTree) {
  EXPECT_EQ(find_recipe("emma").filename(), "emma.toml");
  EXPECT_EQ(find_recipe("dan-scratch").filename(), "dan-scratch.toml");
}

TEST(Recipes, AnUnknownNameNamesTheNearest) {
  try {
    find_recipe("emma-autors");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("did you mean emma-authors?"));
  }
}

TEST(Recipes, EachNetworkHasOne) {
  EXPECT_EQ(default_recipe("emma", ""), "emma");
  EXPECT_EQ(default_recipe("dan", ""), "dan");
  EXPECT_EQ(default_recipe("vit", ""), "vit-mtl");
  EXPECT_EQ(default_recipe("vit", "expr"), "vit-expr");
  for (const char* name : {"emma", "dan", "vit-mtl", "vit-expr"})
    EXPECT_NO_THROW(find_recipe(name)) << name;
}

}  // namespace
}  // namespace mien::cli
