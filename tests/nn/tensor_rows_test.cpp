#include "mien/nn/tensor_rows.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/weights.h"

#include "temp_folder.h"
#include "thrown.h"

namespace mien {
namespace {

using test::TempFolder;

at::Tensor ramp(std::int64_t rows, std::int64_t width, double first = 0) {
  return at::arange(first, first + static_cast<double>(rows * width))
      .reshape({rows, width})
      .to(at::kFloat);
}

TEST(TensorRows, RowsOfSeveralCallsAreOneTensor) {
  const TempFolder folder;
  const auto file = folder / "rows.safetensors";
  TensorRows rows(file, "features", {{"mien.layer", "class"}});
  rows.add(ramp(2, 3));
  rows.add(ramp(4, 3, 6));
  EXPECT_EQ(rows.rows(), 6);
  EXPECT_FALSE(std::filesystem::exists(file)) << "half a file must not look like a whole one";
  rows.finish();
  const StateDict read = read_safetensors(file);
  ASSERT_EQ(read.tensors.size(), 1u);
  EXPECT_TRUE(read.tensors.at("features").equal(ramp(6, 3)));
  EXPECT_EQ(read.metadata.at("mien.layer"), "class");
}

TEST(TensorRows, WithoutRowsTheTensorIsEmpty) {
  const TempFolder folder;
  TensorRows rows(folder / "rows.safetensors", "features", {});
  rows.finish();
  EXPECT_EQ(read_safetensors(folder / "rows.safetensors").tensors.at("features").numel(), 0);
}

TEST(TensorRows, AnEmptyPartAddsNothing) {
  const TempFolder folder;
  TensorRows rows(folder / "rows.safetensors", "features", {});
  rows.add(ramp(0, 3));
  rows.add(ramp(2, 3));
  rows.add(ramp(0, 3));
  rows.finish();
  EXPECT_TRUE(
      read_safetensors(folder / "rows.safetensors").tensors.at("features").equal(ramp(2, 3)));
}

TEST(TensorRows, LeavesNothingWhenItIsNotFinished) {
  const TempFolder folder;
  {
    TensorRows rows(folder / "rows.safetensors", "features", {});
    rows.add(ramp(2, 3));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(TensorRows, RefusesOtherWidthsAndTypes) {
  const TempFolder folder;
  TensorRows rows(folder / "rows.safetensors", "features", {});
  rows.add(ramp(2, 3));
  EXPECT_THROW(rows.add(ramp(2, 4)), UsageError);
  EXPECT_THROW(rows.add(ramp(2, 3).to(at::kDouble)), UsageError);
  EXPECT_THROW(rows.add(at::zeros({3})), UsageError);
}

TEST(TensorRows, SaysWhichFileCannotBeWritten) {
  const TempFolder folder;
  const auto without_folder = [&] {
    const TensorRows rows(folder / "missing" / "rows.safetensors", "features", {});
  };
  EXPECT_THAT(test::thrown(without_folder), testing::HasSubstr("rows.safetensors"));
}

}  // namespace
}  // namespace mien
