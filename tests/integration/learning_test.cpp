// A transformer that starts from nothing learns drawn faces, beyond what a linear classifier can.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "small_runs.h"

namespace mien::test {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

class Learning : public SmallRuns {};

TEST_F(Learning, DrawnFacesBeyondALinearClassifier) {
  if (kSanitized) GTEST_SKIP() << "sanitizers make a training of minutes out of one of seconds";
  const ProgramResult drawn =
      mien("data synth -q --training=3000 --validation=500 --size=32 -o " + path("faces"));
  ASSERT_EQ(drawn.code, 0) << drawn.err;
  const ProgramResult trained =
      mien("train vit -q --recipe=vit-small --optim.epochs=12 --data " + path("faces") + " -o " +
           path("vit") + " --threads=1 --precision=float32");
  ASSERT_EQ(trained.code, 0) << trained.err;
  const ProgramResult scores =
      mien("evaluate " + path("vit") + " --data " + path("faces") + " --json --precision=float32");
  ASSERT_EQ(scores.code, 0) << scores.err;
  const auto pooled = nlohmann::json::parse(scores.out)["pooled"];
  // Ridge regression on the pixels: action units about .45, valence .55, arousal .45
  // (docs/results.md); this training reached .56, .82 and .64.
  EXPECT_GT(pooled["action_unit_f1"], 0.5);
  EXPECT_GT(pooled["ccc_valence"], 0.65);
  EXPECT_GT(pooled["ccc_arousal"], 0.5);
}

}  // namespace
}  // namespace mien::test
