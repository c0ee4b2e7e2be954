#include "mien/affect/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

namespace mien {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// AffectNet's order and DISFA's units: neither is ABAW's.
const Vocabulary kAffectNet = {
    {"Neutral", "Happy", "Sad", "Surprise", "Fear", "Disgust", "Anger", "Contempt"},
    {"AU1", "AU2", "AU9", "AU12"},
    true};

TEST(AbawVocabularies, AreThoseOfTheChallenges) {
  const Vocabulary mtl = abaw_mtl_vocabulary();
  EXPECT_THAT(
      mtl.expressions,
      ElementsAre(
          "neutral", "anger", "disgust", "fear", "happiness", "sadness", "surprise", "other"));
  EXPECT_THAT(mtl.action_units,
              ElementsAre("AU01",
                          "AU02",
                          "AU04",
                          "AU06",
                          "AU07",
                          "AU10",
                          "AU12",
                          "AU15",
                          "AU23",
                          "AU24",
                          "AU25",
                          "AU26"));
  EXPECT_TRUE(mtl.valence_arousal);
  const Vocabulary lsd = abaw_lsd_vocabulary();
  EXPECT_THAT(lsd.expressions,
              ElementsAre("anger", "disgust", "fear", "happiness", "sadness", "surprise"));
  EXPECT_THAT(lsd.action_units, IsEmpty());
  EXPECT_FALSE(lsd.valence_arousal);
}

TEST(CanonicalExpression, KnowsWhatSetsWrite) {
  EXPECT_EQ(canonical_expression("Happy"), "happiness");
  EXPECT_EQ(canonical_expression(" joy "), "happiness");
  EXPECT_EQ(canonical_expression("SAD"), "sadness");
  EXPECT_EQ(canonical_expression("angry"), "anger");
  EXPECT_EQ(canonical_expression("fearful"), "fear");
  EXPECT_EQ(canonical_expression("Surprised"), "surprise");
  EXPECT_EQ(canonical_expression("disgusted"), "disgust");
  EXPECT_EQ(canonical_expression("Bored"), "bored");
  for (const std::string& name : abaw_mtl_vocabulary().expressions) {
    EXPECT_EQ(canonical_expression(name), name);
  }
}

TEST(CanonicalActionUnit, TakesTheUsualSpellings) {
  for (const char* name : {"AU1", "au01", "1", "AU_1", "AU-01", "AU 1", " 01 "}) {
    EXPECT_EQ(canonical_action_unit(name), "AU01") << name;
  }
  EXPECT_EQ(canonical_action_unit("AU12"), "AU12");
  for (const char* name :
       {"", "AU", "AU0", "AU100", "AU001", "AU1_c", "au__1", "-1", "+1", "smile"}) {
    EXPECT_THROW(canonical_action_unit(name), OptionError) << name;
  }
}

TEST(MapByName, FollowsNamesNotPlaces) {
  EXPECT_THAT(map_by_name(kAffectNet.expressions, abaw_mtl_vocabulary().expressions),
              ElementsAre(0, 4, 5, 6, 3, 2, 1, -1));
  EXPECT_THAT(
      map_by_name(kAffectNet.expressions, abaw_mtl_vocabulary().expressions, default_renames()),
      ElementsAre(0, 4, 5, 6, 3, 2, 1, 7));
  EXPECT_THAT(map_by_name({"contempt"}, {"other", "contempt"}, default_renames()), ElementsAre(1));
  EXPECT_THAT(map_by_name({"contempt"}, {"neutral"}, default_renames()), ElementsAre(-1));
}

TEST(MapByName, OntoItselfIsTheIdentity) {
  const auto names = abaw_mtl_vocabulary().expressions;
  const auto indices = map_by_name(names, names, default_renames());
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(indices[i], static_cast<int>(i));
}

TEST(MapLabel, MovesWhatBothHaveAndDropsTheRest) {
  Label label;
  label.valence = 0.25F;
  label.arousal = -0.5F;
  label.expression = 1;                // happy
  label.action_units = {1, 0, 1, -1};  // AU9 is not ABAW's
  const Label mapped = map_label(label, kAffectNet, abaw_mtl_vocabulary(), default_renames());
  EXPECT_EQ(mapped.valence, 0.25F);
  EXPECT_EQ(mapped.arousal, -0.5F);
  EXPECT_EQ(mapped.expression, 4);
  EXPECT_THAT(mapped.action_units, ElementsAre(1, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1));
}

TEST(MapLabel, MakesMissingWhatTheTargetLacks) {
  Label label;
  label.valence = 0.25F;
  label.arousal = 0.5F;
  label.expression = 0;  // neutral, which LSD has not
  label.expression_distribution = {0.5F, 0.5F, 0, 0, 0, 0, 0, 0};
  const Label mapped = map_label(label, kAffectNet, abaw_lsd_vocabulary(), default_renames());
  EXPECT_FALSE(mapped.valence);
  EXPECT_FALSE(mapped.arousal);
  EXPECT_EQ(mapped.expression, -1);
  EXPECT_THAT(mapped.expression_distribution, IsEmpty());
  EXPECT_THAT(mapped.action_units, IsEmpty());
}

TEST(MapLabel, ScalesADistributionToSumOne) {
  Label label;
  label.expression = 1;
  label.expression_distribution = {0.5F, 0.375F, 0.125F, 0, 0, 0, 0, 0};
  const Label mapped = map_label(label, kAffectNet, abaw_lsd_vocabulary(), {});
  EXPECT_EQ(mapped.expression, 3);
  EXPECT_THAT(mapped.expression_distribution, ElementsAre(0, 0, 0, 0.75F, 0.25F, 0));
  label.expression = -1;  // votes without a winner still tell something
  EXPECT_EQ(map_label(label, kAffectNet, abaw_lsd_vocabulary(), {}).expression_distribution.size(),
            6U);
  label.expression_distribution = {1, 0, 0, 0, 0, 0, 0, 0};
  EXPECT_THAT(map_label(label, kAffectNet, abaw_lsd_vocabulary(), {}).expression_distribution,
              IsEmpty());
}

TEST(MapLabel, AddsRenamedClassesUp) {
  Label label;
  label.expression_distribution = {0.25F, 0.75F};
  const Vocabulary from = {{"other", "contempt"}, {}, false};
  const Vocabulary to = {{"other", "neutral"}, {}, false};
  EXPECT_THAT(map_label(label, from, to, default_renames()).expression_distribution,
              ElementsAre(1.0F, 0.0F));
}

TEST(LabelMap, ShowsWhereNamesGo) {
  const LabelMap map(kAffectNet, abaw_mtl_vocabulary(), default_renames());
  EXPECT_THAT(map.expressions(), ElementsAre(0, 4, 5, 6, 3, 2, 1, 7));
  EXPECT_THAT(map.action_units(), ElementsAre(0, 1, -1, 6));
  EXPECT_THROW(LabelMap({{}, {"smile"}, false}, abaw_mtl_vocabulary(), {}), OptionError);
}

}  // namespace
}  // namespace mien
