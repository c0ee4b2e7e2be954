#include "mien/evaluate/probe.h"

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include "mien/affect/decisions.h"
#include "mien/error.h"

namespace mien {
namespace {

const Vocabulary kWords{{"neutral", "anger", "fear"}, {"AU01", "AU12"}, true};

/// Labels that features of width 6 know all about: the class is the largest of the first three,
/// units are signs of the next two, valence and arousal are values.
std::vector<Label> labels_from(const at::Tensor& features) {
  std::vector<Label> labels;
  for (std::int64_t n = 0; n < features.size(0); ++n) {
    const at::Tensor x = features[n];
    const auto sign = [&](std::int64_t i) {
      return static_cast<std::int8_t>(x[i].item<float>() > 0 ? 1 : 0);
    };
    Label label;
    if (n % 4 != 3) label.expression = static_cast<int>(x.slice(0, 0, 3).argmax().item<int64_t>());
    label.action_units = {sign(3), n % 3 == 0 ? std::int8_t{-1} : sign(4)};
    if (n % 2 == 0) {
      label.valence = x[3].item<float>() / 4;
      label.arousal = x[5].item<float>() / 4;
    }
    labels.push_back(label);
  }
  return labels;
}

class ProbeTest : public testing::Test {
 protected:
  ProbeTest() {
    at::manual_seed(7);
    training_ = at::randn({300, 6});
    pictures_ = at::randn({100, 6});
    labels_ = labels_from(training_);
    for (std::int64_t n = 0; n < training_.size(0); ++n) held_out_.push_back(n % 5 == 0 ? 1 : 0);
  }
  ProbeResult probe() const {
    return fit_probe({training_, labels_, held_out_}, pictures_, kWords);
  }

  at::Tensor training_;
  at::Tensor pictures_;
  std::vector<Label> labels_;
  std::vector<std::int64_t> held_out_;
};

TEST_F(ProbeTest, GetsOutWhatIsInTheFeatures) {
  const ProbeResult result = probe();
  const Scores scores = score(result.predictions, labels_from(pictures_), kWords);
  EXPECT_GT(scores.expression_accuracy.value(), 0.9);
  EXPECT_GT(scores.action_unit_f1.value(), 0.9);
  EXPECT_GT(scores.ccc.value(), 0.99);
  ASSERT_EQ(result.strengths.size(), 3U);
  EXPECT_EQ(result.strengths[0].labels, 150);
  EXPECT_EQ(result.strengths[1].labels, 225);
}

TEST_F(ProbeTest, NothingIsInFeaturesOfOtherPictures) {
  training_ = at::randn({300, 6});
  const Scores scores = score(probe().predictions, labels_from(pictures_), kWords);
  EXPECT_LT(scores.expression_accuracy.value(), 0.6);
  EXPECT_LT(std::abs(scores.ccc.value()), 0.3);
}

TEST_F(ProbeTest, ScaleAndOffsetOfAFeatureDoNotCount) {
  const ProbeResult before = probe();
  training_ = training_ * 1000 + 50;
  pictures_ = pictures_ * 1000 + 50;
  const ProbeResult after = probe();
  for (std::size_t i = 0; i < before.predictions.size(); ++i) {
    EXPECT_NEAR(before.predictions[i].valence.value(), after.predictions[i].valence.value(), 1e-3);
    EXPECT_NEAR(before.predictions[i].expression[0], after.predictions[i].expression[0], 1e-2);
  }
}

TEST_F(ProbeTest, IsTheSameEachTime) {
  const ProbeResult first = probe();
  const ProbeResult second = probe();
  for (std::size_t i = 0; i < first.predictions.size(); ++i) {
    EXPECT_EQ(first.predictions[i].expression, second.predictions[i].expression);
    EXPECT_EQ(first.predictions[i].action_units, second.predictions[i].action_units);
  }
}

TEST_F(ProbeTest, AnswersWhatIsLabelledOnly) {
  for (Label& label : labels_) {
    label.expression = -1;
    label.valence.reset();
  }
  const ProbeResult result = probe();
  EXPECT_TRUE(result.predictions[0].expression.empty());
  EXPECT_FALSE(result.predictions[0].valence.has_value());
  EXPECT_EQ(result.predictions[0].action_units.size(), 2U);
  for (Label& label : labels_) label.action_units.assign(2, -1);
  EXPECT_THROW(probe(), UsageError);
}

}  // namespace
}  // namespace mien
