// What convolutional networks have in common: a trunk that makes one vector of a picture, and one
// linear layer over it for every task.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "mien/nn/layers/linear.h"
#include "mien/nn/network.h"

namespace mien {

/// Its children carry the published names.
class CnnTrunk : public torch::nn::Module {
 public:
  /// pictures [N, 3, S, S] -> [N, width()], what the last layer reads; dropout included.
  virtual at::Tensor forward(const at::Tensor& pictures) = 0;
  virtual std::int64_t width() const = 0;
};

/// A trunk under a linear layer that is published under the name `head`, as "fc" or "classifier".
/// Its columns are the tasks in the order of `split_outputs`.
class CnnNetwork : public Network {
 public:
  CnnNetwork(const ModelOptions& model,
             const Vocabulary& vocabulary,
             const InputOptions& input,
             std::shared_ptr<CnnTrunk> trunk,
             const std::string& head);
  Outputs forward(const at::Tensor& pictures) override;
  Backbone backbone() override;
  /// The trunk's children are 0, the head is 1.
  std::int64_t layer_of(std::string_view parameter) const override;
  std::int64_t layers() const override { return 2; }

 protected:
  /// The tasks' scores, cut out of the head's columns.
  Outputs outputs_of(const at::Tensor& features);

 private:
  std::shared_ptr<CnnTrunk> trunk_;
  std::shared_ptr<Linear> head_;
  std::string head_name_;
};

}  // namespace mien
