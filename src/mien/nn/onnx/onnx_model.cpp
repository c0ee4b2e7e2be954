#include "mien/nn/onnx/onnx_model.h"

#include <fstream>
#include <limits>
#include <utility>

#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/nn/onnx/protobuf.h"
#include "mien/version.h"

namespace mien {
namespace {

// Numbers of fields, from onnx.proto.
constexpr std::uint32_t kModelIrVersion = 1;
constexpr std::uint32_t kModelProducer = 2;
constexpr std::uint32_t kModelProducerVersion = 3;
constexpr std::uint32_t kModelGraph = 7;
constexpr std::uint32_t kModelOpset = 8;
constexpr std::uint32_t kModelMetadata = 14;
constexpr std::uint32_t kOpsetVersion = 2;
constexpr std::uint32_t kEntryKey = 1;
constexpr std::uint32_t kEntryValue = 2;
constexpr std::uint32_t kGraphNode = 1;
constexpr std::uint32_t kGraphName = 2;
constexpr std::uint32_t kGraphInitializer = 5;
constexpr std::uint32_t kGraphInput = 11;
constexpr std::uint32_t kGraphOutput = 12;
constexpr std::uint32_t kNodeInput = 1;
constexpr std::uint32_t kNodeOutput = 2;
constexpr std::uint32_t kNodeName = 3;
constexpr std::uint32_t kNodeKind = 4;
constexpr std::uint32_t kNodeAttribute = 5;
constexpr std::uint32_t kAttributeName = 1;
constexpr std::uint32_t kAttributeFloat = 2;
constexpr std::uint32_t kAttributeInteger = 3;
constexpr std::uint32_t kAttributeText = 4;
constexpr std::uint32_t kAttributeIntegers = 8;
constexpr std::uint32_t kAttributeType = 20;
constexpr std::uint32_t kTensorSides = 1;
constexpr std::uint32_t kTensorType = 2;
constexpr std::uint32_t kTensorName = 8;
constexpr std::uint32_t kTensorBytes = 9;
constexpr std::uint32_t kPortName = 1;
constexpr std::uint32_t kPortType = 2;
constexpr std::uint32_t kTypeTensor = 1;
constexpr std::uint32_t kTensorTypeElement = 1;
constexpr std::uint32_t kTensorTypeShape = 2;
constexpr std::uint32_t kShapeSide = 1;
constexpr std::uint32_t kSideValue = 1;
constexpr std::uint32_t kSideName = 2;

// Kinds of attributes and of numbers, from the same place.
constexpr std::int64_t kIsFloat = 1;
constexpr std::int64_t kIsInteger = 2;
constexpr std::int64_t kIsText = 3;
constexpr std::int64_t kIsIntegers = 7;
constexpr std::int64_t kFloat32 = 1;
constexpr std::int64_t kInt64 = 7;

constexpr std::int64_t kIrVersion = 8;  // of ONNX 1.12, which has opset 17
constexpr std::int64_t kOpset = 17;

ProtobufMessage attribute_message(const OnnxAttribute& attribute) {
  ProtobufMessage message;
  message.add_bytes(kAttributeName, attribute.name);
  if (const auto* number = std::get_if<float>(&attribute.value)) {
    message.add_float(kAttributeFloat, *number).add_integer(kAttributeType, kIsFloat);
  } else if (const auto* integer = std::get_if<std::int64_t>(&attribute.value)) {
    message.add_integer(kAttributeInteger, *integer).add_integer(kAttributeType, kIsInteger);
  } else if (const auto* text = std::get_if<std::string>(&attribute.value)) {
    message.add_bytes(kAttributeText, *text).add_integer(kAttributeType, kIsText);
  } else {
    for (const std::int64_t each : std::get<std::vector<std::int64_t>>(attribute.value)) {
      message.add_integer(kAttributeIntegers, each);
    }
    message.add_integer(kAttributeType, kIsIntegers);
  }
  return message;
}

ProtobufMessage node_message(const OnnxNode& node) {
  ProtobufMessage message;
  for (const std::string& input : node.inputs) message.add_bytes(kNodeInput, input);
  message.add_bytes(kNodeOutput, node.output);
  message.add_bytes(kNodeName, node.output).add_bytes(kNodeKind, node.kind);
  for (const OnnxAttribute& attribute : node.attributes) {
    message.add_message(kNodeAttribute, attribute_message(attribute));
  }
  return message;
}

ProtobufMessage port_message(const OnnxPort& port) {
  ProtobufMessage shape;
  for (const std::int64_t side : port.sizes) {
    ProtobufMessage length;
    if (side == kBatchSide) {
      length.add_bytes(kSideName, "N");
    } else {
      length.add_integer(kSideValue, side);
    }
    shape.add_message(kShapeSide, length);
  }
  ProtobufMessage tensor;
  tensor.add_integer(kTensorTypeElement, kFloat32).add_message(kTensorTypeShape, shape);
  ProtobufMessage type;
  type.add_message(kTypeTensor, tensor);
  ProtobufMessage message;
  message.add_bytes(kPortName, port.name).add_message(kPortType, type);
  return message;
}

/// A tensor's message in two parts: what stands before its numbers, and these.
struct TensorBytes {
  ProtobufMessage head;  ///< with the field of the graph that holds all
  at::Tensor numbers;
};

TensorBytes tensor_bytes(const std::string& name, const at::Tensor& tensor) {
  const at::Tensor numbers = tensor.detach().to(at::kCPU).contiguous();
  ProtobufMessage inner;
  for (const std::int64_t side : numbers.sizes()) inner.add_integer(kTensorSides, side);
  inner.add_integer(kTensorType, numbers.scalar_type() == at::kLong ? kInt64 : kFloat32)
      .add_bytes(kTensorName, name)
      .begin_bytes(kTensorBytes, numbers.nbytes());
  ProtobufMessage head;
  head.begin_bytes(kGraphInitializer, inner.bytes().size() + numbers.nbytes()).append(inner);
  return {std::move(head), numbers};
}

ProtobufMessage model_head(const OnnxModel& model) {
  ProtobufMessage head;
  head.add_integer(kModelIrVersion, kIrVersion)
      .add_bytes(kModelProducer, "mien")
      .add_bytes(kModelProducerVersion, kVersion)
      .add_message(kModelOpset, ProtobufMessage().add_integer(kOpsetVersion, kOpset));
  for (const auto& [key, text] : model.metadata) {
    head.add_message(kModelMetadata,
                     ProtobufMessage().add_bytes(kEntryKey, key).add_bytes(kEntryValue, text));
  }
  return head;
}

ProtobufMessage graph_head(const OnnxModel& model) {
  ProtobufMessage graph;
  for (const OnnxNode& node : model.nodes) graph.add_message(kGraphNode, node_message(node));
  graph.add_bytes(kGraphName, model.name);
  for (const OnnxPort& port : model.inputs) graph.add_message(kGraphInput, port_message(port));
  for (const OnnxPort& port : model.outputs) graph.add_message(kGraphOutput, port_message(port));
  return graph;
}

}  // namespace

void write_onnx(const std::filesystem::path& file, const OnnxModel& model) {
  const ProtobufMessage graph = graph_head(model);
  std::vector<TensorBytes> tensors;
  tensors.reserve(model.values.size());
  std::uint64_t length = graph.bytes().size();
  for (const auto& [name, tensor] : model.values) {
    tensors.push_back(tensor_bytes(name, tensor));
    length += tensors.back().head.bytes().size() + tensors.back().numbers.nbytes();
  }
  ProtobufMessage head = model_head(model);
  head.begin_bytes(kModelGraph, length);
  constexpr std::uint64_t kMost = std::numeric_limits<std::int32_t>::max();
  if (head.bytes().size() + length > kMost) {
    throw FailureError(file.string() +
                       ": could not be written, as an ONNX file holds at most 2 GB");
  }
  AtomicFile replacement(file);
  std::ofstream out(replacement.temporary(), std::ios::binary);
  out << head.bytes() << graph.bytes();
  for (const TensorBytes& tensor : tensors) {
    out << tensor.head.bytes();
    out.write(static_cast<const char*>(tensor.numbers.const_data_ptr()),
              static_cast<std::streamsize>(tensor.numbers.nbytes()));
  }
  out.close();
  if (!out) throw FailureError(file.string() + ": could not be written (is the disk full?)");
  replacement.commit();
}

}  // namespace mien
