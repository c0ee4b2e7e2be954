#include "mien/cli/feature_reader.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>
#include <c10/core/GradMode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/infer/ensemble.h"
#include "mien/nn/feature_layer.h"

#include "made_inputs.h"
#include "small_weights.h"
#include "tensor_checks.h"
#include "thrown.h"

namespace mien::cli {
namespace {

using test::near;
using test::small_weights;
using test::SmallWeights;
using test::thrown;
using testing::HasSubstr;
using testing::StartsWith;

constexpr double kTolerance = 1e-4;
constexpr std::int64_t kWidth = 16;  // of a small network

FeatureOptions on_cpu(const std::string& layer = "class") {
  FeatureOptions options;
  options.layer = layer;
  options.device = "cpu";
  options.precision = "float32";
  return options;
}

FaceReading face_at(const Box& box) {
  FaceReading face;
  face.box = box;
  return face;
}

class FeatureReaderTest : public testing::Test {
 protected:
  /// What the network by itself makes of the face.
  static at::Tensor alone(const std::string& weights,
                          const FaceReading& face,
                          const FeatureOptions& options,
                          std::int64_t side = 32) {
    const c10::NoGradGuard no_gradients;
    InputOptions input;
    input.size = side;
    const at::Tensor picture = face_tensor(test::shaded(0), face, input, options.whole_pictures);
    return feature_layer(*load_network(weights).network, options.layer, picture.unsqueeze(0));
  }
  static at::Tensor read(LoadedEnsemble networks,
                         const FeatureOptions& options,
                         const std::vector<FaceReading>& faces) {
    std::vector<at::Tensor> parts;
    parts.reserve(faces.size());
    FeatureReader reader(
        std::move(networks), options, [&](const at::Tensor& vectors) { parts.push_back(vectors); });
    for (const FaceReading& face : faces) reader.add(test::shaded(0), face);
    reader.flush();
    return at::cat(parts);
  }

  test::TempFolder folder_;
  std::string weights_ = small_weights(folder_, "a");
  std::vector<FaceReading> faces_ = {face_at({0, 0, 64, 64}),
                                     face_at({8, 8, 16, 16}),
                                     face_at({30, 4, 32, 24}),
                                     face_at({0, 40, 20, 24}),
                                     face_at({-8, -8, 40, 40})};
};

TEST_F(FeatureReaderTest, GivesARowAFaceInTheirOrderWhateverTheBatch) {
  for (const std::string layer : {"class", "mean", "logits"}) {
    FeatureOptions options = on_cpu(layer);
    for (const std::int64_t batch : {1, 2, 5, 32}) {
      options.batch = batch;
      const at::Tensor rows = read(load_ensemble(weights_), options, faces_);
      ASSERT_EQ(rows.dim(), 2);
      ASSERT_EQ(rows.size(0), 5);
      EXPECT_EQ(rows.scalar_type(), at::kFloat);
      for (std::size_t i = 0; i < faces_.size(); ++i) {
        const auto row = static_cast<std::int64_t>(i);
        EXPECT_TRUE(
            near(rows.slice(0, row, row + 1), alone(weights_, faces_[i], options), kTolerance))
            << layer << " " << batch << " " << i;
      }
    }
  }
}

TEST_F(FeatureReaderTest, OfSeveralNetworksOneBehindTheOther) {
  SmallWeights other;
  other.seed = 2;
  other.side = 48;  // it gets crops of its own
  const std::string second = small_weights(folder_, "b", other);
  std::vector<LoadedNetwork> members;
  members.reserve(2);
  for (const std::string& file : {weights_, second}) members.push_back(load_network(file));
  const FeatureOptions options = on_cpu();
  const at::Tensor rows = read(ensemble_of(members), options, {faces_[1]});
  ASSERT_EQ(rows.size(1), 2 * kWidth);
  const at::Tensor first = alone(weights_, faces_[1], options);
  const at::Tensor behind = alone(second, faces_[1], options, 48);
  EXPECT_TRUE(near(rows.slice(1, 0, kWidth), first, kTolerance));
  EXPECT_TRUE(near(rows.slice(1, kWidth, 2 * kWidth), behind, kTolerance));
  EXPECT_FALSE(near(first, behind, 0.01)) << "or the test sees nothing";
}

TEST_F(FeatureReaderTest, ACropIsReadWhole) {
  FeatureOptions options = on_cpu();
  const std::vector<FaceReading> two = {faces_[0], faces_[1]};
  const at::Tensor cut = read(load_ensemble(weights_), options, two);
  EXPECT_FALSE(near(cut.slice(0, 0, 1), cut.slice(0, 1, 2), 0.01));
  options.whole_pictures = true;
  const at::Tensor whole = read(load_ensemble(weights_), options, two);
  EXPECT_TRUE(near(whole.slice(0, 0, 1), whole.slice(0, 1, 2), kTolerance));
}

TEST_F(FeatureReaderTest, HandsOnABatchAsSoonAsItIsFull) {
  std::vector<std::int64_t> rows;
  FeatureOptions options = on_cpu();
  options.batch = 2;
  FeatureReader reader(load_ensemble(weights_), options, [&](const at::Tensor& vectors) {
    rows.push_back(vectors.size(0));
  });
  reader.flush();
  EXPECT_THAT(rows, testing::IsEmpty());
  for (const FaceReading& face : faces_) reader.add(test::shaded(0), face);
  EXPECT_THAT(rows, testing::ElementsAre(2, 2));
  reader.flush();
  reader.flush();
  EXPECT_THAT(rows, testing::ElementsAre(2, 2, 1));
}

TEST_F(FeatureReaderTest, SaysWhatCannotBeBeforeAnythingIsRead) {
  SmallWeights dan;
  dan.network = "dan";
  const std::string no_patches = small_weights(folder_, "dan", dan);
  const auto error = [](const std::string& weights, const FeatureOptions& options) {
    return thrown([&] {
      const FeatureReader reader(load_ensemble(weights), options, [](const at::Tensor&) {});
    });
  };
  EXPECT_EQ(error(no_patches, on_cpu("logits")), "");
  EXPECT_THAT(error(no_patches, on_cpu("mean")), StartsWith("2 the network dan has no patches"));
  EXPECT_THAT(error(weights_, on_cpu("nose")), HasSubstr("no layer 'nose'"));
  FeatureOptions options = on_cpu();
  options.device = "abacus";
  EXPECT_THAT(error(weights_, options), StartsWith("2 device: "));
  options = on_cpu();
  options.precision = "float8";
  EXPECT_THAT(error(weights_, options), StartsWith("2 precision: "));
}

TEST(FeatureOptions, AreDescribed) {
  FeatureOptions options;
  const Fields fields = fields_of(options);
  set_option(fields, "layer", "logits");
  set_option(fields, "batch", "7");
  EXPECT_EQ(options.layer, "logits");
  EXPECT_EQ(options.batch, 7);
  EXPECT_THROW(set_option(fields, "layer", "last"), OptionError);
  EXPECT_THROW(set_option(fields, "batch", "0"), OptionError);
  EXPECT_THROW(set_option(fields, "precision", "float8"), OptionError);
}

}  // namespace
}  // namespace mien::cli
