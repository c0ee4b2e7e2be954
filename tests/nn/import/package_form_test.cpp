#include "mien/nn/import/package_form.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/nn/import/import_state.h"
#include "mien/nn/network.h"

#include "foreign_state.h"
#include "thrown.h"

namespace mien {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Published {
  const char* fixture;
  const char* package;
};

/// As many expressions as the file's last layer tells apart.
Vocabulary classes_of(const StateDict& state, const ForeignNames& names) {
  Vocabulary vocabulary;
  for (const TensorParts& place : names.head) {
    const auto rows = static_cast<std::size_t>(state.tensors.at(place.parts.front()).size(0));
    for (std::size_t row = vocabulary.expressions.size(); row < rows; ++row) {
      vocabulary.expressions.push_back("class " + std::to_string(row));
    }
  }
  return vocabulary;
}

class FormOfAPackage : public testing::TestWithParam<Published> {};

TEST_P(FormOfAPackage, IsTheFileThatWasImported) {
  StateDict state = test::foreign_state(test::foreign_fixture(GetParam().fixture));
  for (auto& [name, tensor] : state.tensors) {
    if (tensor.is_floating_point()) tensor.uniform_();
  }
  const std::vector<ForeignNames> readings = readings_of(state);
  ASSERT_FALSE(readings.empty());
  for (const ForeignNames& names : readings) {
    ImportUse use = import_use(names, "file");
    if (!names.whole) use.vocabulary = classes_of(state, names);
    const NetworkPointer network = imported_network(
        renamed_state(state, names, /*with_head=*/!names.whole, "file"), use, "file");
    const PackageForm form = package_form(*network, GetParam().package);
    EXPECT_THAT(form.left, IsEmpty());
    EXPECT_EQ(form.title, names.title);
    EXPECT_EQ(form.state.metadata.at("format"), "pt");
    ASSERT_EQ(form.state.tensors.size(), state.tensors.size());
    for (const auto& [name, tensor] : state.tensors) {
      ASSERT_TRUE(form.state.tensors.contains(name)) << name;
      EXPECT_TRUE(form.state.tensors.at(name).equal(tensor)) << name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All,
    FormOfAPackage,
    testing::Values(Published{"torchvision resnet18", "torchvision"},
                    Published{"torchvision resnet50", "torchvision"},
                    Published{"torchvision inception_v3", "torchvision"},
                    Published{"torchvision efficientnet_b0", "torchvision"},
                    Published{"timm tf_efficientnet_b0", "timm"},
                    Published{"timm tf_efficientnet_b2", "timm"},
                    Published{"timm vit_tiny_patch16_224", "timm"},
                    Published{"timm vit_tiny_patch16_224 averaged", "timm"},
                    Published{"transformers ViTForImageClassification", "transformers"},
                    Published{"transformers ViTMAEForPreTraining", "transformers"}),
    [](const auto& item) {
      std::string name = item.param.fixture;
      std::replace_if(name.begin(), name.end(), [](char c) { return c == ' ' || c == '_'; }, 'X');
      return name;
    });

NetworkPointer make(const ModelOptions& model, std::int64_t side = 32) {
  InputOptions input;
  input.size = side;
  return create_network(model, abaw_lsd_vocabulary(), input);
}

ModelOptions options(const std::string& name) {
  ModelOptions model;
  model.name = name;
  model.vit = "64x1x1/8";
  model.dan_width = 4;
  return model;
}

TEST(PackageForm, LeavesAHeadOfTwoLayersOut) {
  const PackageForm form = package_form(*make(options("vit")), "timm");
  EXPECT_THAT(form.left,
              ElementsAre("head.0.bias", "head.0.weight", "head.2.bias", "head.2.weight"));
  EXPECT_TRUE(form.state.tensors.contains("blocks.0.attn.qkv.weight"));
  EXPECT_FALSE(form.state.tensors.contains("head.0.weight"));
}

std::string refused(const ModelOptions& model, const std::string& package) {
  return test::thrown([&] { package_form(*make(model), package); });
}

TEST(PackageForm, IsRefusedWhereThePackageHasNoSuchNetwork) {
  EXPECT_EQ(refused(options("dan"), "timm"),
            "2 --to timm: there is no such network in timm; dan can be written for onnx");
  EXPECT_THAT(refused(options("vit"), "torchvision"), HasSubstr("for timm, transformers and onnx"));
  ModelOptions averaged = options("vit");
  averaged.pool = "mean";
  EXPECT_THAT(refused(averaged, "transformers"), HasSubstr("it has no place for fc_norm.bias"));
  ModelOptions padded = options("efficientnet-b0");
  padded.efficientnet = "tf";
  EXPECT_THAT(refused(padded, "torchvision"),
              AllOf(HasSubstr("model.efficientnet is torch there, and here tf"),
                    HasSubstr("for timm, torchvision and onnx")));
}

TEST(PackageForm, IsRefusedWhereItWouldBeReadAsAnotherNetwork) {
  ModelOptions narrow_heads = options("vit");
  narrow_heads.vit = "64x1x2/8";
  EXPECT_THAT(refused(narrow_heads, "timm"),
              HasSubstr("model.vit is 64x1x1/8 there, and here 64x1x2/8"));
  InputOptions blue_first;
  blue_first.size = 32;
  blue_first.channels = "bgr";
  const NetworkPointer network =
      create_network(options("resnet18"), abaw_lsd_vocabulary(), blue_first);
  EXPECT_THAT(test::thrown([&] { package_form(*network, "torchvision"); }), HasSubstr("BGR"));
}

}  // namespace
}  // namespace mien
