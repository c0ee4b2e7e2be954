// Sets mapped to other classes, votes, and label counts.
#include "mien/data/sets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/affect/vocabulary.h"
#include "mien/data/counts.h"
#include "mien/data/votes.h"
#include "mien/error.h"

#include "made_sets.h"

namespace mien {
namespace {

using test::error_of;
using test::TempFolder;
using testing::ElementsAre;
using testing::FloatEq;
using testing::HasSubstr;
using testing::IsEmpty;

SampleSet affectnet_like() {
  SampleSet set{"a", {{"happiness", "contempt", "boredom"}, {"AU12", "AU45"}, true}, {}};
  for (int i = 0; i < 3; ++i) {
    Sample sample{std::to_string(i), "", {}};
    sample.label.expression = i;
    sample.label.valence = 0.5F;
    sample.label.arousal = -0.5F;
    sample.label.action_units = {1, 0};
    sample.label.expression_distribution = {0.5F, 0.25F, 0.25F};
    set.samples.push_back(sample);
  }
  return set;
}

TEST(MapSet, JoinsByName) {
  const Vocabulary to{{"neutral", "happiness", "other"}, {"AU01", "AU12"}, true};
  const SampleSet set = map_set(affectnet_like(), to, default_renames());
  EXPECT_EQ(set.vocabulary, to);
  EXPECT_EQ(set.samples[0].label.expression, 1);
  EXPECT_EQ(set.samples[1].label.expression, 2);   // contempt is other
  EXPECT_EQ(set.samples[2].label.expression, -1);  // boredom is lost
  EXPECT_THAT(set.samples[0].label.action_units, ElementsAre(-1, 1));
  EXPECT_THAT(set.samples[0].label.expression_distribution,
              ElementsAre(0.0F, FloatEq(2.0F / 3), FloatEq(1.0F / 3)));
  EXPECT_TRUE(set.samples[0].label.has_valence_arousal());
}

TEST(MapSet, DropsWhatTheTargetLacks) {
  const SampleSet set = map_set(affectnet_like(), abaw_lsd_vocabulary(), {});
  EXPECT_FALSE(set.samples[0].label.valence.has_value());
  EXPECT_THAT(set.samples[0].label.action_units, IsEmpty());
}

constexpr const char* kVotesHeader =
    "image,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n";

TEST(Votes, BecomeDistributions) {
  const TempFolder folder;
  SampleSet set = test::label_set(3, "v");
  const auto file = folder.write("votes.csv",
                                 std::string(kVotesHeader) +
                                     "v/0.png,4,0,0,1,3,0,0,2,5,0\nv/"
                                     "1.png,0,0,0,0,0,0,0,0,9,1\nelse.png,1,0,0,0,0,0,0,0,0,0\n");
  EXPECT_EQ(apply_votes(set, file), 1);
  // ABAW's order; contempt counts as other, unknown for none.
  EXPECT_THAT(
      set.samples[0].label.expression_distribution,
      ElementsAre(
          FloatEq(0.4F), FloatEq(0.3F), 0.0F, 0.0F, 0.0F, FloatEq(0.1F), 0.0F, FloatEq(0.2F)));
  EXPECT_THAT(set.samples[1].label.expression_distribution, IsEmpty());
  EXPECT_THAT(set.samples[2].label.expression_distribution, IsEmpty());
}

// What `mien predict` writes: a network learns what another one answers.
TEST(Votes, MayBePredictions) {
  const TempFolder folder;
  SampleSet set = test::label_set(1, "v");
  const auto file = folder.write("predictions.csv",
                                 "input,valence,arousal,expression,p_neutral,p_other,AU01\n"
                                 "v/0.png,0.5,-0.2,other,0.25,0.75,0.9\n"
                                 "passed-over.png,,,,,,\n");
  EXPECT_EQ(apply_votes(set, file), 1);
  EXPECT_FLOAT_EQ(set.samples[0].label.expression_distribution.front(), 0.25F);
  EXPECT_FLOAT_EQ(set.samples[0].label.expression_distribution.back(), 0.75F);

  SampleSet unlabelled = test::label_set(1, "v");
  unlabelled.vocabulary = {};
  EXPECT_EQ(apply_votes(unlabelled, file), 1);
  EXPECT_THAT(unlabelled.vocabulary.expressions, ElementsAre("neutral", "other"));
  EXPECT_THAT(unlabelled.samples[0].label.expression_distribution, ElementsAre(0.25F, 0.75F));
}

TEST(Votes, RefuseWrongFiles) {
  const TempFolder folder;
  const auto wrong = [&](const std::string& text) {
    SampleSet set = test::label_set(1, "v");
    return error_of([&] { apply_votes(set, folder.write("votes.csv", text)); });
  };
  EXPECT_THAT(wrong(std::string(kVotesHeader) + "a,1,2\n"),
              HasSubstr("votes.csv:2: too few fields"));
  EXPECT_THAT(wrong(std::string(kVotesHeader) + "a,-1,0,0,0,0,0,0,0,0,0\n"),
              HasSubstr("is not a number of votes"));
  EXPECT_THAT(wrong("image,neutral,anger\na,,1\n"), HasSubstr("is not a number of votes"));
  EXPECT_THAT(wrong("image,AU1\na,1\n"), HasSubstr("no column is a class"));
  EXPECT_THAT(wrong("picture,neutral\na,1\n"), HasSubstr("no column 'image'"));
  EXPECT_THAT(wrong("image,neutral\na,1\na,1\n"), HasSubstr("votes.csv:3: 'a' has votes twice"));
}

TEST(Votes, AreReadBesideTheList) {
  const TempFolder folder;
  folder.write("training_set_annotations.txt",
               std::string(test::kMtlHeader) + "a.png,-5,-5,0,0,0,0,0,0,0,0,0,0,0,0,0\n");
  folder.write("votes.csv", "image,neutral,anger\na.png,1,3\n");
  SetOptions options = test::set_at(folder.path());
  options.votes = "votes.csv";
  const SampleSet set = read_set(options, SetPart::kTraining);
  EXPECT_FLOAT_EQ(set.samples[0].label.expression_distribution.at(1), 0.75F);
  folder.write("votes.csv", "image,neutral,anger\nb.png,1,3\n");
  EXPECT_THAT(error_of([&] { read_set(options, SetPart::kTraining); }),
              HasSubstr("votes for none of the pictures"));
}

TEST(Counts, CountEachTask) {
  SampleSet set = test::label_set(4);
  set.samples[0].label.expression = 3;
  set.samples[1].label.expression = 3;
  set.samples[1].label.valence = 0.1F;  // arousal is missing: no VA label
  set.samples[2].label.valence = set.samples[2].label.arousal = 0.2F;
  set.samples[2].label.action_units[0] = 1;
  set.samples[0].label.action_units[0] = 0;
  set.samples[1].label.action_units[0] = 0;
  const LabelCounts counts = count_labels(set);
  EXPECT_EQ(counts.samples, 4);
  EXPECT_EQ(counts.expression, 2);
  EXPECT_EQ(counts.expressions[3], 2);
  EXPECT_EQ(counts.valence_arousal, 1);
  EXPECT_EQ(counts.action_units, 3);
  EXPECT_EQ(counts.unlabelled, 1);
  const auto weights = positive_weights(counts);
  EXPECT_DOUBLE_EQ(weights[0], 2.0);
  EXPECT_DOUBLE_EQ(weights[1], 1.0);  // neither seen
}

TEST(Counts, RareClassesWeighMore) {
  SampleSet set = test::label_set(6);
  for (std::size_t i = 0; i < 6; ++i) set.samples[i].label.expression = i < 4 ? 2 : 5;
  const auto weights = class_weights(count_labels(set));
  EXPECT_EQ(weights.size(), set.vocabulary.expressions.size());
  EXPECT_DOUBLE_EQ(weights[2], 1.0);
  EXPECT_DOUBLE_EQ(weights[5], 2.0);
  EXPECT_DOUBLE_EQ(weights[0], 1.0);  // not seen
}

TEST(Counts, AddUpOverSets) {
  SampleSet set = test::label_set(2);
  set.samples[0].label.action_units[4] = 1;
  set.samples[1].label.action_units[4] = 0;
  SampleSet more = set;
  more.samples[0].label.action_units[4] = 0;
  const LabelCounts counts = count_labels(std::vector<SampleSet>{set, more});
  EXPECT_EQ(counts.samples, 4);
  EXPECT_DOUBLE_EQ(positive_weights(counts)[4], 3.0);
  more.vocabulary = abaw_lsd_vocabulary();
  EXPECT_THROW(count_labels(std::vector<SampleSet>{set, more}), UsageError);
}

}  // namespace
}  // namespace mien
