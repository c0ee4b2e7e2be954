#include "mien/nn/feature_layer.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/rand.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/network.h"

#include "small_networks.h"

namespace mien {
namespace {

using test::make_small;
using test::SmallNetwork;

TEST(FeatureLayer, GivesWhatTheNetworkGives) {
  const at::NoGradGuard no_gradients;
  const NetworkPointer network = make_small({});
  const at::Tensor pictures = at::rand({2, 3, 32, 32});
  const Outputs outputs = network->forward(pictures);
  EXPECT_TRUE(feature_layer(*network, "class", pictures).equal(outputs.features));
  EXPECT_TRUE(feature_layer(*network, "mean", pictures).equal(network->patch_mean(pictures)));
  EXPECT_TRUE(
      feature_layer(*network, "logits", pictures)
          .equal(at::cat({outputs.valence_arousal, outputs.expression, outputs.action_units}, 1)));
  EXPECT_EQ(usual_feature_layer(*network, at::kCPU), "class");
}

TEST(FeatureLayer, SaysWhereThereIsNone) {
  SmallNetwork small;
  small.name = "dan";
  const at::NoGradGuard no_gradients;
  const NetworkPointer network = make_small(small);
  const at::Tensor pictures = at::rand({2, 3, 32, 32});
  EXPECT_THROW(feature_layer(*network, "mean", pictures), UsageError);
  EXPECT_THROW(feature_layer(*network, "nose", pictures), UsageError);
}

}  // namespace
}  // namespace mien
