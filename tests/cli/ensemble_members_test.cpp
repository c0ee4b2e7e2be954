#include "mien/cli/ensemble_members.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "temp_folder.h"

namespace mien::cli {
namespace {

using testing::HasSubstr;

class NamedMembers : public testing::Test {
 protected:
  NamedMembers() {
    for (const char* name : {"best", "last", "epoch-0002", "epoch-0004", "epoch-0006", "epoch-x"}) {
      folder_.write("run/" + std::string(name) + ".safetensors", "");
    }
  }
  std::vector<std::string> names(const std::vector<std::string>& words) const {
    std::vector<std::string> result;
    std::vector<std::string> paths;
    paths.reserve(words.size());
    for (const std::string& word : words) paths.push_back((folder_ / word).string());
    for (const auto& file : named_members(paths)) result.push_back(file.stem().string());
    return result;
  }
  std::string error_of(const std::vector<std::string>& words) const {
    try {
      names(words);
    } catch (const Error& error) {
      return std::to_string(error.exit_code()) + " " + error.what();
    }
    return "no error";
  }
  test::TempFolder folder_;
};

TEST_F(NamedMembers, AreFilesRunsAndEpochs) {
  EXPECT_THAT(names({"run", "run/last.safetensors", "run@epoch=4"}),
              testing::ElementsAre("best", "last", "epoch-0004"));
  EXPECT_THAT(names({"run@epoch=3..6"}), testing::ElementsAre("epoch-0004", "epoch-0006"));
  EXPECT_THAT(names({"run@epoch=6,2"}), testing::ElementsAre("epoch-0006", "epoch-0002"));
}

TEST_F(NamedMembers, SayWhatIsWrong) {
  EXPECT_THAT(error_of({"run@epoch=5"}), HasSubstr("no weights of epoch 5; it keeps 2, 4, 6"));
  EXPECT_THAT(error_of({"run@epoch=2,9..11"}), HasSubstr("epoch 9..11"));
  for (const char* word : {"run@epoch=", "run@epoch=x", "run@epoch=0", "run@epoch=6..2"}) {
    EXPECT_THAT(error_of({word}), testing::StartsWith("2 ")) << word;
  }
  EXPECT_THAT(error_of({"none"}), testing::StartsWith("3 "));
  EXPECT_THAT(error_of({"none@epoch=2"}), HasSubstr("no run folder"));
  EXPECT_THAT(error_of({"ens.toml"}), HasSubstr("is an ensemble"));
  EXPECT_THAT(error_of({"run", "run/best.safetensors"}), HasSubstr("named twice"));
  std::filesystem::create_directory(folder_ / "empty");
  EXPECT_THAT(error_of({"empty@epoch=1..3"}), HasSubstr("it keeps none"));
}

}  // namespace
}  // namespace mien::cli
