#include "mien/nn/models/mae.h"

#include <string>
#include <vector>

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/layers/masking.h"
#include "mien/nn/layers/pixel_patches.h"
#include "mien/nn/layers/position.h"

#include "finite_difference.h"
#include "made_network.h"
#include "tensor_checks.h"
#include "thrown.h"

namespace mien {
namespace {

using test::near;

ModelOptions tiny() {
  ModelOptions model = test::model_named("mae");
  model.vit = "16x2x2/8";
  model.decoder = "8x1x2";
  model.position = "sincos";
  model.drop_path = 0;
  model.mask = 0.75;
  return model;
}

std::shared_ptr<MaeNetwork> make(const ModelOptions& model) {
  return std::dynamic_pointer_cast<MaeNetwork>(test::made_network(model, 32, Vocabulary()));
}

std::string refused_key(const ModelOptions& model) {
  return test::refused([&] { make(model); }).key;
}

TEST(Mae, ParametersHaveThePublishedNames) {
  const auto names = make(tiny())->named_parameters();
  for (const char* name : {"cls_token",
                           "pos_embed",
                           "patch_embed.proj.weight",
                           "blocks.1.attn.qkv.weight",
                           "norm.weight",
                           "mask_token",
                           "decoder_pos_embed",
                           "decoder_embed.weight",
                           "decoder_blocks.0.mlp.fc2.bias",
                           "decoder_norm.bias",
                           "decoder_pred.weight"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
  EXPECT_EQ(names.size(), 4U + 2 * 12 + 2 + 1 * 12 + 2 + 2 * 2 + 2);
  EXPECT_EQ(names["decoder_pred.weight"].sizes(), at::IntArrayRef({3 * 64, 8}));
}

TEST(Mae, StartsAsPublished) {
  at::manual_seed(3);
  ModelOptions model = tiny();
  model.vit = "64x1x2/8";
  model.decoder = "128x1x2";
  const auto network = make(model);
  const auto values = network->named_parameters();
  EXPECT_NEAR(values["mask_token"].std().item<double>(), 0.02, 0.005);
  EXPECT_NEAR(values["cls_token"].std().item<double>(), 0.02, 0.006);
  const double bound = std::sqrt(6.0 / (64 + 128));  // Xavier: fan in and fan out
  EXPECT_NEAR(values["decoder_embed.weight"].abs().max().item<double>(), bound, 0.01 * bound);
  EXPECT_EQ(values["decoder_pred.bias"].abs().max().item<float>(), 0);
  EXPECT_TRUE(values["decoder_pos_embed"].equal(sincos_positions(128, 4)));
  EXPECT_TRUE(values["pos_embed"].equal(sincos_positions(64, 4)));
}

TEST(Mae, PositionsStayAndTokensTakeNoWeightDecay) {
  const auto network = make(tiny());
  const auto values = network->named_parameters();
  for (const char* name : {"pos_embed", "decoder_pos_embed"}) {
    EXPECT_EQ(network->role_of(name), ParameterRole::kFrozen) << name;
    EXPECT_FALSE(values[name].requires_grad()) << name;
  }
  EXPECT_TRUE(network->without_weight_decay("mask_token", values["mask_token"]));
  EXPECT_TRUE(network->without_weight_decay("norm.weight", values["norm.weight"]));
  EXPECT_FALSE(
      network->without_weight_decay("decoder_embed.weight", values["decoder_embed.weight"]));
}

TEST(Mae, RefusesWhatItCannotBe) {
  ModelOptions model = tiny();
  model.position = "learned";
  EXPECT_EQ(refused_key(model), "model.position");
  model = tiny();
  model.pool = "mean";
  EXPECT_EQ(refused_key(model), "model.pool");
  model = tiny();
  model.mask = 0;
  EXPECT_EQ(refused_key(model), "model.mask");
  model = tiny();
  for (const char* wrong : {"", "8", "8x1", "8x1x3", "6x1x2", "8x0x2", "8x1x2/8"}) {
    model.decoder = wrong;
    EXPECT_EQ(refused_key(model), "model.decoder") << wrong;
  }
}

TEST(Mae, HidesThePartOfThePatchesThatIsAskedFor) {
  const at::NoGradGuard no_gradients;
  const auto network = make(tiny());
  const at::Tensor pictures = at::rand({3, 3, 32, 32});
  for (const double ratio : {0.1, 0.25, 0.5, 0.75, 0.85, 0.9, 0.95}) {
    const Outputs outputs = network->forward_masked(pictures, draw_mask_noise(3, 16), ratio);
    const auto hidden = static_cast<float>(16 - kept_count(16, ratio));
    EXPECT_TRUE(outputs.masked.sum(1).equal(at::ones({3}) * hidden)) << ratio;
    EXPECT_EQ(outputs.reconstruction.sizes(), at::IntArrayRef({3, 16, 192}));
    EXPECT_EQ(outputs.patches.sizes(), outputs.reconstruction.sizes());
  }
}

// What is hidden is nowhere in what the network says.
TEST(Mae, DoesNotSeeWhatIsHidden) {
  const at::NoGradGuard no_gradients;
  const auto network = make(tiny());
  const at::Tensor pictures = at::rand({2, 3, 32, 32});
  const at::Tensor noise = draw_mask_noise(2, 16);
  const Outputs outputs = network->forward_masked(pictures, noise, 0.75);
  const at::Tensor hidden = outputs.masked.unsqueeze(2) > 0;
  const at::Tensor patches = pixel_patches(pictures, 8);
  const at::Tensor others = pictures_of_patches(at::where(hidden, patches * 2 - 5, patches), 8);
  const Outputs again = network->forward_masked(others, noise, 0.75);
  EXPECT_TRUE(again.reconstruction.equal(outputs.reconstruction));
  const at::Tensor changed = pictures_of_patches(at::where(hidden, patches, patches + 1), 8);
  EXPECT_FALSE(near(
      network->forward_masked(changed, noise, 0.75).reconstruction, outputs.reconstruction, 1e-3));
}

TEST(Mae, MasksEachPictureByItselfAndTheSameForTheSameSeed) {
  const at::NoGradGuard no_gradients;
  const auto network = make(tiny());
  const at::Tensor pictures = at::rand({4, 3, 32, 32});
  at::manual_seed(7);
  const Outputs first = network->forward(pictures);
  at::manual_seed(7);
  const Outputs again = network->forward(pictures);
  EXPECT_TRUE(again.masked.equal(first.masked));
  EXPECT_TRUE(again.reconstruction.equal(first.reconstruction));
  EXPECT_FALSE(network->forward(pictures).masked.equal(first.masked));
  EXPECT_FALSE(first.masked[0].equal(first.masked[1]));
}

TEST(Mae, EvaluationAlsoGivesFeaturesOfTheWholePicture) {
  const at::NoGradGuard no_gradients;
  const auto network = make(tiny());
  const at::Tensor pictures = at::rand({2, 3, 32, 32});
  EXPECT_FALSE(network->forward(pictures).features.defined());
  network->eval();
  const Outputs once = network->forward(pictures);
  EXPECT_EQ(once.features.sizes(), at::IntArrayRef({2, 16}));
  EXPECT_TRUE(network->forward(pictures).features.equal(once.features));  // another mask
  EXPECT_EQ(network->patch_mean(pictures).sizes(), at::IntArrayRef({2, 16}));
}

TEST(Mae, FillsTheGapsAndKeepsTheRest) {
  const at::NoGradGuard no_gradients;
  for (const bool norm_pix : {true, false}) {
    ModelOptions model = tiny();
    model.norm_pix = norm_pix;
    const auto network = make(model);
    const at::Tensor pictures = at::rand({2, 3, 32, 32});
    at::manual_seed(5);
    const Reconstruction made = network->reconstruct(pictures, 0.5);
    at::manual_seed(5);
    const Outputs outputs = network->forward_masked(pictures, draw_mask_noise(2, 16), 0.5);
    const at::Tensor hidden = outputs.masked.unsqueeze(2) > 0;
    const at::Tensor original = pixel_patches(pictures, 8);
    const at::Tensor zeros = at::zeros_like(original);
    EXPECT_TRUE(pixel_patches(made.seen, 8).equal(at::where(hidden, zeros, original)));
    at::Tensor painted = pixel_patches(made.filled, 8);
    EXPECT_TRUE(at::where(hidden, zeros, painted).equal(at::where(hidden, zeros, original)));
    if (norm_pix) painted = (painted - original.mean(2, true)) / original.std(2, true, true);
    EXPECT_TRUE(near(
        at::where(hidden, painted, zeros), at::where(hidden, outputs.reconstruction, zeros), 1e-4));
  }
}

TEST(Mae, NormalisesEachPatchByItself) {
  const at::Tensor patches = at::tensor({1.0F, 2.0F, 3.0F, 10.0F, 10.0F, 10.0F}).view({1, 2, 3});
  const at::Tensor normalised = normalised_patches(patches);
  const at::Tensor expected = at::tensor({-1.0F, 0.0F, 1.0F, 0.0F, 0.0F, 0.0F}).view({1, 2, 3});
  EXPECT_TRUE(near(normalised, expected, 1e-5));  // the unbiased variance of 1 2 3 is 1
  EXPECT_TRUE(near(denormalised_patches(normalised, patches), patches, 1e-6));
}

TEST(Mae, PatchesGoBackToThePicture) {
  const at::Tensor pictures = at::rand({2, 3, 24, 24});
  const at::Tensor patches = pixel_patches(pictures, 8);
  EXPECT_EQ(patches.sizes(), at::IntArrayRef({2, 9, 192}));
  EXPECT_TRUE(pictures_of_patches(patches, 8).equal(pictures));
  // Row, column, channel: the second pixel's green of the second patch of the first row.
  EXPECT_EQ(patches[1][1][4].item<float>(), pictures[1][1][0][9].item<float>());
}

TEST(Mae, OtherNetworksCannotReconstruct) {
  ModelOptions model = tiny();
  model.name = "vit";
  const NetworkPointer vit = test::made_network(model, 32);
  EXPECT_THROW(vit->reconstruct(at::rand({1, 3, 32, 32}), 0.5), UsageError);
  EXPECT_TRUE(network_kind("mae").learns_without_labels());
  EXPECT_FALSE(network_kind("vit").learns_without_labels());
}

TEST(Mae, Gradients) {
  ModelOptions model = tiny();
  model.vit = "8x1x2/8";
  const auto network = make(model);
  network->to(at::kDouble);
  const at::Tensor pictures = at::rand({2, 3, 32, 32}, at::kDouble);
  const at::Tensor noise = draw_mask_noise(2, 16);
  test::expect_true_gradients(*network, [&] {
    const Outputs outputs = network->forward_masked(pictures, noise, 0.75);
    const at::Tensor error = (outputs.reconstruction - outputs.patches).square().mean(2);
    return (error * outputs.masked).sum() / outputs.masked.sum();
  });
}

}  // namespace
}  // namespace mien
