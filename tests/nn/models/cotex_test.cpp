#include "mien/nn/models/cotex.h"

#include <set>

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/layers/masking.h"
#include "mien/nn/layers/sample_draws.h"

#include "finite_difference.h"
#include "made_network.h"
#include "tensor_checks.h"

namespace mien {
namespace {

using test::near;

ModelOptions tiny(std::int64_t views = 2) {
  ModelOptions model = test::model_named("cotex");
  model.vit = "16x2x2/8";
  model.views = views;
  model.drop_path = 0;
  return model;
}

std::shared_ptr<CotexNetwork> make(const ModelOptions& model) {
  auto network =
      std::dynamic_pointer_cast<CotexNetwork>(test::made_network(model, 32, abaw_lsd_vocabulary()));
  const at::NoGradGuard no_gradients;
  for (at::Tensor& value : network->parameters()) {
    if (value.dim() == 2) value.normal_(0, 0.2);  // heads that start near 0 would hide much
  }
  return network;
}

TEST(Cotex, EachViewHasATransformersNames) {
  const auto network = make(tiny(3));
  std::set<std::string> first;
  std::map<std::string, int> uses;
  for (const auto& item : network->named_parameters()) {
    ASSERT_TRUE(item.key().starts_with("v")) << item.key();
    ++uses[item.key().substr(3)];
  }
  for (const auto& [name, count] : uses) EXPECT_EQ(count, 3) << name;
  for (const char* name : {"cls_token", "patch_embed.proj.weight", "norm.bias", "head.weight"}) {
    EXPECT_TRUE(uses.contains(name)) << name;
  }
}

TEST(Cotex, HeadsStartNearNought) {
  const NetworkPointer network = test::made_network(tiny(), 32, abaw_lsd_vocabulary());
  const auto parameters = network->named_parameters();
  for (const char* head : {"v0.head.weight", "v1.head.weight"}) {
    EXPECT_NEAR(parameters[head].std().item<double>(), 2e-5, 1e-5) << head;
  }
  EXPECT_FALSE(parameters["v0.cls_token"].equal(parameters["v1.cls_token"]));
}

TEST(Cotex, AnswersTheMeanOfTheViews) {
  const at::NoGradGuard no_gradients;
  const at::Tensor pictures = at::randn({3, 3, 32, 32});
  for (const char* mean : {"probabilities", "logits"}) {
    ModelOptions model = tiny(3);
    model.view_mean = mean;
    model.mask = 0.75;
    const auto network = make(model);
    network->eval();
    const Outputs outputs = network->forward(pictures);
    ASSERT_EQ(outputs.views.sizes(), at::IntArrayRef({3, 3, 6}));
    const at::Tensor expected = model.view_mean == "logits" ? at::softmax(outputs.views.mean(0), 1)
                                                            : at::softmax(outputs.views, 2).mean(0);
    EXPECT_TRUE(near(at::softmax(outputs.expression, 1), expected, 1e-6)) << mean;
    EXPECT_EQ(outputs.features.sizes(), at::IntArrayRef({3, 48}));
    EXPECT_EQ(network->patch_mean(pictures).sizes(), at::IntArrayRef({3, 48}));
    // Evaluation sees every patch, whatever the mask.
    EXPECT_TRUE(outputs.views.equal(network->read(pictures, {{}, {}, {}}).views));
  }
}

TEST(Cotex, MeanOfProbabilitiesBearsUnderflow) {
  const at::Tensor views =
      at::tensor({500.0F, 0.0F, 0.0F, 500.0F}).view({2, 1, 2}).requires_grad_(true);
  const at::Tensor mean = mean_of_probabilities(views);
  EXPECT_TRUE(near(at::softmax(mean, 1), at::tensor({0.5F, 0.5F}).view({1, 2}), 1e-6));
  mean.sum().backward();
  EXPECT_TRUE(views.grad().isfinite().all().item<bool>());
}

/// The patches that a view kept: those whose pixels move its answer.
std::vector<std::set<std::int64_t>> seen_patches(CotexNetwork& network, std::int64_t view) {
  constexpr std::int64_t kGrid = 4;
  at::Tensor pictures = at::randn({5, 3, 32, 32}).requires_grad_(true);
  at::manual_seed(7);
  network.forward(pictures).views[view].square().sum().backward();
  const at::Tensor moved = pictures.grad()
                               .abs()
                               .view({5, 3, kGrid, 8, kGrid, 8})
                               .sum(at::IntArrayRef({1, 3, 5}))
                               .flatten(1);  // [N, L]
  std::vector<std::set<std::int64_t>> seen(5);
  for (std::int64_t n = 0; n < 5; ++n) {
    for (std::int64_t patch = 0; patch < kGrid * kGrid; ++patch) {
      if (moved[n][patch].item<float>() > 0) seen[static_cast<std::size_t>(n)].insert(patch);
    }
  }
  return seen;
}

TEST(Cotex, EachViewDrawsItsOwnMaskForEachPicture) {
  for (const double ratio : {0.0, 0.5, 0.75, 0.85, 0.9, 0.95}) {
    ModelOptions model = tiny();
    model.mask = ratio;
    const auto network = make(model);
    network->train();
    const auto first = seen_patches(*network, 0);
    const auto second = seen_patches(*network, 1);
    const auto kept = static_cast<std::size_t>(kept_count(16, ratio));
    std::set<std::set<std::int64_t>> choices;
    for (const auto* view : {&first, &second}) {
      for (const auto& choice : *view) {
        EXPECT_EQ(choice.size(), kept) << ratio;
        choices.insert(choice);
      }
    }
    EXPECT_EQ(seen_patches(*network, 0), first) << "the same seed, other masks";
    if (ratio == 0.5 || ratio == 0.75) {
      EXPECT_GE(choices.size(), 9U) << ratio;
    }
  }
}

TEST(Cotex, PartsOfABatchHaveItsMasksAndPaths) {
  const at::NoGradGuard no_gradients;
  ModelOptions model = tiny();
  model.mask = 0.5;
  model.drop_path = 0.5;
  const auto network = make(model);
  network->train();
  const at::Tensor pictures = at::randn({7, 3, 32, 32});
  at::manual_seed(3);
  const at::Tensor whole = network->forward(pictures).views;
  for (const std::int64_t begin : {0, 3, 6}) {
    const std::int64_t end = std::min<std::int64_t>(begin + 3, 7);
    const PartOfBatch part(begin, 7);
    at::manual_seed(3);
    const at::Tensor views = network->forward(pictures.slice(0, begin, end)).views;
    EXPECT_TRUE(near(views, whole.slice(1, begin, end), 1e-5)) << begin;
  }
}

TEST(Cotex, LayersAndWeightDecayAreATransformers) {
  const auto network = make(tiny());
  EXPECT_EQ(network->layers(), 4);
  for (const char* view : {"v0.", "v1."}) {
    const std::string prefix = view;
    EXPECT_EQ(network->layer_of(prefix + "cls_token"), 0);
    EXPECT_EQ(network->layer_of(prefix + "patch_embed.proj.bias"), 0);
    EXPECT_EQ(network->layer_of(prefix + "blocks.1.attn.qkv.weight"), 2);
    EXPECT_EQ(network->layer_of(prefix + "norm.weight"), 3);
    EXPECT_EQ(network->layer_of(prefix + "head.weight"), 3);
    const auto parameters = network->named_parameters();
    for (const char* name : {"cls_token", "pos_embed", "head.bias"}) {
      EXPECT_TRUE(network->without_weight_decay(prefix + name, parameters[prefix + name])) << name;
    }
    EXPECT_FALSE(
        network->without_weight_decay(prefix + "head.weight", parameters[prefix + "head.weight"]));
  }
  ModelOptions fixed = tiny();
  fixed.position = "sincos";
  EXPECT_EQ(make(fixed)->role_of("v1.pos_embed"), ParameterRole::kFrozen);
}

TEST(Cotex, Gradients) {
  ModelOptions model = tiny();
  model.mask = 0.5;
  model.drop_path = 0.3;
  const auto network = make(model);
  network->to(at::kDouble);
  network->train();
  const at::Tensor pictures = at::randn({3, 3, 32, 32}, at::kDouble);
  const at::Tensor weights = at::rand({3, 6}, at::kDouble);
  test::expect_true_gradients(
      *network,
      [&] {
        at::manual_seed(11);  // the same masks and paths each time
        const Outputs outputs = network->forward(pictures);
        return (outputs.expression * weights).sum() + outputs.views.square().sum();
      },
      2);
}

TEST(Cotex, NeedsExpressions) {
  EXPECT_THROW(create_network(tiny(), {{}, {"AU01"}, true}, InputOptions()), UsageError);
  ModelOptions one = tiny(1);
  EXPECT_THROW(one.check(), OptionError);
}

}  // namespace
}  // namespace mien
