// libtorch's operators that networks here are made of, as operators of ONNX.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>

#include "mien/nn/onnx/traced_operator.h"

namespace mien {
namespace {

using Integers = std::vector<std::int64_t>;

std::int64_t rank_of(const TracedSizes& sizes) {
  return static_cast<std::int64_t>(sizes.size());
}

// ---- values one by one

template <const char* kKind>
std::string convert_unary(const TracedOperator& op) {
  return op.add(kKind, {op.tensor(0)});
}

std::string convert_silu(const TracedOperator& op) {
  const std::string x = op.tensor(0);
  return op.add("Mul", {x, op.add("Sigmoid", {x})});
}

/// x / 2 (1 + erf(x / sqrt 2))
std::string convert_gelu(const TracedOperator& op) {
  const std::string x = op.tensor(0);
  const std::string erf = op.add("Erf", {op.add("Div", {x, op.constant(std::numbers::sqrt2)})});
  return op.add("Mul",
                {op.add("Mul", {x, op.add("Add", {erf, op.constant(1)})}), op.constant(1. / 2)});
}

template <const char* kKind>
std::string convert_binary(const TracedOperator& op) {
  return op.add(kKind, {op.tensor(0), op.tensor(1)});
}

/// x + alpha y
template <const char* kKind>
std::string convert_sum_of_two(const TracedOperator& op) {
  op.require(!op.has(2) || op.number(2) == 1, "weighs what it adds");
  return convert_binary<kKind>(op);
}

std::string convert_addcmul(const TracedOperator& op) {
  op.require(!op.has(3) || op.number(3) == 1, "weighs what it adds");
  return op.add("Add", {op.tensor(0), op.add("Mul", {op.tensor(1), op.tensor(2)})});
}

constexpr char kRelu[] = "Relu";
constexpr char kSigmoid[] = "Sigmoid";
constexpr char kSoftmax[] = "Softmax";
constexpr char kLogSoftmax[] = "LogSoftmax";
constexpr char kAdd[] = "Add";
constexpr char kSub[] = "Sub";
constexpr char kMul[] = "Mul";
constexpr char kDiv[] = "Div";
constexpr char kMatMul[] = "MatMul";

// ---- over a dimension

template <const char* kKind>
std::string convert_softmax(const TracedOperator& op) {
  const std::int64_t axis = op.dimension(1, rank_of(op.sizes(0)));
  return op.add(kKind, {op.tensor(0)}, {{"axis", axis}});
}

OnnxAttribute keeps_sides(const TracedOperator& op) {
  return {"keepdims", std::int64_t{op.has(2) && op.flag(2)}};
}

std::string convert_mean(const TracedOperator& op) {
  return op.add("ReduceMean", {op.tensor(0)}, {{"axes", op.integers(1)}, keeps_sides(op)});
}

std::string convert_logsumexp(const TracedOperator& op) {
  return op.add("ReduceLogSumExp", {op.tensor(0)}, {{"axes", op.integers(1)}, keeps_sides(op)});
}

std::string convert_sum(const TracedOperator& op) {
  return op.add("ReduceSum", {op.tensor(0), op.constant(op.integers(1))}, {keeps_sides(op)});
}

// ---- layers

std::string convert_linear(const TracedOperator& op) {
  const std::string x = op.tensor(0);
  if (op.sizes(0).size() == 2) {
    std::vector<std::string> inputs = {x, op.tensor(1)};
    if (op.has(2)) inputs.push_back(op.tensor(2));
    return op.add("Gemm", inputs, {{"transB", std::int64_t{1}}});
  }
  const std::string product = op.add("MatMul", {x, op.constant(op.weight(1).t())});
  return op.has(2) ? op.add("Add", {product, op.tensor(2)}) : product;
}

/// Both directions of a picture; libtorch takes one number for two that are the same.
Integers both_directions(const TracedOperator& op, std::size_t argument) {
  Integers values = op.integers(argument);
  if (values.size() == 1) values.push_back(values.front());
  return values;
}

/// As libtorch pads, the same on both sides of each direction, for ONNX: begins, then ends.
Integers both_sides(const Integers& padding) {
  Integers pads = padding;
  pads.insert(pads.end(), padding.begin(), padding.end());
  return pads;
}

std::string convert_convolution(const TracedOperator& op) {
  constexpr std::size_t kTransposed = 6;
  constexpr std::size_t kGroups = 8;
  op.require(!op.flag(kTransposed), "is transposed");
  std::vector<std::string> inputs = {op.tensor(0), op.tensor(1)};
  if (op.has(2)) inputs.push_back(op.tensor(2));
  const TracedSizes kernel = op.sizes(1);
  return op.add("Conv",
                inputs,
                {{"kernel_shape", Integers(kernel.begin() + 2, kernel.end())},
                 {"strides", both_directions(op, 3)},
                 {"pads", both_sides(both_directions(op, 4))},
                 {"dilations", both_directions(op, 5)},
                 {"group", op.integer(kGroups)}});
}

std::string convert_batch_norm(const TracedOperator& op) {
  constexpr std::size_t kTraining = 5;
  constexpr std::size_t kEpsilon = 7;
  op.require(!op.flag(kTraining), "is in training");
  return op.add("BatchNormalization",
                {op.tensor(0), op.tensor(1), op.tensor(2), op.tensor(3), op.tensor(4)},
                {{"epsilon", static_cast<float>(op.number(kEpsilon))}});
}

std::string convert_layer_norm(const TracedOperator& op) {
  return op.add(
      "LayerNormalization",
      {op.tensor(0), op.tensor(2), op.tensor(3)},
      {{"axis", -rank_of(op.integers(1))}, {"epsilon", static_cast<float>(op.number(4))}});
}

/// softmax(q k^T / sqrt(d)) v
std::string convert_attention(const TracedOperator& op) {
  constexpr std::size_t kMask = 3;
  constexpr std::size_t kCausal = 5;
  constexpr std::size_t kScale = 6;
  op.require(!op.has(kMask) && !op.flag(kCausal), "has a mask");
  const std::int64_t rank = rank_of(op.sizes(0));
  const auto width = static_cast<double>(op.sizes(0).back());
  const double scale = op.has(kScale) ? op.number(kScale) : 1 / std::sqrt(width);
  Integers order(static_cast<std::size_t>(rank));
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[order.size() - 2], order.back());
  const std::string query = op.add("Mul", {op.tensor(0), op.constant(scale)});
  const std::string keys = op.add("Transpose", {op.tensor(1)}, {{"perm", order}});
  const std::string weights =
      op.add("Softmax", {op.add("MatMul", {query, keys})}, {{"axis", rank - 1}});
  return op.add("MatMul", {weights, op.tensor(2)});
}

/// Kernel, strides and padding, which are the arguments 1 to 3 of both poolings.
std::vector<OnnxAttribute> pooling_attributes(const TracedOperator& op) {
  const Integers kernel = both_directions(op, 1);
  const Integers stride = both_directions(op, 2);
  return {{"kernel_shape", kernel},
          {"strides", stride.empty() ? kernel : stride},
          {"pads", both_sides(both_directions(op, 3))}};
}

std::string convert_max_pool(const TracedOperator& op) {
  constexpr std::size_t kCeil = 5;
  op.require(!op.flag(kCeil), "rounds its sides up");
  std::vector<OnnxAttribute> attributes = pooling_attributes(op);
  attributes.push_back({"dilations", both_directions(op, 4)});
  return op.add("MaxPool", {op.tensor(0)}, attributes);
}

std::string convert_average_pool(const TracedOperator& op) {
  constexpr std::size_t kCountPadding = 5;
  constexpr std::size_t kDivisor = 6;
  op.require(!op.flag(4), "rounds its sides up");
  op.require(!op.has(kDivisor), "divides by another number");
  std::vector<OnnxAttribute> attributes = pooling_attributes(op);
  attributes.push_back({"count_include_pad", std::int64_t{op.flag(kCountPadding)}});
  return op.add("AveragePool", {op.tensor(0)}, attributes);
}

// ---- shapes

/// view, reshape, flatten, squeeze, unsqueeze: the shape is known, up to the batch.
std::string convert_reshape(const TracedOperator& op) {
  const TracedSizes sizes = op.result_sizes();
  op.require(std::count(sizes.begin(), sizes.end(), kBatchSide) <= 1,
             "makes a shape with the batch in two sides");
  return op.add("Reshape", {op.tensor(0), op.constant(sizes)});
}

std::string convert_expand(const TracedOperator& op) {
  TracedSizes sizes = op.result_sizes();
  if (sizes == op.sizes(0)) return op.tensor(0);
  if (std::find(sizes.begin(), sizes.end(), kBatchSide) == sizes.end()) {
    return op.add("Expand", {op.tensor(0), op.constant(sizes)});
  }
  op.require(sizes.front() == kBatchSide && std::count(sizes.begin(), sizes.end(), kBatchSide) == 1,
             "repeats over the batch in a side that is not the first");
  const std::string shape = op.add("Shape", {op.pictures()});
  const std::string batch =
      op.add("Slice", {shape, op.constant(Integers{0}), op.constant(Integers{1})});
  sizes.erase(sizes.begin());
  const std::string all =
      op.add("Concat", {batch, op.constant(sizes)}, {{"axis", std::int64_t{0}}});
  return op.add("Expand", {op.tensor(0), all});
}

std::string transposed(const TracedOperator& op, const Integers& order) {
  return op.add("Transpose", {op.tensor(0)}, {{"perm", order}});
}

std::string convert_permute(const TracedOperator& op) {
  Integers order = op.integers(1);
  const std::int64_t rank = rank_of(order);
  for (std::int64_t& side : order) side = side < 0 ? side + rank : side;
  return transposed(op, order);
}

std::string convert_transpose(const TracedOperator& op) {
  const std::int64_t rank = rank_of(op.sizes(0));
  Integers order(static_cast<std::size_t>(rank));
  std::iota(order.begin(), order.end(), 0);
  std::swap(order.at(static_cast<std::size_t>(op.dimension(1, rank))),
            order.at(static_cast<std::size_t>(op.dimension(2, rank))));
  return transposed(op, order);
}

std::string convert_slice(const TracedOperator& op) {
  const std::int64_t axis = op.dimension(1, rank_of(op.sizes(0)));
  const std::int64_t begin = op.has(2) ? op.integer(2) : 0;
  const std::int64_t end = op.has(3) ? op.integer(3) : std::numeric_limits<std::int64_t>::max();
  return op.add("Slice",
                {op.tensor(0),
                 op.constant(Integers{begin}),
                 op.constant(Integers{end}),
                 op.constant(Integers{axis}),
                 op.constant(Integers{op.integer(4)})});
}

/// One entry of a dimension. ONNX keeps the side, of length 1, so the shape follows.
std::string convert_select(const TracedOperator& op) {
  const std::int64_t axis = op.dimension(1, rank_of(op.sizes(0)));
  const std::string entry =
      op.add("Gather", {op.tensor(0), op.constant(Integers{op.integer(2)})}, {{"axis", axis}});
  return op.add("Squeeze", {entry, op.constant(Integers{axis})});
}

std::string convert_index_select(const TracedOperator& op) {
  const std::int64_t axis = op.dimension(1, rank_of(op.sizes(0)));
  return op.add("Gather", {op.tensor(0), op.tensor(2)}, {{"axis", axis}});
}

std::string convert_cat(const TracedOperator& op) {
  const std::int64_t axis = op.dimension(1, rank_of(op.result_sizes()));
  return op.add("Concat", op.tensors(0), {{"axis", axis}});
}

std::string convert_stack(const TracedOperator& op) {
  const std::int64_t axis = op.dimension(1, rank_of(op.result_sizes()));
  std::vector<std::string> rows = op.tensors(0);
  for (std::string& row : rows) row = op.add("Unsqueeze", {row, op.constant(Integers{axis})});
  return op.add("Concat", rows, {{"axis", axis}});
}

/// Zeros around; libtorch counts from the last dimension and names both sides of each together.
std::string convert_pad(const TracedOperator& op) {
  const Integers given = op.integers(1);
  const std::size_t rank = op.sizes(0).size();
  Integers pads(2 * rank, 0);
  for (std::size_t side = 0; side < given.size() / 2; ++side) {
    pads.at(rank - 1 - side) = given[2 * side];
    pads.at(2 * rank - 1 - side) = given[2 * side + 1];
  }
  return op.add("Pad", {op.tensor(0), op.constant(pads), op.constant(op.number(2))});
}

/// Another layout, another name, or dropout, which evaluation does without.
std::string convert_identity(const TracedOperator& op) {
  return op.tensor(0);
}

}  // namespace

ConvertOperator find_conversion(const std::string& kind) {
  static const std::map<std::string, ConvertOperator> kConversions = {
      {"aten::_convolution", convert_convolution},
      {"aten::add", convert_sum_of_two<kAdd>},
      {"aten::addcmul", convert_addcmul},
      {"aten::avg_pool2d", convert_average_pool},
      {"aten::batch_norm", convert_batch_norm},
      {"aten::bmm", convert_binary<kMatMul>},
      {"aten::cat", convert_cat},
      {"aten::constant_pad_nd", convert_pad},
      {"aten::contiguous", convert_identity},
      {"aten::detach", convert_identity},
      {"aten::div", convert_binary<kDiv>},
      {"aten::expand", convert_expand},
      {"aten::flatten", convert_reshape},
      {"aten::gelu", convert_gelu},
      {"aten::index_select", convert_index_select},
      {"aten::layer_norm", convert_layer_norm},
      {"aten::linear", convert_linear},
      {"aten::log_softmax", convert_softmax<kLogSoftmax>},
      {"aten::logsumexp", convert_logsumexp},
      {"aten::matmul", convert_binary<kMatMul>},
      {"aten::max_pool2d", convert_max_pool},
      {"aten::mean", convert_mean},
      {"aten::mul", convert_binary<kMul>},
      {"aten::permute", convert_permute},
      {"aten::relu", convert_unary<kRelu>},
      {"aten::reshape", convert_reshape},
      {"aten::scaled_dot_product_attention", convert_attention},
      {"aten::select", convert_select},
      {"aten::sigmoid", convert_unary<kSigmoid>},
      {"aten::silu", convert_silu},
      {"aten::slice", convert_slice},
      {"aten::softmax", convert_softmax<kSoftmax>},
      {"aten::squeeze", convert_reshape},
      {"aten::stack", convert_stack},
      {"aten::sub", convert_sum_of_two<kSub>},
      {"aten::sum", convert_sum},
      {"aten::to", convert_identity},
      {"aten::transpose", convert_transpose},
      {"aten::unflatten", convert_reshape},
      {"aten::unsqueeze", convert_reshape},
      {"aten::view", convert_reshape},
  };
  const auto found = kConversions.find(kind);
  return found == kConversions.end() ? nullptr : found->second;
}

}  // namespace mien
