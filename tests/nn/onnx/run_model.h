// ONNX models run by libtorch: what each operator does is written here after ONNX's own pages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "mien/nn/onnx/onnx_model.h"

namespace mien::test {

/// An operator's attributes and inputs while it runs.
class RunningNode {
 public:
  RunningNode(const OnnxNode& node, const std::map<std::string, at::Tensor>& values)
      : node_(node), values_(values) {}

  bool has(std::size_t input) const { return input < node_.inputs.size(); }
  at::Tensor input(std::size_t index) const { return values_.at(node_.inputs.at(index)); }
  std::vector<at::Tensor> inputs() const {
    std::vector<at::Tensor> all;
    all.reserve(node_.inputs.size());
    for (std::size_t i = 0; i < node_.inputs.size(); ++i) all.push_back(input(i));
    return all;
  }
  std::vector<std::int64_t> integers(std::size_t index) const {
    const at::Tensor values = input(index);
    return {values.data_ptr<std::int64_t>(), values.data_ptr<std::int64_t>() + values.numel()};
  }
  template <typename Kind>
  Kind attribute(const std::string& name) const {
    for (const OnnxAttribute& attribute : node_.attributes) {
      if (attribute.name == name) return std::get<Kind>(attribute.value);
    }
    throw std::runtime_error(node_.kind + " has no " + name);
  }
  std::int64_t integer(const std::string& name) const { return attribute<std::int64_t>(name); }
  std::vector<std::int64_t> list(const std::string& name) const {
    return attribute<std::vector<std::int64_t>>(name);
  }
  /// Padding that is the same on both sides.
  std::vector<std::int64_t> padding() const {
    std::vector<std::int64_t> pads = list("pads");
    EXPECT_EQ(pads[0], pads[2]);
    EXPECT_EQ(pads[1], pads[3]);
    pads.resize(2);
    return pads;
  }

 private:
  const OnnxNode& node_;
  const std::map<std::string, at::Tensor>& values_;
};

inline at::Tensor run_slice(const RunningNode& node) {
  const auto begin = node.integers(1);
  const auto end = node.integers(2);
  at::Tensor x = node.input(0);
  for (std::size_t i = 0; i < begin.size(); ++i) {
    const std::int64_t axis = node.has(3) ? node.integers(3)[i] : static_cast<std::int64_t>(i);
    x = x.slice(axis, begin[i], end[i], node.has(4) ? node.integers(4)[i] : 1);
  }
  return x;
}

inline at::Tensor run_pad(const RunningNode& node) {
  const auto pads = node.integers(1);
  const std::size_t rank = pads.size() / 2;
  std::vector<std::int64_t> from_last;
  for (std::size_t i = rank; i-- > 0;) {
    from_last.push_back(pads[i]);
    from_last.push_back(pads[rank + i]);
  }
  return at::constant_pad_nd(node.input(0), from_last, node.input(2).item());
}

inline at::Tensor run_gather(const RunningNode& node) {
  const at::Tensor index = node.input(1);
  const std::int64_t axis = node.integer("axis");
  if (index.dim() == 0) return node.input(0).select(axis, index.item<std::int64_t>());
  return node.input(0).index_select(axis, index);
}

using RunKind = at::Tensor (*)(const RunningNode&);

inline const std::map<std::string, RunKind>& layer_kinds() {
  using N = const RunningNode&;
  static const std::map<std::string, RunKind> kKinds = {
      {"AveragePool",
       [](N n) {
         return at::avg_pool2d(n.input(0),
                               n.list("kernel_shape"),
                               n.list("strides"),
                               n.padding(),
                               /*ceil_mode=*/false,
                               n.integer("count_include_pad") == 1);
       }},
      {"BatchNormalization",
       [](N n) {
         return at::batch_norm(n.input(0),
                               n.input(1),
                               n.input(2),
                               n.input(3),
                               n.input(4),
                               /*training=*/false,
                               /*momentum=*/0,
                               n.attribute<float>("epsilon"),
                               /*cudnn_enabled=*/false);
       }},
      {"Conv",
       [](N n) {
         return at::conv2d(n.input(0),
                           n.input(1),
                           n.has(2) ? n.input(2) : at::Tensor(),
                           n.list("strides"),
                           n.padding(),
                           n.list("dilations"),
                           n.integer("group"));
       }},
      {"Gemm",
       [](N n) {
         const at::Tensor product = at::matmul(n.input(0), n.input(1).t());
         EXPECT_EQ(n.integer("transB"), 1);
         return n.has(2) ? product + n.input(2) : product;
       }},
      {"LayerNormalization",
       [](N n) {
         EXPECT_EQ(n.integer("axis"), -1);
         const at::Tensor centred = n.input(0) - n.input(0).mean(-1, true);
         const at::Tensor variance = centred.square().mean(-1, true);
         const double epsilon = n.attribute<float>("epsilon");
         return centred / at::sqrt(variance + epsilon) * n.input(1) + n.input(2);
       }},
      {"MaxPool",
       [](N n) {
         return at::max_pool2d(n.input(0),
                               n.list("kernel_shape"),
                               n.list("strides"),
                               n.padding(),
                               n.list("dilations"));
       }},
      {"Pad", run_pad},
  };
  return kKinds;
}

inline const std::map<std::string, RunKind>& value_kinds() {
  using N = const RunningNode&;
  static const std::map<std::string, RunKind> kKinds = {
      {"Add", [](N n) { return n.input(0) + n.input(1); }},
      {"Concat", [](N n) { return at::cat(n.inputs(), n.integer("axis")); }},
      {"Div", [](N n) { return n.input(0) / n.input(1); }},
      {"Erf", [](N n) { return at::erf(n.input(0)); }},
      {"Expand", [](N n) { return n.input(0).expand(n.integers(1)); }},
      {"Gather", run_gather},
      {"Identity", [](N n) { return n.input(0); }},
      {"LogSoftmax", [](N n) { return at::log_softmax(n.input(0), n.integer("axis")); }},
      {"MatMul", [](N n) { return at::matmul(n.input(0), n.input(1)); }},
      {"Mul", [](N n) { return n.input(0) * n.input(1); }},
      {"ReduceLogSumExp",
       [](N n) { return at::logsumexp(n.input(0), n.list("axes"), n.integer("keepdims") == 1); }},
      {"ReduceMean",
       [](N n) { return n.input(0).mean(n.list("axes"), n.integer("keepdims") == 1); }},
      {"ReduceSum", [](N n) { return n.input(0).sum(n.integers(1), n.integer("keepdims") == 1); }},
      {"Relu", [](N n) { return at::relu(n.input(0)); }},
      {"Reshape", [](N n) { return n.input(0).reshape(n.integers(1)); }},
      {"Shape", [](N n) { return at::tensor(n.input(0).sizes().vec(), at::kLong); }},
      {"Sigmoid", [](N n) { return at::sigmoid(n.input(0)); }},
      {"Slice", run_slice},
      {"Softmax", [](N n) { return at::softmax(n.input(0), n.integer("axis")); }},
      {"Squeeze", [](N n) { return n.input(0).squeeze(n.integers(1)[0]); }},
      {"Sub", [](N n) { return n.input(0) - n.input(1); }},
      {"Transpose", [](N n) { return n.input(0).permute(n.list("perm")); }},
      {"Unsqueeze", [](N n) { return n.input(0).unsqueeze(n.integers(1)[0]); }},
  };
  return kKinds;
}

/// The model's outputs by name. Throws for an operator that is not above, or reads what is not made
/// yet.
inline std::map<std::string, at::Tensor> run_model(const OnnxModel& model,
                                                   const at::Tensor& pictures) {
  std::map<std::string, at::Tensor> values(model.values.begin(), model.values.end());
  values[model.inputs.at(0).name] = pictures;
  for (const OnnxNode& node : model.nodes) {
    const auto& kinds = layer_kinds().contains(node.kind) ? layer_kinds() : value_kinds();
    values[node.output] = kinds.at(node.kind)(RunningNode(node, values)).contiguous();
  }
  std::map<std::string, at::Tensor> outputs;
  for (const OnnxPort& port : model.outputs) outputs[port.name] = values.at(port.name);
  return outputs;
}

}  // namespace mien::test
