#include "mien/cli/shipped_model.h"

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

namespace mien::cli {
namespace {

using testing::HasSubstr;

TEST(ModelsOrShipped, WhatIsNamedStays) {
  const std::vector<std::string> named = {"runs/b", "runs/a", "no-such-file"};
  EXPECT_EQ(models_or_shipped(named), named);
}

// Which of several it takes is read_test's matter, where a program has folders of its own.
TEST(ModelsOrShipped, ElseOneThatCameAlongOrWhatToDo) {
  try {
    const std::vector<std::string> found = models_or_shipped({});
    ASSERT_EQ(found.size(), 1U);
    const std::filesystem::path file = found.front();
    EXPECT_TRUE(std::filesystem::is_regular_file(file)) << file;
    EXPECT_THAT(file.filename().string(), testing::StartsWith("emma-"));
    EXPECT_EQ(file.extension(), ".safetensors");
  } catch (const OptionError& error) {
    EXPECT_EQ(error.key(), "model");
    EXPECT_THAT(error.what(), HasSubstr("share/mien/models/emma-*.safetensors"));
    EXPECT_THAT(error.what(), HasSubstr("--model FILE|RUN"));
    EXPECT_THAT(error.what(), HasSubstr("mien train"));
  }
}

}  // namespace
}  // namespace mien::cli
