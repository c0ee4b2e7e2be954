// Tensors by the formula of the golden values (golden README): anyone can make them again from
// their names.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <torch/nn/module.h>

namespace mien::test {

/// zlib's CRC-32, a bit at a time.
inline std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = 0xffffffffu;
  for (const char character : text) {
    crc ^= static_cast<unsigned char>(character);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1u) != 0 ? 0xedb88320u : 0u);
  }
  return ~crc;
}

/// Whether a name is one of those with the ending, or ends in "." and it.
inline bool name_ends(std::string_view name, std::string_view ending) {
  return name.size() >= ending.size() && name.substr(name.size() - ending.size()) == ending;
}

/// Fills the contiguous float32 tensor that carries this published name.
inline void fill_by_formula(const std::string& name, const at::Tensor& tensor) {
  const at::NoGradGuard no_gradients;
  if (name_ends(name, "num_batches_tracked")) {
    tensor.zero_();
    return;
  }
  const double start = static_cast<double>(crc32("1/" + name) % 1000u) / 1000.0;
  const double columns =
      tensor.dim() > 0 ? static_cast<double>(tensor.numel()) / static_cast<double>(tensor.size(0))
                       : 1.0;
  float* values = tensor.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    const double place = static_cast<double>(i) * 0.6180339887498949 + start;
    const double u = place - std::floor(place) - 0.5;
    double value = 0.1 * u;
    if (name == "input") {
      value = u * 4;
    } else if (tensor.dim() >= 2) {
      value = u * 4 / std::sqrt(columns);
    } else if (name_ends(name, "running_var")) {
      value = 1 + 0.5 * std::abs(u);
    } else if (name_ends(name, "weight")) {
      value = 1 + 0.2 * u;
    }
    values[i] = static_cast<float>(value);
  }
}

inline at::Tensor formula_tensor(const std::string& name, at::IntArrayRef shape) {
  at::Tensor tensor = at::empty(shape);
  fill_by_formula(name, tensor);
  return tensor;
}

/// Every parameter and buffer of the module, names with the prefix before them.
inline void fill_by_formula(const torch::nn::Module& module, const std::string& prefix = "") {
  for (const auto& item : module.named_parameters()) {
    fill_by_formula(prefix + item.key(), item.value());
  }
  for (const auto& item : module.named_buffers()) {
    fill_by_formula(prefix + item.key(), item.value());
  }
}

}  // namespace mien::test
