#include "mien/nn/layers/packed_linear.h"

#include <optional>
#include <string_view>
#include <utility>

#include <ATen/autocast_mode.h>
#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>

#include "mien/nn/layers/precision.h"

namespace mien {
namespace {

// These operators have no C++ header: torch.compile reaches them by name, and so does this.
template <typename Signature>
auto find_operator(const char* name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

bool processor_has_bfloat16() {
  static const bool kHas = find_operator<bool()>("mkldnn::_is_mkldnn_bf16_supported").call();
  return kHas;
}

at::Tensor pack(const at::Tensor& weight) {
  using Signature = at::Tensor(const at::Tensor&, std::optional<std::int64_t>);
  static const auto kReorder = find_operator<Signature>("mkldnn::_reorder_linear_weight");
  return kReorder.call(weight, std::nullopt);
}

at::Tensor multiply(const at::Tensor& x,
                    const at::Tensor& weight,
                    const at::Tensor& bias,
                    Activation activation) {
  using Signature = at::Tensor(const at::Tensor&,
                               const at::Tensor&,
                               const std::optional<at::Tensor>&,
                               std::string_view,
                               c10::List<std::optional<at::Scalar>>,
                               std::optional<std::string_view>);
  static const auto kLinear = find_operator<Signature>("mkldnn::_linear_pointwise");
  const bool gelu = activation == Activation::kGelu;
  return kLinear.call(x,
                      weight,
                      bias,
                      gelu ? "gelu" : "none",
                      c10::List<std::optional<at::Scalar>>(),
                      gelu ? "none" : "");
}

}  // namespace

bool PackedLinear::suits(const at::Tensor& x) {
  return x.is_cpu() && !at::GradMode::is_enabled() && at::autocast::is_autocast_enabled(at::kCPU) &&
         at::autocast::get_autocast_dtype(at::kCPU) == at::kBFloat16 && processor_has_bfloat16();
}

std::shared_ptr<const PackedLinear::Weights> PackedLinear::current(const at::Tensor& weight,
                                                                   const at::Tensor& bias,
                                                                   at::ScalarType type) {
  TensorMarks marks;
  marks.add(weight);
  marks.add(bias);
  const std::lock_guard lock(mutex_);
  if (!weights_ || weights_->type != type || !(weights_->marks == marks)) {
    // They outlive the scope that asks first, which may be one of inference.
    const c10::InferenceMode plain_tensors(false);
    const at::NoGradGuard no_gradients;
    weights_ = std::make_shared<const Weights>(
        Weights{std::move(marks), type, pack(weight.to(type).contiguous()), bias.to(type)});
  }
  return weights_;
}

at::Tensor PackedLinear::forward(const at::Tensor& x,
                                 const at::Tensor& weight,
                                 const at::Tensor& bias,
                                 Activation activation,
                                 at::ScalarType type) {
  const WithoutAutocast types_are_chosen;
  const std::shared_ptr<const Weights> packed = current(weight.detach(), bias.detach(), type);
  return multiply(x.to(type), packed->weight, packed->bias, activation);
}

}  // namespace mien
