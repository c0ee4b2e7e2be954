#include "mien/nn/layers/masking.h"

#include <set>
#include <vector>

#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "mien/nn/weights.h"

#include "shared_folder.h"
#include "tensor_checks.h"

namespace mien {
namespace {

TEST(Masking, KeepsTheFloorOfTheRest) {
  EXPECT_EQ(kept_count(196, 0), 196);
  EXPECT_EQ(kept_count(196, 0.5), 98);
  EXPECT_EQ(kept_count(196, 0.75), 49);
  EXPECT_EQ(kept_count(196, 0.9), 19);
  EXPECT_EQ(kept_count(196, 0.95), 9);
  EXPECT_EQ(kept_count(100, 0.9), 10);  // 1 - 0.9 is a little below 0.1 in binary
  EXPECT_EQ(kept_count(4, 0.99), 1);
}

TEST(Masking, TakesTheSmallestNoiseSmallestFirst) {
  const at::Tensor noise = at::tensor({0.5, 0.1, 0.9, 0.3, 0.2, 0.4, 0.8, 0.7}).reshape({2, 4});
  const at::Tensor expected = at::tensor({1, 3, 0, 1}, at::kLong).reshape({2, 2});
  EXPECT_TRUE(kept_patches(noise, 0.5).equal(expected));
}

TEST(Masking, DrawsEachSampleByItself) {
  constexpr std::int64_t kSamples = 64;
  const at::Tensor kept = kept_patches(draw_mask_noise(kSamples, 16), 0.75);
  ASSERT_EQ(kept.sizes(), at::IntArrayRef({kSamples, 4}));
  std::set<std::vector<std::int64_t>> choices;
  std::vector<int> uses(16);
  for (std::int64_t n = 0; n < kSamples; ++n) {
    std::set<std::int64_t> choice;
    for (std::int64_t k = 0; k < 4; ++k) {
      const auto patch = kept[n][k].item<std::int64_t>();
      choice.insert(patch);
      ++uses.at(static_cast<std::size_t>(patch));
    }
    EXPECT_EQ(choice.size(), 4u) << "a patch was taken twice";
    choices.insert({choice.begin(), choice.end()});
  }
  EXPECT_GT(choices.size(), 50u);                    // of 64 draws from 1820 sets
  for (const int count : uses) EXPECT_GT(count, 2);  // 16 expected, deviation 3.5
}

TEST(Masking, AgreesWithMae) {
  const auto file = test::shared_path("golden/mae_tiny.safetensors");
  if (!file) GTEST_SKIP() << test::kNoShared;
  const auto golden = read_safetensors(*file).tensors;
  const at::Tensor& mask = golden.at("mask");  // 1 where a patch is dropped
  const at::Tensor kept = kept_patches(golden.at("noise"), 0.75);
  EXPECT_TRUE(at::ones(mask.sizes()).scatter(1, kept, 0).equal(mask));
}

}  // namespace
}  // namespace mien
