// CoTEX as a user has it: trained on drawn faces of six expressions, scored, and put to use.
#include <algorithm>
#include <string>

#include <ATen/TensorOperators.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/core/files.h"
#include "mien/nn/weights.h"

#include "small_runs.h"

namespace mien::test {
namespace {

using testing::HasSubstr;

class CotexCommands : public SmallRuns {
 protected:
  void SetUp() override {
    const ProgramResult drawn =
        mien("data synth -q --task lsd --training=32 --validation=12 --size=48 -o " + path("lsd"));
    ASSERT_EQ(drawn.code, 0) << drawn.err;
  }
  std::string cotex(const std::string& run, const std::string& more) const {
    return "train cotex --recipe cotex-small --model.vit=24x2x2/8 --input.size=32 "
           "--threads=1 --precision=float32 --data " +
           path("lsd") + " -o " + path(run) + " " + more;
  }
  void train(const std::string& run, const std::string& more) {
    const ProgramResult result = mien(cotex(run, more));
    ASSERT_EQ(result.code, 0) << result.err;
    said_ = result.err;
  }
  static constexpr const char* kShort = "--optim.epochs=2 --optim.batch=12 ";
  std::string said_;
};

TEST_F(CotexCommands, TrainEvaluatePredictRead) {
  train("run", std::string(kShort) + "--mask 0.75 --loss.lambda=2");
  EXPECT_THAT(said_, HasSubstr("agreement"));
  const auto epoch =
      nlohmann::json::parse(read_file(path("run/metrics.jsonl"))
                                .substr(0, read_file(path("run/metrics.jsonl")).find('\n')));
  const double agreement = epoch["losses"]["agreement"];
  const double expression = epoch["losses"]["expression"];
  EXPECT_GE(agreement, 0);
  EXPECT_NEAR(epoch["losses"]["total"], expression + 2 * agreement, 1e-4);

  const std::string use = " --precision=float32 -q ";
  const ProgramResult scores =
      mien("evaluate " + path("run") + " --data " + path("lsd") + " --json");
  ASSERT_EQ(scores.code, 0) << scores.err;
  EXPECT_EQ(nlohmann::json::parse(scores.out)["pooled"]["expression_labels"], 12);
  const ProgramResult rows = mien("predict " + path("run") + " --data " + path("lsd") +
                                  " --format abaw-lsd -o " + path("out") + use);
  ASSERT_EQ(rows.code, 0) << rows.err;
  const std::string text = read_file(path("out/predictions.txt"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 13);
  const ProgramResult read = mien("read " + path("lsd/val") + " --recursive --no-detect --model " +
                                  path("run") + " -o " + path("read") + use);
  ASSERT_EQ(read.code, 0) << read.err;
  EXPECT_THAT(read_file(path("read/pictures.csv")), HasSubstr("p_happiness"));
  const ProgramResult vectors =
      mien("features " + path("lsd/val") + " --recursive --no-detect --model " + path("run") +
           " -o " + path("features.safetensors") + use);
  ASSERT_EQ(vectors.code, 0) << vectors.err;
  EXPECT_EQ(read_safetensors(path("features.safetensors")).tensors.at("features").sizes(),
            at::IntArrayRef({12, 48}));  // both views' 24 beside each other
}

TEST_F(CotexCommands, TheBatchFollowsTheMaskAndIsKept) {
  train("run", "--mask 0.5 --optim.batch=table6 --optim.micro_batch=5 --optim.epochs=1");
  EXPECT_THAT(said_, HasSubstr("batch: 128 pictures for a mask of 50 %"));
  EXPECT_THAT(said_, HasSubstr("batch 128 x 1 in parts of 5"));
  EXPECT_THAT(read_file(path("run/options.toml")), HasSubstr("\nbatch = 128\n"));
  EXPECT_EQ(mien("train --resume " + path("run")).code, 0);
}

TEST_F(CotexCommands, PartsOfABatchTrainAlike) {
  const std::string sgd =  // Adam makes much of rounding
      std::string(kShort) + "--optim.name=sgd --optim.lr=0.01 ";
  train("whole", sgd);
  train("parts", sgd + "--optim.micro_batch=5");
  const StateDict whole = read_safetensors(path("whole/last.safetensors"));
  const StateDict parts = read_safetensors(path("parts/last.safetensors"));
  for (const auto& [name, tensor] : whole.tensors) {
    const double apart = (tensor - parts.tensors.at(name)).abs().max().item<double>();
    EXPECT_LT(apart, 1e-4) << name;
  }
}

TEST_F(CotexCommands, ABackboneFillsBothViews) {
  train("first", kShort);
  train("second", kShort + ("--backbone " + path("first")));
  EXPECT_THAT(said_, HasSubstr("backbone: 60 of 64 tensors"));
}

TEST_F(CotexCommands, ConcordanceIsNotTakenInParts) {
  draw();
  const ProgramResult refused = mien(vit("vit") + " --optim.micro_batch=4");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("optim.micro_batch: the concordance"));
}

}  // namespace
}  // namespace mien::test
