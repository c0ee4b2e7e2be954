#include "mien/nn/models/vgg_face.h"

#include <string>
#include <vector>

#include <ATen/ops/max_pool2d.h>

#include "mien/error.h"
#include "mien/nn/layers/conv.h"
#include "mien/nn/layers/dropout.h"

namespace mien {
namespace {

constexpr std::int64_t kVggHalvings = 5;
constexpr std::int64_t kVggHidden = 4096;
constexpr double kVggDropout = 0.5;
constexpr double kVggDeviation = 0.01;  // of linear weights before training

struct VggStage {
  std::int64_t channels;
  std::int64_t convolutions;
};
constexpr VggStage kVggStages[kVggHalvings] = {{64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}};

class VggFaceTrunk : public CnnTrunk {
 public:
  explicit VggFaceTrunk(std::int64_t picture) {
    std::int64_t channels = 3;
    for (std::size_t s = 0; s < kVggHalvings; ++s) {
      std::vector<std::shared_ptr<Conv2d>>& stage = stages_.emplace_back();
      for (std::int64_t i = 1; i <= kVggStages[s].convolutions; ++i) {
        const ConvShape shape{.in = channels, .out = kVggStages[s].channels, .bias = true};
        stage.push_back(register_module("conv" + std::to_string(s + 1) + "_" + std::to_string(i),
                                        std::make_shared<Conv2d>(shape)));
        channels = shape.out;
      }
    }
    const std::int64_t side = picture >> kVggHalvings;
    fc6_ = register_module(
        "fc6",
        std::make_shared<Linear>(
            channels * side * side, kVggHidden, Linear::Start::kNormal, kVggDeviation));
    fc7_ = register_module(
        "fc7",
        std::make_shared<Linear>(kVggHidden, kVggHidden, Linear::Start::kNormal, kVggDeviation));
  }

  at::Tensor forward(const at::Tensor& pictures) override {
    at::Tensor x = pictures;
    for (const auto& stage : stages_) {
      for (const auto& conv : stage) x = conv->forward(x).relu_();
      x = at::max_pool2d(x, {2, 2}, {2, 2});
    }
    x = x.flatten(1);  // [N, 512 * (S / 32)^2], channels outermost
    const double rate = fc6_->is_training() ? kVggDropout : 0;
    x = dropout(fc6_->forward(x).relu_(), rate);
    return dropout(fc7_->forward(x).relu_(), rate);  // [N, 4096]
  }

  std::int64_t width() const override { return kVggHidden; }

 private:
  std::vector<std::vector<std::shared_ptr<Conv2d>>> stages_;
  std::shared_ptr<Linear> fc6_, fc7_;
};

std::shared_ptr<CnnTrunk> vgg_face_trunk(const InputOptions& input) {
  if (input.size >> kVggHalvings == 0) {
    throw OptionError("input.size",
                      "input.size: vgg-face halves its pictures five times and needs 32 pixels, "
                      "not " +
                          std::to_string(input.size));
  }
  return std::make_shared<VggFaceTrunk>(input.size);
}

}  // namespace

VggFaceNetwork::VggFaceNetwork(const ModelOptions& model,
                               const Vocabulary& vocabulary,
                               const InputOptions& input)
    : CnnNetwork(model, vocabulary, input, vgg_face_trunk(input), "fc8") {}

Backbone VggFaceNetwork::backbone() {
  Backbone backbone = CnnNetwork::backbone();
  backbone.learning = {"fc6.", "fc7."};
  return backbone;
}

std::int64_t VggFaceNetwork::layer_of(std::string_view parameter) const {
  return parameter.starts_with("fc") ? 1 : 0;
}

}  // namespace mien
