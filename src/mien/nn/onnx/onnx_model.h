// An ONNX model (onnx.ai, opset 17) as values, and its file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <ATen/core/Tensor.h>

namespace mien {

struct OnnxAttribute {
  std::string name;
  std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>> value;
};

/// An operator: what it is called by ONNX, names of what it reads ("" for an optional input that is
/// not given) and the name of what it makes.
struct OnnxNode {
  std::string kind;
  std::vector<std::string> inputs;
  std::string output;
  std::vector<OnnxAttribute> attributes;
};

/// The side of a tensor that is as long as the batch.
constexpr std::int64_t kBatchSide = -1;

/// What the model reads or gives: float32 numbers.
struct OnnxPort {
  std::string name;
  std::vector<std::int64_t> sizes;  ///< kBatchSide: any
};

struct OnnxModel {
  std::string name;
  std::vector<OnnxNode> nodes;                             ///< each after those that it reads
  std::vector<std::pair<std::string, at::Tensor>> values;  ///< weights: float32 or int64
  std::vector<OnnxPort> inputs;
  std::vector<OnnxPort> outputs;
  std::map<std::string, std::string> metadata;
};

/// Whole or not at all. Throws FailureError where it cannot be written, and for a model larger than
/// the 2 GB that such a file can hold.
void write_onnx(const std::filesystem::path& file, const OnnxModel& model);

}  // namespace mien
