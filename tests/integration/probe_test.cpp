// A linear probe by the command.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/core/files.h"

#include "small_runs.h"

namespace mien::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kRuntime = " --device cpu --precision float32 --threads 1 -q";

class ProbeCommand : public SmallRuns {};

TEST_F(ProbeCommand, ScoresTheFeatures) {
  draw();
  ASSERT_EQ(mien(vit("vit", "1") + " -q").code, 0);
  const std::string words = "probe " + path("vit") + " --data " + path("faces") + kRuntime;
  const ProgramResult text = mien(words);
  ASSERT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out,
              AllOf(HasSubstr("24 pictures"),
                    HasSubstr("layer class, 32 features"),
                    HasSubstr("valence, arousal: "),
                    HasSubstr("training labels, penalty ")));
  EXPECT_EQ(mien(words).out, text.out) << "the same each time";
  const ProgramResult json = mien(words + " --layer mean --json -o " + path("probe.json"));
  ASSERT_EQ(json.code, 0) << json.err;
  EXPECT_EQ(read_file(path("probe.json")), json.out);
  const auto report = nlohmann::json::parse(json.out);
  EXPECT_EQ(report["layer"], "mean");
  EXPECT_EQ(report["probe"].size(), 3U);
  EXPECT_EQ(report["pooled"]["samples"], 24);
  for (const char* score : {"ccc", "expression_f1", "action_unit_f1"}) {
    EXPECT_TRUE(report["pooled"][score].is_number()) << score;
  }
}

TEST_F(ProbeCommand, NeedsTwoParts) {
  draw();
  ASSERT_EQ(mien(vit("vit", "1") + " -q").code, 0);
  const ProgramResult same = mien("probe " + path("vit") + " --data " +
                                  path("faces/training_set_annotations.txt") + kRuntime);
  EXPECT_EQ(same.code, 3) << same.out;
  EXPECT_EQ(mien("probe " + path("vit") + kRuntime).code, 2) << "no data";
  EXPECT_EQ(mien("probe " + path("vit") + " --layer nose --data " + path("faces") + kRuntime).code,
            2);
}

}  // namespace
}  // namespace mien::test
