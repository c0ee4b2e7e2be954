// `mien evaluate --robustness`: how far answers move when a picture changes and its face does not.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/image/image.h"

#include "files_below.h"
#include "small_runs.h"

namespace mien::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

constexpr const char* kRuntime = " --device cpu --precision float32 --threads 1 -q";

const std::vector<std::string>& changes() {
  static const std::vector<std::string> kChanges = {"moved right by 5 %",
                                                    "moved left by 5 %",
                                                    "moved down by 5 %",
                                                    "moved up by 5 %",
                                                    "5 % larger",
                                                    "5 % smaller",
                                                    "JPEG quality 40",
                                                    "half the resolution",
                                                    "brightness x 0.7",
                                                    "brightness x 1.3",
                                                    "grey"};
  return kChanges;
}

class RobustnessOption : public SmallRuns {
 protected:
  void train() const {
    draw();
    ASSERT_EQ(mien(vit("run", "2") + " -q").code, 0);
  }
  std::string evaluate(const std::string& weights, const std::string& more) const {
    const ProgramResult result =
        mien("evaluate " + path(weights) + " --data " + path("faces") + " " + more + kRuntime);
    EXPECT_EQ(result.code, 0) << result.err;
    return result.out;
  }
  /// The entries, which are of all changes in their order.
  Json movements(const std::string& weights) const {
    Json list = Json::parse(evaluate(weights, "--robustness --json"))["robustness"];
    EXPECT_EQ(list.size(), changes().size());
    for (std::size_t i = 0; i < list.size(); ++i) EXPECT_EQ(list[i]["change"], changes()[i]);
    return list;
  }
  /// Every picture of the set becomes one shade of grey, each another.
  void paint_grey() const {
    const fs::path folder = path("faces/cropped_aligned");
    int shade = 60;
    for (const std::string& name : files_below(folder)) {
      Image image(48, 48);
      image.pixels.assign(image.pixels.size(), static_cast<std::uint8_t>(shade++));
      write_image(folder / name, image);
    }
    ASSERT_EQ(shade, 60 + 48 + 24);
  }
};

TEST_F(RobustnessOption, IsATableAndEntriesOfTheJson) {
  train();
  if (HasFatalFailure()) return;
  EXPECT_FALSE(Json::parse(evaluate("run", "--json")).contains("robustness"));
  EXPECT_THAT(evaluate("run", ""), Not(HasSubstr("how far answers move")));
  const Json list = movements("run");
  EXPECT_EQ(Json::parse(read_file(path("run/evaluation.json")))["robustness"], list);
  const std::string text = evaluate("run", "--robustness");
  const std::size_t begin = text.find("\nhow far answers move");
  ASSERT_NE(begin, std::string::npos) << text;
  EXPECT_THAT(text.substr(0, begin), HasSubstr("VA CCC")) << "the scores come first";
  std::istringstream lines(text.substr(begin + 1));
  std::string line;
  for (int head = 0; head < 3; ++head) std::getline(lines, line);
  for (const Json& moved : list) {
    const std::string change = moved["change"];
    ASSERT_TRUE(std::getline(lines, line)) << change;
    ASSERT_EQ(line.substr(0, change.size()), change);
    const auto number = [&](const char* key) { return moved[key].get<double>(); };
    EXPECT_THAT(words_of(line.substr(change.size())),
                testing::ElementsAre(number_text(number("valence"), 3),
                                     number_text(number("arousal"), 3),
                                     number_text(100 * number("expression"), 2),
                                     number_text(100 * number("action_units"), 2)));
    EXPECT_GT(number("valence"), 0) << change << " is seen";
    EXPECT_LT(number("valence"), 1) << change;
    for (const char* share : {"expression", "action_units"}) {
      EXPECT_GE(number(share), 0) << change;
      EXPECT_LE(number(share), 1) << change;
    }
  }
  EXPECT_FALSE(std::getline(lines, line)) << line;
}

TEST_F(RobustnessOption, OfPicturesWithoutAnythingOnThemOnlyBrightnessMoves) {
  train();
  if (HasFatalFailure()) return;
  paint_grey();
  for (const Json& moved : movements("run")) {
    const std::string change = moved["change"];
    if (change == "JPEG quality 40") continue;  // it may round a shade
    if (change.starts_with("brightness")) {
      EXPECT_GT(moved["valence"].get<double>(), 0) << change;
      continue;
    }
    for (const char* key : {"valence", "arousal", "expression", "action_units"}) {
      EXPECT_NEAR(moved[key].get<double>(), 0, 1e-6) << change << " " << key;
    }
  }
}

TEST_F(RobustnessOption, OfAnEnsembleItIsTheMeansMovement) {
  train();
  if (HasFatalFailure()) return;
  fs::copy_file(path("run/best.safetensors"), path("twin.safetensors"));
  const ProgramResult made = mien("ensemble " + path("run") + " " + path("twin.safetensors") +
                                  " -o " + path("ens.toml") + " -q");
  ASSERT_EQ(made.code, 0) << made.err;
  const Json one = movements("run");
  const Json both = movements("ens.toml");
  for (std::size_t i = 0; i < changes().size(); ++i) {
    for (const char* key : {"valence", "arousal", "expression", "action_units"}) {
      EXPECT_NEAR(both[i][key].get<double>(), one[i][key].get<double>(), 1e-6)
          << "twins answer as one: " << changes()[i] << " " << key;
    }
  }
  EXPECT_TRUE(fs::exists(path("ens.evaluation.json")));
}

TEST_F(RobustnessOption, APictureThatCannotBeReadLeavesNoFile) {
  train();
  if (HasFatalFailure()) return;
  const std::string list = read_file(path("faces/validation_set_annotations.txt"));
  const std::size_t first = list.find('\n') + 1;
  const std::string name = list.substr(first, list.find(',', first) - first);
  folder_.write("faces/cropped_aligned/" + name, "no picture");
  const ProgramResult result =
      mien("evaluate " + path("run") + " --data " + path("faces") + " --robustness" + kRuntime);
  EXPECT_EQ(result.code, 3) << result.err;
  EXPECT_THAT(result.err, HasSubstr(name));
  EXPECT_EQ(result.out, "");
  EXPECT_FALSE(fs::exists(path("run/evaluation.json")));
}

}  // namespace
}  // namespace mien::test
