#include "mien/cli/tuning_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

TunedScores scores_with(double f1, std::vector<double> thresholds) {
  TunedScores tuned;
  tuned.thresholds = std::move(thresholds);
  tuned.temperature = 1.25;
  tuned.scores.action_unit_f1 = f1;
  tuned.scores.action_units = {{"AU12", 24, 8, 4, 2, 4, f1, 0.5}};
  tuned.negative_log_likelihood = 1.5;
  return tuned;
}

TEST(TuningText, ShowsThreeStates) {
  TuningReport report{scores_with(0.25, {}), scores_with(0.5, {0.3125}), {}};
  EXPECT_THAT(tuning_text(report), Not(HasSubstr("cross")));
  report.cross_validated = scores_with(0.375, {});
  report.cross_validated->temperature.reset();
  const std::string text = tuning_text(report);
  EXPECT_THAT(text, HasSubstr("AU F1 x100"));
  EXPECT_THAT(text, testing::ContainsRegex("temperature +1.250 +1.250 +-\n"));
  EXPECT_THAT(text, testing::ContainsRegex("AU12 +8 +24 +0.3125 +0.5000 +25.00 +50.00 +37.50\n"));
}

TEST(TuningText, HasNoTableOfUnitsThatAreNotThere) {
  EXPECT_THAT(tuning_text({}), Not(HasSubstr("threshold")));
}

}  // namespace
}  // namespace mien::cli
