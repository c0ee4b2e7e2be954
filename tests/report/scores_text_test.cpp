#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/report/table.h"

namespace mien {
namespace {

using testing::HasSubstr;

TEST(ScoresText, HundredfoldWithTheConstantBeside) {
  Scores scores;
  scores.samples = 12;
  scores.expression_labels = 10;
  scores.expression_f1 = 0.30284;
  scores.total = 0.30284;
  scores.expressions = {{"neutral", 10, 4, 3, 2, 1, 0.6, 0.75},
                        {"fear", 10, 0, 0, 0, 0, std::nullopt, std::nullopt}};
  Scores constant;
  constant.expression_f1 = 0.05;
  constant.expressions = {{"neutral", 10, 4, 4, 6, 0, 0.571, 1.0},
                          {"fear", 10, 0, 0, 0, 0, 0.0, 0.0}};
  const std::string text = scores_text(scores, constant, "validation");
  EXPECT_THAT(text, HasSubstr("validation: 12 pictures"));
  EXPECT_THAT(text, HasSubstr("EXPR F1                30.28      5.00      10\n"));
  EXPECT_THAT(text, HasSubstr("VA CCC                     -         -       0\n"));
  EXPECT_THAT(text, HasSubstr("neutral     60.00     57.10   75.00        4      10\n"));
  EXPECT_THAT(text, HasSubstr("fear            -      0.00       -        0      10\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("action unit")))
      << "no table for what a network does not give";
}

TEST(ScoresText, ChallengesScoresOnlyWithTheirClasses) {
  const auto classes = [](const std::vector<std::string>& names) {
    std::vector<ClassScore> scores(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) scores[i].name = names[i];
    return scores;
  };
  Scores scores;
  scores.expressions = classes(abaw_lsd_vocabulary().expressions);
  scores.expression_f1 = 0.25;
  EXPECT_THAT(scores_text(scores, {}, "lsd"), HasSubstr("P_LSD                  25.00"));
  scores.expressions = classes(abaw_mtl_vocabulary().expressions);
  scores.action_units = classes(abaw_mtl_vocabulary().action_units);
  scores.p_mtl = 1.5;
  EXPECT_THAT(scores_text(scores, {}, "mtl"), HasSubstr("P_MTL                 150.00"));
  scores.action_units.pop_back();
  EXPECT_THAT(scores_text(scores, {}, "other"), testing::Not(HasSubstr("P_")));
}

}  // namespace
}  // namespace mien
