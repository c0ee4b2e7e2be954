#include "mien/data/loader.h"

#include <algorithm>

#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/data/pictures.h"
#include "mien/error.h"

#include "made_sets.h"

namespace mien {
namespace {

using test::error_of;
using test::made_set;
using test::TempFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

InputOptions small_input() {
  InputOptions input;
  input.size = 28;
  return input;
}

LoaderOptions with_workers(std::int64_t workers, std::int64_t cache_mebibytes = 16) {
  LoaderOptions options;
  options.workers = workers;
  options.cache_mebibytes = cache_mebibytes;
  options.prefetch = 3;
  return options;
}

std::vector<Batch> all_batches(Loader& loader, const LoaderPlan& plan) {
  loader.start(plan);
  std::vector<Batch> batches;
  Batch batch;
  while (loader.next(batch)) batches.push_back(batch);
  return batches;
}

void expect_equal(const std::vector<Batch>& a, const std::vector<Batch>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(at::equal(a[i].pictures, b[i].pictures)) << "batch " << i;
    EXPECT_TRUE(at::equal(a[i].valence_arousal, b[i].valence_arousal));
    EXPECT_TRUE(at::equal(a[i].expression, b[i].expression));
    EXPECT_TRUE(at::equal(a[i].action_units, b[i].action_units));
    EXPECT_EQ(a[i].indices, b[i].indices);
  }
}

class LoaderTest : public testing::Test {
 protected:
  LoaderPlan training_plan(std::int64_t epoch = 0) const {
    LoaderPlan plan = evaluation_plan(37, 8);
    std::reverse(plan.order.begin(), plan.order.end());
    plan.training = true;
    plan.seed = 3;
    plan.epoch = epoch;
    return plan;
  }
  AugmentOptions strong() const {
    AugmentOptions options;
    options.jitter_probability = options.affine_probability = options.erase = 0.5;
    return options;
  }
  Loader loader(const LoaderOptions& options) const {
    return {{first_, second_}, small_input(), strong(), options};
  }
  TempFolder folder_;
  SampleSet first_ = made_set(folder_, 20, "first");
  SampleSet second_ = made_set(folder_, 17, "second");
};

TEST_F(LoaderTest, SameForAnyNumberOfWorkers) {
  Loader none = loader(with_workers(0));
  const auto expected = all_batches(none, training_plan());
  ASSERT_EQ(expected.size(), 5U);
  for (const std::int64_t workers : {1, 2, 5}) {
    Loader some = loader(with_workers(workers));
    expect_equal(all_batches(some, training_plan()), expected);
  }
}

TEST_F(LoaderTest, SameWithCacheWithoutAndWithTooSmallOne) {
  SampleSet large = first_;
  for (Sample& sample : large.samples) write_image(sample.file, test::numbered_picture(7, 160));
  Loader plain({large}, small_input(), strong(), with_workers(2, 0));
  Loader small({large}, small_input(), strong(), with_workers(2, 1));  // room for 13 of 20
  Loader cached({large}, small_input(), strong(), with_workers(2, 64));
  for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
    LoaderPlan plan = evaluation_plan(20, 8);
    plan.training = true;
    plan.epoch = epoch;
    const auto expected = all_batches(plain, plan);
    expect_equal(all_batches(small, plan), expected);
    expect_equal(all_batches(cached, plan), expected);
  }
}

TEST_F(LoaderTest, KeepsDecodedPictures) {
  Loader cached = loader(with_workers(1));
  Loader uncached = loader(with_workers(1, 0));
  const auto before = all_batches(cached, training_plan());
  for (const SampleSet& set : {first_, second_}) {
    for (const Sample& sample : set.samples) std::filesystem::remove(sample.file);
  }
  expect_equal(all_batches(cached, training_plan()), before);
  EXPECT_THROW(all_batches(uncached, training_plan()), DataError);
}

TEST_F(LoaderTest, EpochsAndSeedsDiffer) {
  Loader some = loader(with_workers(2));
  const auto first = all_batches(some, training_plan(0));
  expect_equal(all_batches(some, training_plan(0)), first);
  EXPECT_FALSE(at::equal(all_batches(some, training_plan(1))[0].pictures, first[0].pictures));
  LoaderPlan seeded = training_plan(0);
  seeded.seed = 4;
  EXPECT_FALSE(at::equal(all_batches(some, seeded)[0].pictures, first[0].pictures));
}

TEST_F(LoaderTest, ResumesInsideAnEpoch) {
  for (const std::int64_t workers : {0, 2}) {
    Loader some = loader(with_workers(workers));
    auto whole = all_batches(some, training_plan());
    LoaderPlan rest = training_plan();
    rest.first_batch = 2;
    whole.erase(whole.begin(), whole.begin() + 2);
    expect_equal(all_batches(some, rest), whole);
    rest.first_batch = 9;
    EXPECT_TRUE(all_batches(some, rest).empty());
  }
}

TEST_F(LoaderTest, DropsAnIncompleteLastBatchOnRequest) {
  Loader some = loader(with_workers(1));
  LoaderPlan plan = training_plan();
  EXPECT_EQ(batch_count(plan), 5);
  EXPECT_EQ(all_batches(some, plan).back().pictures.size(0), 5);
  plan.drop_last = true;
  EXPECT_EQ(batch_count(plan), 4);
  EXPECT_EQ(all_batches(some, plan).size(), 4U);
}

TEST_F(LoaderTest, EvaluatesWithTheInputsOwnTensor) {
  Loader some = loader(with_workers(1));
  const auto batches = all_batches(some, evaluation_plan(37, 10));
  std::int64_t index = 0;
  for (const Batch& batch : batches) {
    for (std::int64_t row = 0; row < batch.pictures.size(0); ++row, ++index) {
      EXPECT_EQ(batch.indices[static_cast<std::size_t>(row)], index);
      const at::Tensor expected =
          tensor_from_image(read_picture(some.sample(index)), small_input());
      EXPECT_TRUE(at::equal(batch.pictures[row], expected));
    }
  }
  EXPECT_EQ(index, 37);
}

TEST_F(LoaderTest, WritesLabelsWithTheirMissingValues) {
  Loader some = loader(with_workers(0));
  const Batch batch = all_batches(some, evaluation_plan(37, 37)).front();
  const auto* affect = batch.valence_arousal.data_ptr<float>();
  const auto* expression = batch.expression.data_ptr<std::int64_t>();
  const auto* units = batch.action_units.data_ptr<float>();
  EXPECT_EQ(batch.action_units.sizes(), (at::IntArrayRef{37, 12}));
  EXPECT_FLOAT_EQ(affect[2 * 4], 0.4F);   // sample 4
  EXPECT_FLOAT_EQ(affect[2 * 5], -5.0F);  // sample 5
  EXPECT_EQ(expression[4], 4);
  EXPECT_EQ(expression[5], -1);
  EXPECT_FLOAT_EQ(units[12 * 5], -1.0F);
  EXPECT_FLOAT_EQ(units[12 * 7 + 11], 1.0F);
  EXPECT_FLOAT_EQ(units[12 * 8 + 3], 0.0F);
  EXPECT_FALSE(batch.expression_distribution.defined());
  EXPECT_EQ(some.labels().size(), 37U);
  EXPECT_EQ(some.labels()[24].expression, some.sample(24).label.expression);
  EXPECT_EQ(some.sample(24).name, "second/4.png");
}

TEST_F(LoaderTest, GivesDistributionsWhereASetHasVotes) {
  first_.samples[1].label.expression_distribution = {0.5F, 0, 0, 0.5F, 0, 0, 0, 0};
  Loader some = loader(with_workers(0));
  const Batch batch = all_batches(some, evaluation_plan(37, 3)).front();
  ASSERT_TRUE(batch.expression_distribution.defined());
  const auto* shares = batch.expression_distribution.data_ptr<float>();
  EXPECT_THAT(
      std::vector<float>(shares, shares + 24),
      ElementsAre(1, 0, 0, 0, 0, 0, 0, 0, 0.5F, 0, 0, 0.5F, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
}

TEST_F(LoaderTest, NamesListAndPictureOfABadPicture) {
  folder_.write("second/3.png", "not a picture");
  for (const std::int64_t workers : {0, 1, 3}) {
    Loader some = loader(with_workers(workers));
    some.start(evaluation_plan(37, 6));
    Batch batch;
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(some.next(batch));  // batches before it come whole
    EXPECT_THAT(
        error_of([&] { some.next(batch); }),
        AllOf(HasSubstr("second: picture 'second/3.png' cannot be used"), HasSubstr("3.png")));
    EXPECT_EQ(all_batches(some, evaluation_plan(20, 6)).size(), 4U);  // and it can start again
  }
}

TEST_F(LoaderTest, IsAbandonedCleanly) {
  Loader some = loader(with_workers(3));
  Batch batch;
  for (int round = 0; round < 20; ++round) {
    some.start(training_plan(round));
    if (round % 3 != 0) some.next(batch);
  }
  expect_equal(all_batches(some, training_plan()), all_batches(some, training_plan()));
}

TEST_F(LoaderTest, RefusesWrongPlansAndMixedSets) {
  Loader some = loader(with_workers(1));
  LoaderPlan plan = training_plan();
  plan.batch = 0;
  EXPECT_THROW(some.start(plan), UsageError);
  plan = training_plan();
  plan.order.push_back(37);
  EXPECT_THROW(some.start(plan), UsageError);
  EXPECT_THROW(some.sample(-1), UsageError);
  second_.vocabulary = abaw_lsd_vocabulary();
  EXPECT_THROW(loader(with_workers(1)), UsageError);
  EXPECT_THROW(loader(with_workers(-1)), OptionError);
}

TEST_F(LoaderTest, EmptyOrderHasNoBatches) {
  Loader some = loader(with_workers(2));
  EXPECT_TRUE(all_batches(some, evaluation_plan(0, 4)).empty());
  Batch batch;
  EXPECT_FALSE(some.next(batch));
}

}  // namespace
}  // namespace mien
