#include "mien/train/optimiser.h"

#include <cmath>
#include <limits>

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/network.h"

#include "tensor_checks.h"

namespace mien {
namespace {

using test::near;

OptimisedParameter parameter(const std::string& name,
                             const at::Tensor& value,
                             double lr_scale = 1,
                             double weight_decay = 0) {
  return {name, value.clone().requires_grad_(true), lr_scale, weight_decay};
}

void set_gradient(const OptimisedParameter& parameter, const at::Tensor& gradient) {
  at::Tensor value = parameter.value;
  value.mutable_grad() = gradient.clone();
}

Optimiser::Settings settings(const std::string& name, double clip = 0) {
  Optimiser::Settings result;
  result.name = name;
  result.clip = clip;
  return result;
}

class OptimiserTest : public testing::Test {
 protected:
  void SetUp() override { at::manual_seed(3); }
};

// The published algorithms in double, an element at a time.
struct ByHand {
  double value, first = 0, second = 0;
  int steps = 0;
  void adam(double gradient, double lr, double decay, bool decoupled) {
    if (decoupled) value -= lr * decay * value;
    if (!decoupled) gradient += decay * value;
    ++steps;
    first = 0.9 * first + 0.1 * gradient;
    second = 0.999 * second + 0.001 * gradient * gradient;
    const double mean = first / (1 - std::pow(0.9, steps));
    const double square = second / (1 - std::pow(0.999, steps));
    value -= lr * mean / (std::sqrt(square) + 1e-8);
  }
  void sgd(double gradient, double lr, double decay) {
    first = 0.9 * first + gradient + decay * value;
    value -= lr * first;
  }
};

TEST_F(OptimiserTest, StepsAsWrittenByHand) {
  for (const std::string name : {"adamw", "adam", "sgd"}) {
    const auto fast = parameter("a", at::full({1}, 0.7), 1, 0.1);
    const auto slow = parameter("b", at::full({1}, -0.3), 0.25, 0);
    Optimiser optimiser({fast, slow}, settings(name));
    ByHand a{0.7};
    ByHand b{static_cast<double>(-0.3F)};
    for (const double gradient : {0.5, -0.2, 0.05}) {
      set_gradient(fast, at::full({1}, gradient));
      set_gradient(slow, at::full({1}, -2 * gradient));
      optimiser.step(0.01);
      if (name == "sgd") {
        a.sgd(gradient, 0.01, 0.1);
        b.sgd(-2 * gradient, 0.0025, 0);
      } else {
        a.adam(gradient, 0.01, 0.1, name == "adamw");
        b.adam(-2 * gradient, 0.0025, 0, name == "adamw");
      }
      EXPECT_NEAR(fast.value.item<double>(), a.value, 1e-6) << name;
      EXPECT_NEAR(slow.value.item<double>(), b.value, 1e-6) << name;
    }
  }
}

TEST_F(OptimiserTest, ClipsTheNormOverAllParameters) {
  const auto a = parameter("a", at::zeros({1}));
  const auto b = parameter("b", at::zeros({1}), 0.5);
  auto plain_sgd = settings("sgd", 1);
  plain_sgd.momentum = 0;
  Optimiser optimiser({a, b}, plain_sgd);
  set_gradient(a, at::full({1}, 3.0));
  set_gradient(b, at::full({1}, 4.0));
  EXPECT_NEAR(optimiser.step(1), 5, 1e-6);
  EXPECT_NEAR(a.value.item<double>(), -0.6, 1e-6);
  EXPECT_NEAR(b.value.item<double>(), -0.4, 1e-6);
  EXPECT_FALSE(a.value.grad().defined());
  // Below the limit nothing is scaled.
  set_gradient(a, at::full({1}, 0.1));
  EXPECT_NEAR(optimiser.step(1), 0.1, 1e-7);
  EXPECT_NEAR(a.value.item<double>(), -0.7, 1e-6);
}

TEST_F(OptimiserTest, ClippingEqualsScaledGradients) {
  for (const std::string name : {"adamw", "sgd"}) {
    const auto clipped = parameter("a", at::full({4}, 0.5));
    const auto scaled = parameter("a", at::full({4}, 0.5));
    Optimiser first({clipped}, settings(name, 0.1));
    Optimiser second({scaled}, settings(name));
    for (int i = 0; i < 3; ++i) {
      const at::Tensor gradient = at::randn({4});
      set_gradient(clipped, gradient);
      set_gradient(scaled, gradient * (0.1 / gradient.norm()));
      first.step(0.01);
      second.step(0.01);
      EXPECT_TRUE(near(clipped.value, scaled.value, 1e-5)) << name;
    }
  }
}

TEST_F(OptimiserTest, LeavesParametersWithoutGradient) {
  const auto with = parameter("a", at::full({2}, 1.0), 1, 0.5);
  const auto without = parameter("b", at::full({2}, 1.0), 1, 0.5);
  Optimiser optimiser({with, without}, settings("adamw"));
  set_gradient(with, at::full({2}, 1.0));
  optimiser.step(0.1);
  EXPECT_TRUE(near(without.value, at::full({2}, 1.0), 0));
  EXPECT_LT(with.value[0].item<double>(), 0.95);
}

TEST_F(OptimiserTest, GradientThatIsNotFiniteStepsNothing) {
  const auto a = parameter("a", at::full({2}, 1.0));
  Optimiser optimiser({a}, settings("adamw", 1));
  set_gradient(a, at::full({2}, std::numeric_limits<double>::quiet_NaN()));
  EXPECT_FALSE(std::isfinite(optimiser.step(0.1)));
  EXPECT_TRUE(near(a.value, at::full({2}, 1.0), 0));
}

TEST_F(OptimiserTest, GoesOnToTheSameBits) {
  for (const std::string name : {"adamw", "adam", "sgd"}) {
    const at::Tensor start = at::randn({3, 2});
    const auto straight = parameter("a", start, 0.5, 0.1);
    Optimiser whole({straight}, settings(name, 0.5));
    StateDict saved;
    at::Tensor middle;
    std::vector<at::Tensor> gradients(6);
    for (at::Tensor& gradient : gradients) gradient = at::randn({3, 2});
    for (std::size_t i = 0; i < 6; ++i) {
      set_gradient(straight, gradients[i]);
      if (i == 3) {  // before a step: the gradient is part of the state
        StateDict live;
        whole.save(live, "x.");
        saved.metadata = live.metadata;
        for (const auto& [key, tensor] : live.tensors) saved.tensors[key] = tensor.clone();
        middle = straight.value.detach().clone();
      }
      whole.step(0.01);
    }
    const auto resumed = parameter("a", middle, 0.5, 0.1);
    Optimiser second({resumed}, settings(name, 0.5));
    second.load(saved, "x.", "file");
    second.step(0.01);
    for (std::size_t i = 4; i < 6; ++i) {
      set_gradient(resumed, gradients[i]);
      second.step(0.01);
    }
    EXPECT_TRUE(resumed.value.equal(straight.value)) << name;
  }
}

TEST_F(OptimiserTest, StateOfAnotherNetworkIsRefused) {
  Optimiser small({parameter("a", at::zeros({2}))}, settings("adamw"));
  Optimiser other({parameter("a", at::zeros({3}))}, settings("adamw"));
  StateDict state;
  small.save(state, "");
  EXPECT_THROW(other.load(state, "", "file"), DataError);
  EXPECT_THROW(small.load(StateDict(), "", "file"), DataError);
  StateDict without = state;
  without.tensors.erase("second.a");
  EXPECT_THROW(small.load(without, "", "file"), DataError);
}

// ---- parameters of a network

TEST(OptimisedParameters, HaveRatesByLayerAndDecayOnMatrices) {
  ModelOptions model;
  model.name = "emma";
  model.vit = "24x2x2/8";
  model.head_hidden = 6;
  model.dan_width = 4;
  InputOptions input;
  input.size = 32;
  const NetworkPointer network = create_network(model, abaw_mtl_vocabulary(), input);
  OptimOptions options;
  options.layer_decay = 0.5;
  options.weight_decay = 0.05;
  std::map<std::string, OptimisedParameter> main;
  for (auto& p : optimised_parameters(*network, ParameterRole::kMain, options)) main[p.name] = p;
  EXPECT_EQ(main.at("vit.pos_embed").lr_scale, 0.125);
  EXPECT_EQ(main.at("vit.pos_embed").weight_decay, 0);
  EXPECT_EQ(main.at("vit.blocks.0.attn.qkv.weight").lr_scale, 0.25);
  EXPECT_EQ(main.at("vit.blocks.1.mlp.fc1.weight").lr_scale, 0.5);
  EXPECT_EQ(main.at("vit.blocks.1.mlp.fc1.weight").weight_decay, 0.05);
  EXPECT_EQ(main.at("vit.blocks.1.mlp.fc1.bias").weight_decay, 0);
  EXPECT_EQ(main.at("vit.head.2.weight").lr_scale, 1);
  for (const auto& [name, p] : main) EXPECT_TRUE(name.starts_with("vit.")) << name;
  const auto head = optimised_parameters(*network, ParameterRole::kVaHead, options);
  EXPECT_EQ(head.size(), 4U);
  for (const auto& p : head) {
    EXPECT_EQ(p.lr_scale, 1);
    EXPECT_EQ(p.weight_decay, 0);
  }
}

}  // namespace
}  // namespace mien
