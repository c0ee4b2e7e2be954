#include "mien/train/checkpoint.h"

#include <ATen/ops/full.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "temp_folder.h"

namespace mien {
namespace {

using testing::HasSubstr;

StateDict state() {
  StateDict state;
  state.tensors["network.a"] = at::full({2}, 0.1);
  state.metadata["optimiser.main.steps"] = "3";
  return state;
}

TEST(CheckpointTest, ReadsBackToTheSameBits) {
  const test::TempFolder folder;
  TrainProgress progress;
  progress.epoch = 4;
  progress.batch = 17;
  progress.lr = 1.0 / 3;
  progress.best_epoch = 2;
  progress.best_total = 0.1 + 0.2;
  progress.finished = true;
  progress.sums.losses["total"] = {1.0 / 7, 3};
  progress.sums.gradient_norm = {2.5, 2};
  progress.sums.images = 99;
  progress.sums.seconds = 1.25;
  write_checkpoint(folder / "c.safetensors", state(), progress, "{\"a\": 1}");
  const Checkpoint read = read_checkpoint(folder / "c.safetensors");
  EXPECT_EQ(read.options, "{\"a\": 1}");
  EXPECT_EQ(read.progress.epoch, 4);
  EXPECT_EQ(read.progress.batch, 17);
  EXPECT_EQ(read.progress.lr, progress.lr);
  EXPECT_EQ(read.progress.best_total, progress.best_total);
  EXPECT_TRUE(read.progress.finished);
  EXPECT_EQ(read.progress.sums.losses.at("total").sum, 1.0 / 7);
  EXPECT_EQ(read.progress.sums.losses.at("total").count, 3);
  EXPECT_EQ(read.progress.sums.gradient_norm.sum, 2.5);
  EXPECT_EQ(read.progress.sums.images, 99);
  EXPECT_EQ(read.state.metadata.at("optimiser.main.steps"), "3");
  EXPECT_TRUE(read.state.tensors.at("network.a").equal(state().tensors.at("network.a")));
}

TEST(CheckpointTest, RefusesOtherFilesAndVersions) {
  const test::TempFolder folder;
  write_safetensors(folder / "weights.safetensors", state());
  EXPECT_THROW(read_checkpoint(folder / "weights.safetensors"), DataError);
  StateDict later = state();
  later.metadata["mien.checkpoint"] = "9";
  write_safetensors(folder / "later.safetensors", later);
  try {
    read_checkpoint(folder / "later.safetensors");
    FAIL();
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("format 9"));
  }
  later.metadata["mien.checkpoint"] = "1";
  later.metadata["mien.progress"] = "{}";
  write_safetensors(folder / "damaged.safetensors", later);
  EXPECT_THROW(read_checkpoint(folder / "damaged.safetensors"), DataError);
}

TEST(EpochSumsTest, CountBatchesWithLabelsByTheirSize) {
  EpochSums sums;
  BatchLosses first;
  first.tasks["expression"] = {2, true};
  BatchLosses second;
  second.tasks["expression"] = {0, false};
  BatchLosses third;
  third.tasks["expression"] = {5, true};
  sums.add(first, 2);
  sums.add(second, 4);
  sums.add(third, 1);
  EXPECT_EQ(sums.images, 7);
  EXPECT_NEAR(sums.losses.at("expression").value(), (2.0 * 2 + 5) / 3, 1e-12);
  EXPECT_EQ(EpochSums::Mean().value(), 0);
}

}  // namespace
}  // namespace mien
