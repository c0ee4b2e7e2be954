// Thresholds and a temperature fitted by the command, and what holds by them afterwards.
#include <cstddef>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/core/files.h"
#include "mien/nn/ensemble.h"

#include "small_runs.h"

namespace mien::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Json = nlohmann::json;

constexpr const char* kRuntime = " --device cpu --precision float32 --threads 1 -q";

class TuneCommand : public SmallRuns {
 protected:
  ProgramResult tune(const std::string& weights, const std::string& more = "") const {
    return mien("tune " + path(weights) + " --data " + path("faces") + " --least 4 " + more +
                kRuntime);
  }
  Json scores_of(const std::string& weights) const {
    const ProgramResult result =
        mien("evaluate " + path(weights) + " --data " + path("faces") + " --json" + kRuntime);
    EXPECT_EQ(result.code, 0) << result.err;
    return Json::parse(result.out)["pooled"];
  }
};

TEST_F(TuneCommand, StoresWhatHolds) {
  draw();
  ASSERT_EQ(mien(vit("vit") + " -q").code, 0);
  const Json before = scores_of("vit");
  const ProgramResult tuned = tune("vit");
  ASSERT_EQ(tuned.code, 0) << tuned.err;
  EXPECT_THAT(tuned.out, AllOf(HasSubstr("cross-validated"), HasSubstr("threshold")));
  const NetworkCard card = load_network(path("vit")).card;
  EXPECT_EQ(card.thresholds.size(), 12U);
  EXPECT_NE(card.temperature, 1);
  EXPECT_EQ(card.tuned.pictures, 24);
  EXPECT_EQ(card.tuned.least, 4);
  EXPECT_THAT(card.tuned.date, testing::StartsWith("20"));
  EXPECT_FALSE(card.notes.at("epoch").empty()) << "what was there stays";
  const Json after = scores_of("vit");
  EXPECT_GT(after["action_unit_f1"], before["action_unit_f1"]);
  EXPECT_EQ(after["expression_accuracy"], before["expression_accuracy"]);
  EXPECT_NE(after["expression_calibration_error"], before["expression_calibration_error"]);
  EXPECT_THAT(mien("info " + path("vit")).out,
              AllOf(HasSubstr("mien.card.tuned.date = 20"), HasSubstr("mien.card.temperature = ")));
  // Fitted again it is the same: what is stored takes no part.
  const std::string first = read_file(path("vit/best.safetensors"));
  ASSERT_EQ(tune("vit", "--folds 0").code, 0);
  EXPECT_EQ(load_network(path("vit")).card.thresholds, card.thresholds);
  EXPECT_EQ(load_network(path("vit")).card.temperature, card.temperature);
  EXPECT_EQ(read_file(path("vit/best.safetensors")).size(), first.size());
}

TEST_F(TuneCommand, AnEnsemblesNumbersLieInItsFile) {
  draw();
  ASSERT_EQ(mien(vit("vit") + " --train.keep=every:1 -q").code, 0);
  ASSERT_EQ(mien("ensemble " + path("vit") + "@epoch=1..3 -q -o " + path("ens.toml")).code, 0);
  const ProgramResult tuned = tune("ens.toml", "-o " + path("deeper/tuned.toml"));
  ASSERT_EQ(tuned.code, 0) << tuned.err;
  EXPECT_EQ(load_ensemble(path("ens.toml")).mean.temperature(), 1);
  const LoadedEnsemble loaded = load_ensemble(path("deeper/tuned.toml"));
  EXPECT_NE(loaded.mean.temperature(), 1);
  EXPECT_EQ(loaded.members.size(), 3U);
  EXPECT_GT(scores_of("deeper/tuned.toml")["action_unit_f1"],
            scores_of("ens.toml")["action_unit_f1"]);
}

TEST_F(TuneCommand, SaysWhatIsWrong) {
  draw();
  ASSERT_EQ(mien(vit("vit", "1") + " -q").code, 0);
  EXPECT_EQ(mien("tune " + path("vit")).code, 2) << "no data";
  EXPECT_EQ(tune("none").code, 3);
  EXPECT_EQ(tune("vit", "-o " + path("tuned.toml")).code, 2);
  const std::string before = read_file(path("vit/best.safetensors"));
  {
    const FolderLock training(path("vit"));
    const ProgramResult locked = tune("vit");
    EXPECT_EQ(locked.code, 2);
    EXPECT_EQ(read_file(path("vit/best.safetensors")), before);
  }
  ASSERT_EQ(tune("vit", "-o " + path("tuned.safetensors")).code, 0);
  EXPECT_EQ(read_file(path("vit/best.safetensors")), before) << "-o leaves the run as it was";
}

}  // namespace
}  // namespace mien::test
