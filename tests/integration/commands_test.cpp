// What the README shows, in small: from drawn faces to rows of predictions.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/core/files.h"

#include "small_runs.h"

namespace mien::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::int64_t lines_of(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

class Commands : public SmallRuns {
 protected:
  void train_emma() {
    draw();
    ASSERT_EQ(mien(dan("dan")).code, 0);
    const ProgramResult emma = mien("train emma --recipe=emma-small --data " + path("faces") +
                                    " --dan " + path("dan") + " -o " + path("emma") +
                                    " --model.vit=32x2x2/8 --input.size=32 --optim.epochs=2 "
                                    "--optim.batch=16 --threads=1 --precision=float32");
    ASSERT_EQ(emma.code, 0) << emma.err;
    EXPECT_THAT(emma.err, HasSubstr("device: CPU"));
    EXPECT_THAT(emma.err, HasSubstr("training: 48 pictures"));
    EXPECT_THAT(emma.out, HasSubstr("P_MTL"));
  }
  std::string predict(const std::string& format, const std::string& file) {
    const std::string out = path("out-" + format);
    const ProgramResult result =
        mien("predict " + path("emma") + " --data " + path("faces/validation_set_annotations.txt") +
             " -o " + out + " --format " + format + " --precision=float32 -q");
    EXPECT_EQ(result.code, 0) << result.err;
    return read_file(out + "/" + file);
  }
  void expect_run_files() {
    for (const char* name : {"options.toml",
                             "run.json",
                             "metrics.jsonl",
                             "best.safetensors",
                             "last.safetensors",
                             "checkpoint.safetensors",
                             "curves.png",
                             "confusion.png"}) {
      EXPECT_TRUE(std::filesystem::exists(path("emma/") + name)) << name;
    }
    EXPECT_EQ(lines_of(read_file(path("emma/metrics.jsonl"))), 2);
  }
  void expect_scores() {
    const ProgramResult scores =
        mien("evaluate " + path("emma") + " --data " + path("faces") + " --json");
    ASSERT_EQ(scores.code, 0) << scores.err;
    const auto json = nlohmann::json::parse(scores.out);
    EXPECT_EQ(json["pooled"]["samples"], 24);
    EXPECT_EQ(json["lists"].size(), 1U);
    EXPECT_EQ(read_file(path("emma/evaluation.json")), scores.out);
  }
  void expect_predictions() {
    const std::string list = read_file(path("faces/validation_set_annotations.txt"));
    const std::string first =
        list.substr(list.find('\n') + 1, list.find(',', list.find('\n')) - list.find('\n') - 1);
    const std::string csv = predict("csv", "predictions.csv");
    EXPECT_THAT(csv, StartsWith("input,valence,arousal,expression,p_neutral,"));
    EXPECT_EQ(lines_of(csv), 25);
    EXPECT_THAT(csv, HasSubstr("\n" + first + ","));
    EXPECT_EQ(lines_of(predict("jsonl", "predictions.jsonl")), 24);
    const std::string abaw = predict("abaw", "predictions.txt");
    EXPECT_THAT(abaw, StartsWith("image,valence,arousal,expression,aus\n" + first + ","));
    EXPECT_EQ(lines_of(abaw), 25);
    EXPECT_EQ(
        std::count(abaw.begin() + static_cast<std::ptrdiff_t>(abaw.find('\n')), abaw.end(), ','),
        24 * 15);
    EXPECT_THAT(predict("abaw-lsd", "predictions.txt"),
                StartsWith("image,expression\n" + first + ","));
  }
};

TEST_F(Commands, FromDrawnFacesToRows) {
  train_emma();
  if (HasFatalFailure()) return;
  const ProgramResult check = mien("data check " + path("faces"));
  EXPECT_EQ(check.code, 0) << check.out;
  EXPECT_THAT(check.out, HasSubstr("format abaw-mtl"));
  EXPECT_THAT(check.out, HasSubstr("72 pictures looked at: nothing wrong"));
  expect_run_files();
  expect_scores();
  expect_predictions();
  const ProgramResult info = mien("info " + path("emma") + " --tensors");
  EXPECT_EQ(info.code, 0) << info.err;
  EXPECT_THAT(info.out, HasSubstr("vit.cls_token"));
  EXPECT_THAT(info.out, HasSubstr("mien.vocabulary.expressions"));
}

TEST_F(Commands, AnotherVocabularyIsJoinedByName) {
  draw();
  ASSERT_EQ(
      mien("data synth --task=lsd -o " + path("lsd") + " --training=12 --validation=12 --size=48")
          .code,
      0);
  ASSERT_EQ(mien(vit("vit")).code, 0);
  const ProgramResult scores = mien("evaluate " + path("vit") + " --data " + path("lsd") +
                                    " --data " + path("faces") + " --json --precision=float32");
  ASSERT_EQ(scores.code, 0) << scores.err;
  const auto json = nlohmann::json::parse(scores.out);
  ASSERT_EQ(json["lists"].size(), 2U);
  EXPECT_EQ(json["lists"][0]["scores"]["expression_labels"], 12);
  EXPECT_TRUE(json["lists"][0]["scores"]["ccc"].is_null());
  EXPECT_EQ(json["pooled"]["samples"], 36);
}

TEST_F(Commands, JsonLogIsJsonThroughout) {
  draw();
  const ProgramResult json = mien(vit("vit") + " --log json");
  ASSERT_EQ(json.code, 0) << json.err;
  std::istringstream lines(json.err);
  int epochs = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto event = nlohmann::json::parse(line);
    if (event["event"] != "epoch") continue;
    EXPECT_EQ(event["epoch"], ++epochs);
  }
  EXPECT_EQ(epochs, 3);
}

}  // namespace
}  // namespace mien::test
