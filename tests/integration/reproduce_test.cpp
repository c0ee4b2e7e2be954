// `mien reproduce`: rows of a table trained and scored, taken up after a kill, never made twice.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "small_runs.h"

namespace mien::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

class ReproduceTest : public SmallRuns {
 protected:
  void SetUp() override {
    const ProgramResult drawn = mien(
        "data synth -q --task lsd --training=48 --validation=24 --size=48 -o " + path("faces"));
    ASSERT_EQ(drawn.code, 0) << drawn.err;
    const ProgramResult pretrained = mien(
        "pretrain -q --recipe=tables-mae --model.vit=32x2x2/8 --model.decoder=16x1x2 "
        "--optim.epochs=1 --optim.batch=16 --optim.warmup_epochs=0.5 --threads=1 --data " +
        path("faces") + " -o " + path("mae"));
    ASSERT_EQ(pretrained.code, 0) << pretrained.err;
  }

  /// Two rows of table 6 of three epochs each; a checkpoint after each step.
  std::string reproduce(const std::string& output) const {
    return "reproduce table6 --scale=small --rows=vit-b --rows=lambda --threads=1 "
           "--precision=float32 --set=model.vit=32x2x2/8 --set=optim.epochs=3 --set=optim.batch=8 "
           "--set=train.checkpoint_steps=1 --use=mae-faces=" +
           path("mae") + " --data " + path("faces") + " -o " + path(output);
  }
  /// Row, seed and scores; what a clock or the machine's memory says left out.
  std::string scores(const std::string& output) const {
    std::istringstream lines(text_of(path(output) + "/table6.csv"));
    std::string kept;
    for (std::string line; std::getline(lines, line);) {
      for (int column = 0; column < 4; ++column) line.resize(line.rfind(','));
      kept += line + "\n";
    }
    return kept;
  }
};

TEST_F(ReproduceTest, TrainsRowsOnceAndPutsThePapersNumbersBesideThem) {
  const ProgramResult first = mien(reproduce("table"));
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.err, HasSubstr("mien train vit --recipe tables-vit-expr"));
  EXPECT_THAT(first.out, HasSubstr("ViT-B (MAE on faces)"));
  EXPECT_THAT(first.out, HasSubstr("71.95"));
  EXPECT_TRUE(fs::exists(path("table") + "/table6.png"));
  EXPECT_THAT(text_of(path("table") + "/table6.md"), HasSubstr("| ViT-B (MAE on faces) |"));
  EXPECT_THAT(text_of(path("table") + "/runs/vit-faces-1.json"), HasSubstr("\"finished\": true"));
  const std::string csv = text_of(path("table") + "/table6.csv");

  const ProgramResult second = mien(reproduce("table"));
  ASSERT_EQ(second.code, 0) << second.err;
  EXPECT_THAT(second.err, Not(HasSubstr("mien train")));
  EXPECT_EQ(text_of(path("table") + "/table6.csv"), csv);

  // A run that was made anew is scored anew.
  fs::remove_all(path("table") + "/runs/vit-faces-1");
  fs::remove(path("table") + "/runs/vit-faces-1.json");
  const ProgramResult third = mien(reproduce("table") + " --rows=vit-b");
  ASSERT_EQ(third.code, 0) << third.err;
  EXPECT_THAT(third.err, HasSubstr("mien train vit"));
  EXPECT_THAT(text_of(path("table") + "/table6.md"), HasSubstr("lambda 0"));

  const ProgramResult other = mien(reproduce("table") + " --set=optim.lr=1e-4");
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("was made by another command"));
}

TEST_F(ReproduceTest, GoesOnAfterAKillToTheSameScores) {
  const ProgramResult whole = mien(reproduce("whole"));
  ASSERT_EQ(whole.code, 0) << whole.err;
  {
    RunningMien killed(reproduce("cut"));
    ASSERT_TRUE(wait_for_file(path("cut") + "/runs/vit-faces-1/checkpoint.safetensors"));
    killed.send(SIGKILL);
    killed.wait();
  }
  const ProgramResult again = mien(reproduce("cut"));
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(scores("cut"), scores("whole"));
}

TEST_F(ReproduceTest, PlansWithoutDoingAnything) {
  const ProgramResult plan = mien(reproduce("plan") + " --plan");
  ASSERT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out,
              HasSubstr("mien train vit --recipe tables-vit-expr --data " + path("faces") +
                        " --backbone " + path("mae")));
  EXPECT_FALSE(fs::exists(path("plan")));
}

TEST_F(ReproduceTest, SaysWhatARowLacks) {
  const ProgramResult result = mien("reproduce table1 --scale=small --rows=vgg --rows=vit --data " +
                                    path("faces") + " -o " + path("lacking"));
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out,
              HasSubstr("needs weights: VGG-Face's published weights (--use "
                        "vgg-face-published=FILE)"));
  EXPECT_THAT(result.out, HasSubstr("needs --faces"));
  EXPECT_EQ(
      mien("reproduce table1 --rows=nobody --data " + path("faces") + " -o " + path("x")).code, 2);
}

TEST_F(ReproduceTest, SmallNetworksWithoutPublishedWeightsLearnFromNothingAndSaySo) {
  const std::string rows = "reproduce table2 --rows=resnet --threads=1 --data " + path("faces");
  const ProgramResult small =
      mien(rows + " --scale=small --set=optim.epochs=1 --set=input.size=32 -o " + path("small"));
  ASSERT_EQ(small.code, 0) << small.err;
  EXPECT_THAT(small.err, Not(HasSubstr("--backbone")));
  EXPECT_THAT(text_of(path("small") + "/table2.md"),
              HasSubstr("from nothing, without ResNet-50's ImageNet weights"));

  const ProgramResult paper = mien(rows + " -o " + path("paper"));
  EXPECT_THAT(paper.out, HasSubstr("(--use resnet50-imagenet=FILE)"));
  const ProgramResult given =
      mien(rows + " --plan --use=resnet50-imagenet=" + path("mae") + " -o " + path("paper"));
  EXPECT_THAT(given.out, HasSubstr("--backbone " + path("mae")));
}

}  // namespace
}  // namespace mien::test
