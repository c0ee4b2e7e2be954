// The few globals that a pickle of tensors may name. None of them is ever run: each stands for a
// value that the reader makes itself.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

namespace mien {

/// What may be called, and what comes of it.
enum class Call { kDict, kTensor, kFirstArgument, kList, kModule, kIgnored, kNothing };

inline constexpr std::pair<std::string_view, Call> kAllowed[] = {
    {"collections.OrderedDict", Call::kDict},
    {"collections.defaultdict", Call::kDict},
    {"torch._utils._rebuild_tensor_v2", Call::kTensor},
    {"torch._utils._rebuild_parameter", Call::kFirstArgument},
    {"torch.Size", Call::kList},
    // The options of a reference program: inert, and nothing here reads them.
    {"argparse.Namespace", Call::kIgnored},
    // Scores as NumPy's numbers, in CoTEX's checkpoints.
    {"numpy.core.multiarray.scalar", Call::kIgnored},
    {"numpy._core.multiarray.scalar", Call::kIgnored},
    {"numpy.dtype", Call::kIgnored},
    {"_codecs.encode", Call::kIgnored},
    // Lists and dicts among the attributes of TorchScript's modules.
    {"torch.jit._pickle.build_intlist", Call::kFirstArgument},
    {"torch.jit._pickle.build_doublelist", Call::kFirstArgument},
    {"torch.jit._pickle.build_boollist", Call::kFirstArgument},
    {"torch.jit._pickle.build_tensorlist", Call::kFirstArgument},
    {"torch.jit._pickle.restore_type_tag", Call::kFirstArgument},
    {"torch.FloatStorage", Call::kNothing},
    {"torch.DoubleStorage", Call::kNothing},
    {"torch.HalfStorage", Call::kNothing},
    {"torch.BFloat16Storage", Call::kNothing},
    {"torch.LongStorage", Call::kNothing},
    {"torch.IntStorage", Call::kNothing},
    {"torch.ShortStorage", Call::kNothing},
    {"torch.CharStorage", Call::kNothing},
    {"torch.ByteStorage", Call::kNothing},
    {"torch.BoolStorage", Call::kNothing},
};

/// The modules of a TorchScript archive; what they compute lies elsewhere in it, and is not read.
inline constexpr std::string_view kScriptModule = "__torch__.";

inline std::optional<Call> allowed_call(std::string_view global) {
  if (global.starts_with(kScriptModule)) return Call::kModule;
  for (const auto& [name, call] : kAllowed) {
    if (name == global) return call;
  }
  return std::nullopt;
}

}  // namespace mien
