#include "mien/cli/training_report.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/files.h"
#include "mien/image/image.h"

#include "temp_folder.h"

namespace mien::cli {
namespace {

using testing::HasSubstr;

EpochResult epoch_result(std::int64_t epoch, double total) {
  EpochResult result;
  result.epoch = epoch;
  result.lr = 7.8125e-4;
  result.losses = {{"expression", 1.5}, {"total", 2.25}};
  result.images_per_second = 12.5;
  result.seconds = 65;
  result.best = true;
  result.validation.vocabulary = {{"neutral", "anger"}, {}, false};
  Scores& scores = result.validation.pooled;
  scores.samples = 4;
  scores.expression_labels = 4;
  scores.expression_f1 = total;
  scores.total = total;
  scores.confusion = {{2, 0}, {1, 1}};
  result.validation.lists = {{"list", scores}};
  return result;
}

class TrainingReportTest : public testing::Test {
 protected:
  void add(TrainingReport& report, const EpochResult& result) {
    append_record(folder_ / "metrics.jsonl", epoch_to_json(result) + "\n");
    report.add(result);
  }
  std::size_t event_files() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      if (entry.path().filename().string().find("tfevents") != std::string::npos) ++count;
    }
    return count;
  }

  test::TempFolder folder_;
  std::ostringstream out_;
  std::ostringstream log_;
  Console console_{out_, log_, false};
};

TEST_F(TrainingReportTest, ARowAnEpochUnderOneHeader) {
  TrainingReport report(folder_.path(), console_);
  add(report, epoch_result(1, 0.25));
  add(report, epoch_result(2, 0.5));
  std::istringstream lines(log_.str());
  std::string header, first, second, rest;
  std::getline(lines, header);
  std::getline(lines, first);
  std::getline(lines, second);
  EXPECT_FALSE(std::getline(lines, rest));
  EXPECT_THAT(header, HasSubstr("expression"));
  EXPECT_THAT(header, HasSubstr("EXPR F1"));
  EXPECT_THAT(first, HasSubstr("25.00"));
  EXPECT_THAT(second, HasSubstr("1:05  best"));
  EXPECT_EQ(header.find("EXPR F1") + 7, first.find("25.00") + 5)
      << "columns stand under their names";
}

TEST_F(TrainingReportTest, DrawsAndRecords) {
  TrainingReport report(folder_.path(), console_);
  add(report, epoch_result(1, 0.25));
  EXPECT_GT(read_image(folder_ / "curves.png").width, 1000);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "confusion.png"));
  EXPECT_EQ(event_files(), 1U);
}

TEST_F(TrainingReportTest, CurvesHoldEpochsFromBeforeAResume) {
  TrainingReport before(folder_.path(), console_);
  add(before, epoch_result(1, 0.25));
  append_record(folder_ / "metrics.jsonl", epoch_to_json(epoch_result(2, 0.5)) + "\n");
  const std::vector<Panel> panels = epoch_panels(read_epochs(folder_ / "metrics.jsonl"));
  ASSERT_EQ(panels.size(), 3U);
  EXPECT_THAT(panels[1].curves.at(0).x, testing::ElementsAre(1, 2));
  EXPECT_THAT(panels[1].curves.at(0).y, testing::ElementsAre(25, 50));
  EXPECT_EQ(panels[1].mark, 2.0);
}

TEST_F(TrainingReportTest, AnEpochsLineThatAKillCutIsPassedOver) {
  const auto file = folder_.write("metrics.jsonl", "");
  append_record(file, epoch_to_json(epoch_result(1, 0.5)) + "\n" + "{\"epoch\": 2, \"los");
  ASSERT_EQ(read_epochs(file).size(), 1U);
  EXPECT_EQ(read_epochs(file)[0].epoch, 1);
  EXPECT_TRUE(read_epochs(folder_ / "none.jsonl").empty());
}

TEST_F(TrainingReportTest, AFolderThatCannotBeWrittenIsAWarningOnce) {
  const auto file = folder_.write("in-the-way", "");
  TrainingReport report(file, console_);
  report.add(epoch_result(1, 0.25));
  report.add(epoch_result(2, 0.25));
  const std::string log = log_.str();
  const std::size_t at = log.find("warning: ");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(log.find("warning: ", at + 1), std::string::npos);
}

TEST_F(TrainingReportTest, AnEpochWithoutValidation) {
  TrainingReport report(folder_.path(), console_);
  EpochResult result = epoch_result(1, 0.25);
  result.validation = {};
  add(report, result);
  EXPECT_THAT(log_.str(), testing::Not(HasSubstr("warning")));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "confusion.png"));
}

TEST(BriefScores, WhatHasLabels) {
  Scores scores;
  scores.action_unit_f1 = 0.5054;
  scores.total = 0.5054;
  EXPECT_EQ(brief_scores(scores), "AU F1 50.54, total 50.54");
}

}  // namespace
}  // namespace mien::cli
