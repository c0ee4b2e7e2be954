#include "mien/nn/onnx/traced_operator.h"

#include "mien/error.h"
#include "mien/nn/onnx/conversion.h"

namespace mien {

std::string TracedOperator::kind() const {
  return node_.kind().toQualString();
}

void TracedOperator::refuse(const std::string& why) const {
  throw FailureError("this network cannot be written as ONNX: " + kind() + " " + why);
}

const torch::jit::Value& TracedOperator::argument(std::size_t index) const {
  require(index < node_.inputs().size(), "lacks an argument");
  return *node_.inputs()[index];
}

bool TracedOperator::has(std::size_t index) const {
  if (index >= node_.inputs().size()) return false;
  const c10::IValue* const value = conversion_.known(argument(index));
  return value == nullptr || !value->isNone();
}

std::string TracedOperator::tensor(std::size_t index) const {
  return conversion_.tensor_name(*this, argument(index));
}

std::vector<std::string> TracedOperator::tensors(std::size_t index) const {
  std::vector<std::string> names;
  for (const torch::jit::Value* const item : argument(index).node()->inputs()) {
    names.push_back(conversion_.tensor_name(*this, *item));
  }
  return names;
}

namespace {

/// The value of an argument, which must be known.
const c10::IValue& known_argument(const TracedOperator& op,
                                  const OnnxConversion& conversion,
                                  const torch::jit::Value& value) {
  const c10::IValue* const known = conversion.known(value);
  if (known == nullptr) op.refuse("has an argument that depends on the pictures");
  return *known;
}

}  // namespace

at::Tensor TracedOperator::weight(std::size_t index) const {
  return known_argument(*this, conversion_, argument(index)).toTensor();
}

std::int64_t TracedOperator::integer(std::size_t index) const {
  return known_argument(*this, conversion_, argument(index)).toInt();
}

std::vector<std::int64_t> TracedOperator::integers(std::size_t index) const {
  return known_argument(*this, conversion_, argument(index)).toIntVector();
}

double TracedOperator::number(std::size_t index) const {
  return known_argument(*this, conversion_, argument(index)).toScalar().toDouble();
}

bool TracedOperator::flag(std::size_t index) const {
  return known_argument(*this, conversion_, argument(index)).toBool();
}

TracedSizes TracedOperator::sizes(std::size_t index) const {
  return conversion_.sizes(argument(index));
}

TracedSizes TracedOperator::result_sizes() const {
  return conversion_.sizes(*node_.output());
}

std::int64_t TracedOperator::dimension(std::size_t index, std::int64_t rank) const {
  const std::int64_t given = integer(index);
  return given < 0 ? given + rank : given;
}

std::string TracedOperator::add(const std::string& kind,
                                const std::vector<std::string>& inputs,
                                const std::vector<OnnxAttribute>& attributes) const {
  return conversion_.add(kind, inputs, attributes);
}

std::string TracedOperator::constant(double value) const {
  return conversion_.constant(value);
}

std::string TracedOperator::constant(const std::vector<std::int64_t>& values) const {
  return conversion_.constant(values);
}

std::string TracedOperator::constant(const at::Tensor& values) const {
  return conversion_.constant(values);
}

const std::string& TracedOperator::pictures() const {
  return conversion_.pictures();
}

}  // namespace mien
