// A traced network becomes an ONNX model.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <ATen/core/ivalue.h>
#include <torch/csrc/jit/ir/ir.h>

#include "mien/nn/onnx/onnx_model.h"
#include "mien/nn/onnx/traced_operator.h"

namespace mien {

/// The same network traced with batches of 2 and of 3 pictures: where the two differ, the number is
/// the batch's. A trace alone would not tell a batch of 2 from any other 2.
struct TracedTwice {
  std::shared_ptr<torch::jit::Graph> two;
  std::shared_ptr<torch::jit::Graph> three;
};

class OnnxConversion {
 public:
  using Node = torch::jit::Node;
  using Value = torch::jit::Value;

  /// `weights`: tensors of the network by name, which their values in the model get.
  OnnxConversion(const TracedTwice& traced, const std::map<std::string, at::Tensor>& weights);

  /// Nodes, values, input and outputs, the outputs by these names. Throws FailureError for what has
  /// no conversion.
  OnnxModel convert(const std::vector<std::string>& output_names);

  // For TracedOperator.
  std::string tensor_name(const TracedOperator& op, const Value& value);
  /// What the value is whatever the pictures; nothing where it depends on them or on their number.
  const c10::IValue* known(const Value& value) const;
  TracedSizes sizes(const Value& value) const;
  std::string add(const std::string& kind,
                  const std::vector<std::string>& inputs,
                  const std::vector<OnnxAttribute>& attributes);
  std::string constant(const at::Tensor& values);
  std::string constant(double value);
  std::string constant(const std::vector<std::int64_t>& values);
  const std::string& pictures() const { return model_.inputs.front().name; }

 private:
  struct Known {
    c10::IValue two;
    c10::IValue three;
    bool same = false;
  };

  /// Throws FailureError where one trace has other operators than the other.
  void pair_nodes(torch::jit::Graph& two, torch::jit::Graph& three);
  std::vector<Node*> needed_nodes() const;
  void convert_node(Node& node);
  void convert_list(Node& unpack);
  /// Computes what depends on no picture. False where the node's result does.
  bool fold(Node& node);
  const Known* known_pair(const Value& value) const;
  void keep(const Value& value, c10::IValue two, c10::IValue three);

  TracedTwice traced_;
  OnnxModel model_;
  std::unordered_map<const Value*, const Value*> twins_;  ///< of the graph for 2 in that for 3
  std::unordered_map<const Value*, Known> known_;
  std::unordered_map<const Value*, std::string> names_;
  std::unordered_map<const void*, std::pair<std::string, at::Tensor>>
      weights_;                                 ///< of the network, by where the numbers lie
  std::set<std::string> given_;                 ///< of these, what is in the model
  std::map<std::string, std::string> numbers_;  ///< names of constants by their text
  std::size_t added_ = 0;
};

}  // namespace mien
