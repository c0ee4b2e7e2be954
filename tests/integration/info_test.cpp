// `mien info` and the model card that lies beside weights.
#include <filesystem>
#include <string>

#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/nn/weights.h"

#include "small_runs.h"

namespace mien::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using Json = nlohmann::json;

constexpr const char* kCard = "# EMMA, small\n\nReads *faces*; \"quoted\".\n";

class InfoCommand : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  /// Weights of nothing in particular: info does not ask what they are good for.
  std::string weights(const std::string& name) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    write_safetensors(folder_ / name, {{{"head.weight", at::zeros({2, 3})}}, {{"about", "test"}}});
    return path(name);
  }
  static std::string text(const std::string& words) {
    const ProgramResult result = mien("info " + words);
    EXPECT_EQ(result.code, 0) << result.err;
    return result.out;
  }

  TempFolder folder_;
};

TEST_F(InfoCommand, EndsWithTheModelCard) {
  const std::string file = weights("emma-1.safetensors");
  folder_.write("emma-2.md", "another one's card");
  const std::string before = text(file);
  EXPECT_THAT(before, HasSubstr("about = test\n"));
  EXPECT_THAT(before, HasSubstr("numbers = 6\n"));
  EXPECT_FALSE(Json::parse(text(file + " --json")).contains("model_card"));
  folder_.write("emma-1.md", kCard);
  EXPECT_EQ(text(file), before + "\n" + kCard);
  EXPECT_EQ(Json::parse(text(file + " --json"))["model_card"], kCard);
  EXPECT_THAT(text(file + " --tensors"), HasSubstr("head.weight"));
  EXPECT_THAT(text(file + " --tensors"), EndsWith(std::string("\n\n") + kCard));
}

TEST_F(InfoCommand, ACardMayBeAnyBytes) {
  const std::string file = weights("emma-1.safetensors");
  folder_.write("emma-1.md", "caf\xE9 without an end");
  EXPECT_THAT(text(file), EndsWith("\ncaf\xE9 without an end\n"));
  EXPECT_EQ(Json::parse(text(file + " --json"))["model_card"], "caf\xEF\xBF\xBD without an end");
  folder_.write("emma-1.md", "");
  EXPECT_EQ(Json::parse(text(file + " --json"))["model_card"], "");
}

TEST_F(InfoCommand, ARunsCardIsThatOfItsBestWeights) {
  weights("run/best.safetensors");
  folder_.write("run/run.json", "{\"format\": 1}");
  folder_.write("run.md", "not the card");
  folder_.write("run/best.md", kCard);
  const std::string said = text(path("run"));
  EXPECT_THAT(said, EndsWith(std::string("\n\n") + kCard));
  EXPECT_THAT(said, testing::Not(HasSubstr("not the card")));
}

TEST_F(InfoCommand, SaysWhatIsWrong) {
  folder_.write("emma-1.safetensors", "these are words");
  folder_.write("emma-1.md", kCard);
  const ProgramResult damaged = mien("info " + path("emma-1.safetensors"));
  EXPECT_EQ(damaged.code, 3);
  EXPECT_THAT(damaged.err, HasSubstr("emma-1.safetensors"));
  EXPECT_EQ(damaged.out, "") << "a card alone is no answer";
  std::filesystem::create_directory(folder_ / "empty");
  const ProgramResult empty = mien("info " + path("empty"));
  EXPECT_EQ(empty.code, 3);
  EXPECT_THAT(empty.err, HasSubstr("holds no run of mien"));
}

}  // namespace
}  // namespace mien::test
