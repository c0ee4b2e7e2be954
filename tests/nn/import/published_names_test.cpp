// What packages call their tensors, recognised, and in its place here: torchvision, timm,
// transformers and open_clip (tools/fixtures/foreign_names.py).
#include <algorithm>
#include <string>
#include <vector>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/nn/import/import_state.h"
#include "mien/nn/models/mae.h"
#include "mien/nn/network.h"

#include "foreign_state.h"
#include "formula.h"
#include "parity.h"
#include "tensor_checks.h"

namespace mien {
namespace {

struct Published {
  const char* fixture;
  std::vector<std::string> architectures;  ///< more than one: the file does not tell
  const char* network;
};

const std::vector<Published>& published() {
  static const std::vector<Published> kAll = {
      {"torchvision resnet18", {"resnet18"}, "resnet18"},
      {"torchvision resnet50", {"resnet50"}, "resnet50"},
      {"torchvision inception_v3", {"inception-v3"}, "inception-v3"},
      {"torchvision efficientnet_b0", {"efficientnet-b0"}, "efficientnet-b0"},
      {"torchvision efficientnet_b2", {"efficientnet-b2"}, "efficientnet-b2"},
      {"timm tf_efficientnet_b0", {"efficientnet-b0", "tf-efficientnet-b0"}, "efficientnet-b0"},
      {"timm tf_efficientnet_b2", {"efficientnet-b2", "tf-efficientnet-b2"}, "efficientnet-b2"},
      {"timm vit_tiny_patch16_224", {"vit"}, "vit"},
      {"timm vit_tiny_patch16_224 averaged", {"vit"}, "vit"},
      {"transformers ViTForImageClassification", {"vit"}, "vit"},
      {"transformers ViTMAEForPreTraining", {"mae"}, "mae"},
      {"open_clip RN50", {"clip-rn50"}, "clip-rn50"},
      {"open_clip ViT-B-32", {"clip-vit-b32", "open-clip-vit-b32"}, "clip-vit-b32"},
      {"open_clip ViT-B-16", {"clip-vit-b16", "open-clip-vit-b16"}, "clip-vit-b16"},
  };
  return kAll;
}

class PublishedNames : public testing::TestWithParam<Published> {};

TEST_P(PublishedNames, AreRecognised) {
  const StateDict state = test::foreign_state(test::foreign_fixture(GetParam().fixture));
  std::vector<std::string> architectures;
  for (const ForeignNames& names : readings_of(state)) {
    architectures.push_back(names.architecture);
    EXPECT_EQ(names.network, GetParam().network);
  }
  EXPECT_EQ(architectures, GetParam().architectures);
}

TEST_P(PublishedNames, FillTheirNetwork) {
  const std::vector<std::string> registered = network_names();
  ASSERT_NE(std::find(registered.begin(), registered.end(), GetParam().network), registered.end());
  const StateDict state = test::foreign_state(test::foreign_fixture(GetParam().fixture));
  const std::vector<ForeignNames> readings = readings_of(state);
  ASSERT_FALSE(readings.empty());
  for (const ForeignNames& names : readings) {
    const StateDict renamed = renamed_state(state, names, /*with_head=*/false, "file");
    EXPECT_NO_THROW(imported_network(renamed, import_use(names, "file"), "file"))
        << names.architecture;
  }
}

INSTANTIATE_TEST_SUITE_P(All, PublishedNames, testing::ValuesIn(published()), [](const auto& item) {
  std::string name = item.param.fixture;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == ' ' || c == '-' || c == '_'; }, 'X');
  return name;
});

class PublishedOutputs : public testing::TestWithParam<const char*> {};

TEST_P(PublishedOutputs, AreTheSameHere) {
  const nlohmann::json fixture = test::foreign_fixture(GetParam());
  StateDict state = test::foreign_state(fixture);
  test::fill_foreign(state);
  const ForeignNames names = test::only_reading(state);
  ImportUse use = import_use(names, "file");
  use.vocabulary = abaw_lsd_vocabulary();  // six classes, as the fixture has
  use.input.size = fixture.at("size");
  const NetworkPointer network =
      imported_network(renamed_state(state, names, /*with_head=*/true, "file"), use, "file");
  const at::NoGradGuard no_gradients;
  const at::Tensor pictures = test::formula_tensor("input", {2, 3, use.input.size, use.input.size});
  EXPECT_TRUE(
      test::near(network->forward(pictures).expression, test::published_outputs(fixture), 1e-4));
}

INSTANTIATE_TEST_SUITE_P(All,
                         PublishedOutputs,
                         testing::Values("torchvision efficientnet_b0",
                                         "torchvision efficientnet_b2",
                                         "timm vit_tiny_patch16_224",
                                         "transformers ViTForImageClassification"));

TEST(PublishedReconstruction, OfTransformersIsTheSameHere) {
  const nlohmann::json fixture = test::foreign_fixture("transformers ViTMAEForPreTraining");
  StateDict state = test::foreign_state(fixture);
  test::fill_foreign(state);
  const ForeignNames names = test::only_reading(state);
  EXPECT_TRUE(names.whole);
  const NetworkPointer network = imported_network(
      renamed_state(state, names, false, "file"), import_use(names, "file"), "file");
  auto* mae = dynamic_cast<MaeNetwork*>(network.get());
  ASSERT_NE(mae, nullptr);
  const at::NoGradGuard no_gradients;
  const std::int64_t side = fixture.at("size");
  const at::Tensor noise = test::formula_tensor("noise.weight", {2, 16});
  const Outputs outputs =
      mae->forward_masked(test::formula_tensor("input", {2, 3, side, side}), noise, 0.75);
  const at::Tensor first = outputs.reconstruction.slice(1, 0, 3).slice(2, 0, 4).flatten(1);
  EXPECT_TRUE(test::near(first, test::published_outputs(fixture), 1e-4));
}

}  // namespace
}  // namespace mien
