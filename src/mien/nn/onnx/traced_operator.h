// One operator of a network that was traced, as its conversion to ONNX sees it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "mien/nn/onnx/onnx_model.h"

namespace torch::jit {
struct Node;
struct Value;
}  // namespace torch::jit

namespace mien {

class OnnxConversion;

/// Sides of a tensor; kBatchSide where one is as long as the batch, or a multiple of it.
using TracedSizes = std::vector<std::int64_t>;

class TracedOperator {
 public:
  TracedOperator(OnnxConversion& conversion, const torch::jit::Node& node)
      : conversion_(conversion), node_(node) {}

  /// As libtorch calls it: "aten::linear".
  std::string kind() const;
  /// Whether an argument is given, and is not None.
  bool has(std::size_t argument) const;

  /// The name in the model of an argument that is a tensor, or a number in the place of one.
  std::string tensor(std::size_t argument) const;
  std::vector<std::string> tensors(std::size_t argument) const;
  /// A weight, or what was made of weights alone.
  at::Tensor weight(std::size_t argument) const;
  // Arguments that are no tensors.
  std::int64_t integer(std::size_t argument) const;
  std::vector<std::int64_t> integers(std::size_t argument) const;
  double number(std::size_t argument) const;
  bool flag(std::size_t argument) const;

  TracedSizes sizes(std::size_t argument) const;
  TracedSizes result_sizes() const;
  /// 0 .. rank - 1 of a dimension that may be counted from the end.
  std::int64_t dimension(std::size_t argument, std::int64_t rank) const;

  /// Adds an operator of ONNX to the model. The name of what it makes.
  std::string add(const std::string& kind,
                  const std::vector<std::string>& inputs,
                  const std::vector<OnnxAttribute>& attributes = {}) const;
  std::string constant(double value) const;
  std::string constant(const std::vector<std::int64_t>& values) const;
  std::string constant(const at::Tensor& values) const;
  /// Of the pictures that the model reads, by name.
  const std::string& pictures() const;

  /// Throws FailureError naming the operator and why it cannot be converted.
  [[noreturn]] void refuse(const std::string& why) const;
  void require(bool holds, const std::string& why) const {
    if (!holds) refuse(why);
  }

 private:
  const torch::jit::Value& argument(std::size_t index) const;

  OnnxConversion& conversion_;
  const torch::jit::Node& node_;
};

/// Adds what makes the operator's result. Its name in the model.
using ConvertOperator = std::string (*)(const TracedOperator&);
/// Nothing where no conversion is known.
ConvertOperator find_conversion(const std::string& kind);

}  // namespace mien
