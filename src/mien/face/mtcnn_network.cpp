#include "mien/face/mtcnn_network.h"

#include <map>
#include <sstream>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/prelu.h>

#include "mien/error.h"
#include "mien/nn/weights.h"

namespace mien {
namespace {

constexpr std::int64_t kColours = 3;
constexpr std::int64_t kBlock = 16;  // channels that the processor's vectors hold
constexpr auto kLast = at::MemoryFormat::ChannelsLast;

/// Takes tensors of known shapes out of a file and notes what is wrong with it.
class Weights {
 public:
  explicit Weights(const std::filesystem::path& file)
      : file_(file.string()), tensors_(read_weights(file).tensors) {}

  at::Tensor take(const std::string& name, const std::vector<std::int64_t>& shape) {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) {
      names_.missing.push_back(name);
      return at::empty(shape);
    }
    const at::Tensor tensor = found->second;
    tensors_.erase(found);
    if (tensor.sizes() == at::IntArrayRef(shape)) return tensor.to(at::kFloat).contiguous();
    std::ostringstream text;
    text << name << ": " << tensor.sizes() << " in the file, " << at::IntArrayRef(shape)
         << " in the network";
    names_.mismatched.push_back(text.str());
    return at::empty(shape);
  }

  void check_all_fit() {
    for (const auto& [name, tensor] : tensors_) names_.unexpected.push_back(name);
    if (names_.missing.empty() && names_.unexpected.empty() && names_.mismatched.empty()) return;
    throw WeightsError(file_,
                       "these are not the weights of this network of MTCNN; run tools/setup to "
                       "fetch them again",
                       names_);
  }

 private:
  std::string file_;
  std::map<std::string, at::Tensor> tensors_;
  WeightsError::Names names_;
};

/// [out, width * height * in], which is how the published layer counts its inputs, for inputs that
/// lie as [height, width, in].
at::Tensor for_channels_last(const at::Tensor& weight, std::int64_t grid, std::int64_t channels) {
  return weight.view({-1, grid, grid, channels}).transpose(1, 2).reshape(weight.sizes());
}

/// More outputs, all zero, up to `channels`.
at::Tensor more_outputs(const at::Tensor& tensor, std::int64_t channels) {
  const std::int64_t more = channels - tensor.size(0);
  if (tensor.dim() == 1) return at::constant_pad_nd(tensor, {0, more});
  return at::constant_pad_nd(tensor, {0, 0, 0, 0, 0, 0, 0, more});
}

/// "Face or not" is a softmax over two values: the logistic function of their difference.
at::Tensor as_difference(const at::Tensor& pair) {
  return pair.slice(0, 1, 2) - pair.slice(0, 0, 1);
}

/// All heads side by side. [V, in] and [V]
std::pair<at::Tensor, at::Tensor> joined_heads(Weights& weights,
                                               const MtcnnLayout& layout,
                                               std::int64_t in) {
  constexpr std::int64_t kValues[] = {2, 4, 10};
  const bool convolutional = layout.hidden == 0;
  std::vector<at::Tensor> matrices;
  std::vector<at::Tensor> biases;
  for (std::size_t i = 0; i < layout.heads.size(); ++i) {
    const std::string& name = layout.heads[i];
    std::vector<std::int64_t> shape = {kValues[i], in};
    if (convolutional) shape.insert(shape.end(), {1, 1});
    const at::Tensor matrix = weights.take(name + ".weight", shape).view({kValues[i], in});
    const at::Tensor bias = weights.take(name + ".bias", {kValues[i]});
    matrices.push_back(i == 0 ? as_difference(matrix) : matrix);
    biases.push_back(i == 0 ? as_difference(bias) : bias);
  }
  return {at::cat(matrices), at::cat(biases)};
}

}  // namespace

const MtcnnLayout& proposal_layout() {
  static const MtcnnLayout kLayout{
      "pnet.pt", {{10, 3, 2}, {16, 3, 0}, {32, 3, 0}}, 1, 0, {"conv4_1", "conv4_2"}};
  return kLayout;
}

const MtcnnLayout& refine_layout() {
  static const MtcnnLayout kLayout{
      "rnet.pt", {{28, 3, 3}, {48, 3, 3}, {64, 2, 0}}, 3, 128, {"dense5_1", "dense5_2"}};
  return kLayout;
}

const MtcnnLayout& output_layout() {
  static const MtcnnLayout kLayout{"onet.pt",
                                   {{32, 3, 3}, {64, 3, 3}, {64, 3, 2}, {128, 2, 0}},
                                   3,
                                   256,
                                   {"dense6_1", "dense6_2", "dense6_3"}};
  return kLayout;
}

MtcnnNetwork::MtcnnNetwork(const std::filesystem::path& folder, const MtcnnLayout& layout) {
  Weights weights(folder / layout.file);
  std::int64_t channels = kColours;
  std::size_t number = 0;
  for (const MtcnnLayout::Conv& conv : layout.convolutions) {
    const std::string digit = std::to_string(++number);
    convolutions_.push_back({weights.take("conv" + digit + ".weight",
                                          {conv.channels, channels, conv.kernel, conv.kernel}),
                             weights.take("conv" + digit + ".bias", {conv.channels}),
                             weights.take("prelu" + digit + ".weight", {conv.channels}),
                             conv.pool});
    channels = conv.channels;
  }
  if (layout.hidden > 0) {
    const std::string digit = std::to_string(++number);
    const std::int64_t in = layout.grid * layout.grid * channels;
    hidden_.weight = for_channels_last(
        weights.take("dense" + digit + ".weight", {layout.hidden, in}), layout.grid, channels);
    hidden_.bias = weights.take("dense" + digit + ".bias", {layout.hidden});
    hidden_.slope = weights.take("prelu" + digit + ".weight", {layout.hidden});
    channels = layout.hidden;
  }
  std::tie(heads_.weight, heads_.bias) = joined_heads(weights, layout, channels);
  weights.check_all_fit();
  fill_vectors();
}

void MtcnnNetwork::fill_vectors() {
  Convolution& first = convolutions_.front();
  const std::int64_t channels = first.bias.size(0);
  if (channels < kBlock) {
    first.weight = more_outputs(first.weight, kBlock);
    first.bias = more_outputs(first.bias, kBlock);
    first.slope = more_outputs(first.slope, kBlock);
    at::Tensor& next = convolutions_[1].weight;
    next = at::constant_pad_nd(next, {0, 0, 0, 0, 0, kBlock - channels});
  }
  for (Convolution& conv : convolutions_) conv.weight = conv.weight.contiguous(kLast);
}

at::Tensor MtcnnNetwork::forward(const at::Tensor& pictures) const {
  at::Tensor x = pictures;  // [N, C, h, w]
  for (const Convolution& conv : convolutions_) {
    x = at::prelu(at::conv2d(x, conv.weight, conv.bias), conv.slope);
    if (conv.pool > 0) x = at::max_pool2d(x, conv.pool, 2, 0, 1, /*ceil_mode=*/true);
  }
  x = x.permute({0, 2, 3, 1});  // [N, h', w', C], as it lies in memory
  if (hidden_.weight.defined()) {
    x = at::prelu(at::linear(x.flatten(1), hidden_.weight, hidden_.bias), hidden_.slope);
  }
  return at::linear(x, heads_.weight, heads_.bias);
}

at::Tensor empty_pictures(std::int64_t n, std::int64_t height, std::int64_t width) {
  return at::empty({n, kColours, height, width}, at::TensorOptions().dtype(at::kFloat), kLast);
}

}  // namespace mien
