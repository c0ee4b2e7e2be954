#include "mien/nn/onnx/conversion.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include <ATen/core/List.h>
#include <ATen/core/jit_type.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/tensor.h>
#include <torch/csrc/jit/ir/constants.h>

#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

using torch::jit::Node;
using torch::jit::Stack;
using torch::jit::Value;

constexpr const char* kTensorList = "prim::ListConstruct";
constexpr const char* kListUnpack = "prim::ListUnpack";
constexpr const char* kUnbind = "aten::unbind";

std::string kind_of(const Node& node) {
  return node.kind().toQualString();
}

bool same_value(const c10::IValue& a, const c10::IValue& b) {
  if (!a.isTensor()) return !a.isTensorList() && a == b;
  const at::Tensor& first = a.toTensor();
  const at::Tensor& second = b.toTensor();
  return first.is_same(second) ||
         (first.scalar_type() == second.scalar_type() && first.sizes() == second.sizes() &&
          (first.const_data_ptr() == second.const_data_ptr() || at::equal(first, second)));
}

/// A list of numbers or tensors as one value; nothing for another kind of list.
c10::IValue list_of(const Node& node, const std::vector<c10::IValue>& items) {
  const c10::TypePtr type = node.output()->type()->expect<c10::ListType>()->getElementType();
  c10::impl::GenericList list(type);
  for (const c10::IValue& item : items) list.push_back(item);
  return c10::IValue(list);
}

/// What the operator makes of these.
Stack computed(const Node& node, const std::vector<c10::IValue>& inputs) {
  if (kind_of(node) == kTensorList) return {list_of(node, inputs)};
  Stack stack(inputs.begin(), inputs.end());
  node.getOperation()(stack);
  return stack;
}

bool can_be_computed(const Node& node) {
  const std::string kind = kind_of(node);
  return kind == kTensorList ||
         (kind.starts_with("aten::") && !node.isNondeterministic() && !node.hasSideEffects());
}

}  // namespace

OnnxConversion::OnnxConversion(const TracedTwice& traced,
                               const std::map<std::string, at::Tensor>& weights)
    : traced_(traced) {
  for (const auto& [name, tensor] : weights) {
    weights_.emplace(tensor.const_data_ptr(), std::pair(name, tensor));
  }
}

OnnxModel OnnxConversion::convert(const std::vector<std::string>& output_names) {
  torch::jit::Graph& two = *traced_.two;
  torch::jit::Graph& three = *traced_.three;
  pair_nodes(two, three);
  twins_[two.inputs().at(0)] = three.inputs().at(0);
  names_[two.inputs().at(0)] = "pictures";
  model_.inputs = {{"pictures", sizes(*two.inputs().at(0))}};
  for (Node* const node : needed_nodes()) convert_node(*node);
  for (std::size_t i = 0; i < output_names.size(); ++i) {
    const Value& output = *two.outputs().at(i);
    model_.nodes.push_back({"Identity", {names_.at(&output)}, output_names[i], {}});
    model_.outputs.push_back({output_names[i], sizes(output)});
  }
  return std::move(model_);
}

void OnnxConversion::pair_nodes(torch::jit::Graph& two, torch::jit::Graph& three) {
  auto other = three.nodes().begin();
  const auto end = three.nodes().end();
  bool same = true;
  for (const Node* const node : two.nodes()) {
    same = other != end && kind_of(**other) == kind_of(*node);
    if (!same) break;
    for (std::size_t i = 0; i < node->outputs().size(); ++i) {
      twins_[node->outputs()[i]] = (*other)->outputs()[i];
    }
    ++other;
  }
  if (same && other == end) return;
  throw FailureError(
      "this network cannot be written as ONNX: what it does depends on how many pictures it reads");
}

std::vector<Node*> OnnxConversion::needed_nodes() const {
  std::unordered_set<const Value*> needed;
  for (const Value* const output : traced_.two->outputs()) needed.insert(output);
  std::vector<Node*> nodes;
  for (Node* const node : traced_.two->nodes().reverse()) {
    const auto outputs = node->outputs();
    if (std::none_of(outputs.begin(), outputs.end(), [&](const Value* const output) {
          return needed.contains(output);
        })) {
      continue;
    }
    for (const Value* const input : node->inputs()) needed.insert(input);
    nodes.push_back(node);
  }
  std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

void OnnxConversion::keep(const Value& value, c10::IValue two, c10::IValue three) {
  const bool same = same_value(two, three);
  known_[&value] = {std::move(two), std::move(three), same};
}

bool OnnxConversion::fold(Node& node) {
  if (const auto value = torch::jit::toIValue(node.outputs().at(0))) {
    keep(*node.output(), *value, torch::jit::toIValue(twins_.at(node.output())).value());
    return true;
  }
  if (!can_be_computed(node)) return false;
  std::vector<c10::IValue> two, three;
  for (const Value* const input : node.inputs()) {
    const Known* const known = known_pair(*input);
    if (known == nullptr) return false;
    two.push_back(known->two);
    three.push_back(known->three);
  }
  const Stack result = computed(node, two);
  const Stack other = computed(*twins_.at(node.outputs().at(0))->node(), three);
  if (result.size() != 1) return false;
  if (result[0].isTensor() && !same_value(result[0], other[0])) return false;
  keep(*node.output(), result[0], other[0]);
  return true;
}

void OnnxConversion::convert_node(Node& node) {
  const std::string kind = kind_of(node);
  if (fold(node) || kind == kTensorList || kind == kUnbind) return;
  if (kind == kListUnpack) {
    convert_list(node);
    return;
  }
  const TracedOperator op(*this, node);
  const ConvertOperator conversion = find_conversion(kind);
  if (conversion == nullptr) op.refuse("has no conversion");
  const auto type = node.output()->type()->cast<c10::TensorType>();
  op.require(type && type->scalarType() == at::kFloat, "makes numbers that are not float32");
  names_[node.output()] = conversion(op);
}

void OnnxConversion::convert_list(Node& unpack) {
  const TracedOperator op(*this, *unpack.input()->node());
  op.require(op.kind() == kUnbind, "has no conversion");
  const std::int64_t axis = op.dimension(1, static_cast<std::int64_t>(op.sizes(0).size()));
  for (std::size_t i = 0; i < unpack.outputs().size(); ++i) {
    const std::string index = constant(at::scalar_tensor(static_cast<std::int64_t>(i), at::kLong));
    names_[unpack.outputs()[i]] = add("Gather", {op.tensor(0), index}, {{"axis", axis}});
  }
}

const OnnxConversion::Known* OnnxConversion::known_pair(const Value& value) const {
  const auto found = known_.find(&value);
  return found == known_.end() ? nullptr : &found->second;
}

const c10::IValue* OnnxConversion::known(const Value& value) const {
  const Known* const pair = known_pair(value);
  return pair != nullptr && pair->same ? &pair->two : nullptr;
}

std::string OnnxConversion::tensor_name(const TracedOperator& op, const Value& value) {
  const auto found = names_.find(&value);
  if (found != names_.end()) return found->second;
  const c10::IValue* const constant_value = known(value);
  if (constant_value == nullptr)
    op.refuse("reads numbers that depend on how many pictures there are");
  if (!constant_value->isTensor()) return constant(constant_value->toScalar().toDouble());
  return names_[&value] = constant(constant_value->toTensor());
}

TracedSizes OnnxConversion::sizes(const Value& value) const {
  const auto of = [](const Value& traced) {
    return traced.type()->expect<c10::TensorType>()->sizes().concrete_sizes().value();
  };
  TracedSizes two = of(value);
  const TracedSizes three = of(*twins_.at(&value));
  for (std::size_t side = 0; side < two.size(); ++side) {
    if (two[side] != three.at(side)) two[side] = kBatchSide;
  }
  return two;
}

std::string OnnxConversion::add(const std::string& kind,
                                const std::vector<std::string>& inputs,
                                const std::vector<OnnxAttribute>& attributes) {
  model_.nodes.push_back({kind, inputs, kind + "_" + std::to_string(added_++), attributes});
  return model_.nodes.back().output;
}

std::string OnnxConversion::constant(const at::Tensor& values) {
  const auto found = weights_.find(values.const_data_ptr());
  const bool is_weight = found != weights_.end() && values.is_contiguous() &&
                         values.sizes() == found->second.second.sizes();
  std::string name = is_weight ? found->second.first : "constant_" + std::to_string(added_++);
  if (given_.insert(name).second) {
    model_.values.emplace_back(name,
                               values.to(values.is_floating_point() ? at::kFloat : at::kLong));
  }
  return name;
}

std::string OnnxConversion::constant(double value) {
  std::string& name = numbers_[number_text(value)];
  if (name.empty()) name = constant(at::scalar_tensor(value, at::kFloat));
  return name;
}

std::string OnnxConversion::constant(const std::vector<std::int64_t>& values) {
  std::string text = "[";
  for (const std::int64_t value : values) text += std::to_string(value) + ",";
  std::string& name = numbers_[text];
  if (name.empty()) name = constant(at::tensor(values, at::kLong));
  return name;
}

}  // namespace mien
