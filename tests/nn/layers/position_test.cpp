#include "mien/nn/layers/position.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/rand.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/weights.h"

#include "shared_folder.h"
#include "tensor_checks.h"

namespace mien {
namespace {

using test::near;

TEST(Position, SinesAndCosinesByHand) {
  const at::Tensor table = sincos_positions(8, 3);
  ASSERT_EQ(table.sizes(), at::IntArrayRef({1, 10, 8}));
  EXPECT_EQ(table[0][0].abs().max().item<float>(), 0);
  // Patch of row 2, column 1: columns in the first half; frequencies 1 and 1/100.
  const at::Tensor entry = table[0][1 + 2 * 3 + 1];
  const double expected[] = {std::sin(1),
                             std::sin(0.01),
                             std::cos(1),
                             std::cos(0.01),
                             std::sin(2),
                             std::sin(0.02),
                             std::cos(2),
                             std::cos(0.02)};
  for (std::int64_t i = 0; i < 8; ++i) EXPECT_NEAR(entry[i].item<double>(), expected[i], 1e-6);
}

TEST(Position, OfASequenceByHand) {
  const at::Tensor table = sequence_positions(4, 6);
  ASSERT_EQ(table.sizes(), at::IntArrayRef({4, 6}));
  for (std::int64_t place = 0; place < 4; ++place) {
    for (std::int64_t wave = 0; wave < 3; ++wave) {
      const double angle =
          static_cast<double>(place) / std::pow(10000, static_cast<double>(wave) / 3);
      EXPECT_NEAR(table[place][2 * wave].item<double>(), std::sin(angle), 1e-6);
      EXPECT_NEAR(table[place][2 * wave + 1].item<double>(), std::cos(angle), 1e-6);
    }
  }
}

TEST(Position, AgreesWithMae) {
  const auto file = test::shared_path("golden/mae_tiny.safetensors");
  if (!file) GTEST_SKIP() << test::kNoShared;
  const auto golden = read_safetensors(*file).tensors;
  EXPECT_TRUE(near(sincos_positions(48, 4), golden.at("w.pos_embed"), 1e-6));
  EXPECT_TRUE(near(sincos_positions(32, 4), golden.at("w.decoder_pos_embed"), 1e-6));
}

TEST(Position, TablesAreKnownByName) {
  for (const char* name : {"pos_embed",
                           "v1.pos_embed",
                           "decoder_pos_embed",
                           "positional_embedding",
                           "attnpool.positional_embedding"}) {
    EXPECT_TRUE(is_position_table(name)) << name;
  }
  EXPECT_FALSE(is_position_table("class_embedding"));
  EXPECT_FALSE(is_position_table("pos_embed.weight"));
}

TEST(Position, InterpolationKeepsTheClassEntryAndConstants) {
  const at::Tensor table = at::full({1, 1 + 9, 5}, 2.5);
  table.select(1, 0).fill_(-7);
  const at::Tensor larger = interpolate_positions(table, 6);
  ASSERT_EQ(larger.sizes(), at::IntArrayRef({1, 37, 5}));
  EXPECT_TRUE(larger.select(1, 0).eq(-7).all().item<bool>());
  EXPECT_TRUE(near(larger.slice(1, 1), at::full({1, 36, 5}, 2.5), 1e-6));
}

/// The weight of a sample at this distance under the cubic that PyTorch and OpenCV use (a = -0.75).
double cubic_weight(double distance) {
  constexpr double kA = -0.75;
  const double d = std::abs(distance);
  if (d < 1) return ((kA + 2) * d - (kA + 3)) * d * d + 1;
  if (d < 2) return ((kA * d - 5 * kA) * d + 8 * kA) * d - 4 * kA;
  return 0;
}

TEST(Position, InterpolationIsTheCubicInBothDirections) {
  // Each entry holds its row and its column.
  constexpr std::int64_t kFrom = 8;
  constexpr std::int64_t kTo = 16;
  const at::Tensor axis = at::arange(kFrom, at::kFloat);
  const at::Tensor table = at::full({1, 1 + kFrom * kFrom, 2}, 0.0);
  table.slice(1, 1).select(2, 0).copy_(axis.repeat_interleave(kFrom).unsqueeze(0));
  table.slice(1, 1).select(2, 1).copy_(axis.repeat({kFrom}).unsqueeze(0));
  const at::Tensor grid = interpolate_positions(table, kTo).slice(1, 1).reshape({kTo, kTo, 2});
  for (std::int64_t place = 0; place < kTo; ++place) {
    const double at = (static_cast<double>(place) + 0.5) / 2 - 0.5;
    double expected = 0;
    for (std::int64_t k = -2; k < kFrom + 2; ++k) {  // what lies outside is the border's
      const auto value = static_cast<double>(std::clamp<std::int64_t>(k, 0, kFrom - 1));
      expected += value * cubic_weight(at - static_cast<double>(k));
    }
    EXPECT_NEAR(grid[place][5][0].item<double>(), expected, 1e-5) << place;
    EXPECT_NEAR(grid[5][place][1].item<double>(), expected, 1e-5) << place;
  }
}

TEST(Position, TheSameGridIsTheSameTable) {
  const at::Tensor table = at::rand({1, 17, 4});
  EXPECT_TRUE(interpolate_positions(table, 4).equal(table));
}

TEST(Position, RefusesATableThatIsNoSquare) {
  EXPECT_EQ(grid_of_positions(197), 14);
  EXPECT_EQ(grid_of_positions(196), -1);
  EXPECT_EQ(grid_of_positions(2), 1);
  for (const std::int64_t entries : {std::int64_t{1}, std::int64_t{0}, std::int64_t{-3}}) {
    EXPECT_EQ(grid_of_positions(entries), -1) << entries;
  }
  EXPECT_EQ(grid_of_positions((std::int64_t{1} << 62) + 1), -1);
  EXPECT_EQ(grid_of_positions(std::numeric_limits<std::int64_t>::max()), -1);
  EXPECT_THROW(interpolate_positions(at::rand({1, 16, 4}), 2), UsageError);
  EXPECT_THROW(interpolate_positions(at::rand({17, 4}), 2), UsageError);
}

}  // namespace
}  // namespace mien
