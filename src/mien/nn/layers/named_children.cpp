#include "mien/nn/layers/named_children.h"

namespace mien {

void adopt(torch::nn::Module& owner, torch::nn::Module& inner) {
  for (const auto& item : inner.named_parameters(/*recurse=*/false)) {
    owner.register_parameter(item.key(), item.value(), item.value().requires_grad());
  }
  for (const auto& item : inner.named_buffers(/*recurse=*/false)) {
    owner.register_buffer(item.key(), item.value());
  }
  for (const auto& item : inner.named_children()) owner.register_module(item.key(), item.value());
}

}  // namespace mien
