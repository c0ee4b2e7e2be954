// What InceptionV3 (Szegedy et al. 2016) is built of: branches side by side over one map, whose
// outputs are stacked.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mien/nn/layers/conv.h"
#include "mien/nn/layers/norm.h"

namespace mien {

/// A convolution, its norm and ReLU. Parameters: conv, bn.
class InceptionConv : public torch::nn::Module {
 public:
  explicit InceptionConv(const ConvShape& shape);
  /// x [N, in, h, w] -> [N, out, h', w'] as the convolution has it
  at::Tensor forward(const at::Tensor& x);

 private:
  std::shared_ptr<Conv2d> conv_;
  std::shared_ptr<BatchNorm> bn_;
};

/// A step of a branch by its published name. With stride 2 it stays inside the map; with stride 1
/// the map keeps its size.
struct InceptionStep {
  std::string name;
  std::int64_t out = 0;
  std::array<std::int64_t, 2> kernel = {1, 1};
  std::int64_t stride = 1;
};

/// A branch: pooling, then one step after the other, then the steps of the fork side by side.
struct InceptionBranch {
  enum class Pooling {
    kNone,
    kAverage,  ///< 3x3, stride 1, zeros around the map counted
    kLargest,  ///< 3x3, stride 2, inside the map
  };
  std::vector<InceptionStep> steps;
  std::vector<InceptionStep> fork = {};
  Pooling pooling = Pooling::kNone;
};

class InceptionBlock : public torch::nn::Module {
 public:
  InceptionBlock(std::int64_t in, const std::vector<InceptionBranch>& branches);
  /// x [N, in, h, w] -> [N, channels(), h', w'], the branches in their order; h' is h, or (h - 3) /
  /// 2
  /// + 1 where they have stride 2
  at::Tensor forward(const at::Tensor& x);
  std::int64_t channels() const { return channels_; }

 private:
  struct Branch {
    InceptionBranch::Pooling pooling;
    std::vector<std::shared_ptr<InceptionConv>> steps;
    std::vector<std::shared_ptr<InceptionConv>> fork;
  };
  std::shared_ptr<InceptionConv> add(std::int64_t in, const InceptionStep& step);

  std::vector<Branch> branches_;
  std::int64_t channels_ = 0;
};

/// The five kinds, in the order of the network. A, C and E keep the map's size; B and D halve it.
std::shared_ptr<InceptionBlock> inception_a(std::int64_t in, std::int64_t pool_width);
std::shared_ptr<InceptionBlock> inception_b(std::int64_t in);
std::shared_ptr<InceptionBlock> inception_c(std::int64_t in, std::int64_t narrow);
std::shared_ptr<InceptionBlock> inception_d(std::int64_t in);
std::shared_ptr<InceptionBlock> inception_e(std::int64_t in);

}  // namespace mien
