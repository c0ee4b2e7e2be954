#include "mien/nn/models/resnet.h"

#include <array>
#include <string>
#include <vector>

#include <ATen/ops/max_pool2d.h>

#include "mien/nn/layers/conv.h"
#include "mien/nn/layers/named_children.h"
#include "mien/nn/layers/norm.h"
#include "mien/nn/layers/precision.h"
#include "mien/nn/layers/residual_block.h"

namespace mien {
namespace {

constexpr std::size_t kResNetStages = 4;
constexpr std::int64_t kResNetWidth = 64;  // channels of the stem, and inside the first stage

template <typename Block>
class ResNetTrunk : public CnnTrunk {
 public:
  /// `depths`: blocks a stage.
  explicit ResNetTrunk(const std::array<std::int64_t, kResNetStages>& depths)
      : conv1_(register_module("conv1",
                               std::make_shared<Conv2d>(ConvShape{
                                   .in = 3, .out = kResNetWidth, .kernel = {7, 7}, .stride = 2}))),
        bn1_(register_module("bn1", std::make_shared<BatchNorm>(kResNetWidth))) {
    std::int64_t channels = kResNetWidth;
    for (std::size_t stage = 0; stage < kResNetStages; ++stage) {
      const auto list =
          register_module("layer" + std::to_string(stage + 1), std::make_shared<NamedChildren>());
      const std::int64_t width = kResNetWidth << stage;
      for (std::int64_t i = 0; i < depths[stage]; ++i) {
        const std::int64_t stride = stage > 0 && i == 0 ? 2 : 1;
        blocks_.push_back(
            list->add(std::to_string(i), std::make_shared<Block>(channels, width, stride)));
        channels = width * Block::kExpansion;
      }
    }
  }

  at::Tensor forward(const at::Tensor& pictures) override {
    at::Tensor x = bn1_->forward(conv1_->forward(pictures)).relu_();  // [N, 64, S / 2, S / 2]
    x = at::max_pool2d(x, {3, 3}, {2, 2}, {1, 1});
    for (const auto& block : blocks_) x = block->forward(x);  // [N, width, S / 32, S / 32]
    return widened(x).mean({2, 3});
  }

  std::int64_t width() const override {
    return (kResNetWidth << (kResNetStages - 1)) * Block::kExpansion;
  }

 private:
  std::shared_ptr<Conv2d> conv1_;
  std::shared_ptr<BatchNorm> bn1_;
  std::vector<std::shared_ptr<Block>> blocks_;
};

template <typename Block>
std::shared_ptr<CnnTrunk> resnet_trunk(const std::array<std::int64_t, kResNetStages>& depths) {
  return std::make_shared<ResNetTrunk<Block>>(depths);
}

}  // namespace

ResNet18Network::ResNet18Network(const ModelOptions& model,
                                 const Vocabulary& vocabulary,
                                 const InputOptions& input)
    : CnnNetwork(model, vocabulary, input, resnet_trunk<ResidualBlock>({2, 2, 2, 2}), "fc") {}

ResNet50Network::ResNet50Network(const ModelOptions& model,
                                 const Vocabulary& vocabulary,
                                 const InputOptions& input)
    : CnnNetwork(model, vocabulary, input, resnet_trunk<Bottleneck>({3, 4, 6, 3}), "fc") {}

}  // namespace mien
