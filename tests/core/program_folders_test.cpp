#include "mien/core/program_folders.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_paths.h"

namespace mien {
namespace {

TEST(ProgramFolders, AreFoundAroundTheProgramNearestFirst) {
  const std::filesystem::path build = test::kBuildDir;
  EXPECT_THAT(folders_near_program({"src", "tests"}),
              testing::ElementsAre(build / "src",
                                   build / "tests",
                                   std::filesystem::path(test::kSourceDir) / "src",
                                   std::filesystem::path(test::kSourceDir) / "tests"));
}

TEST(ProgramFolders, NamesThatAreNoFolderGiveNone) {
  EXPECT_THAT(folders_near_program({"no-such-folder", "CMakeCache.txt"}), testing::IsEmpty());
}

TEST(ProgramFolders, ShippedRecipesHaveTheirEndingOrNot) {
  const auto recipes = std::filesystem::path(test::kSourceDir) / "recipes";
  EXPECT_EQ(shipped_recipe("emma"), recipes / "emma.toml");
  EXPECT_EQ(shipped_recipe("emma.toml"), recipes / "emma.toml");
  EXPECT_EQ(shipped_recipe("no-such-recipe"), std::nullopt);
}

}  // namespace
}  // namespace mien
