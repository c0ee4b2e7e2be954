// Where networks run and in which precision.
#pragma once

#include <string>

#include <c10/core/Device.h>

namespace mien {

/// "auto" (cuda where there is one) | "cpu" | "cuda" | "cuda:N". Throws UsageError where it cannot
/// be. A GPU is told, for the whole process, to repeat its bits and to multiply float32 as float32,
/// which libtorch leaves open: call it before other threads work.
c10::Device choose_device(const std::string& text);
/// "CPU (2 threads, AVX2)" or "GPU cuda:0": what is printed at start.
std::string device_text(const c10::Device& device);

enum class Precision { kFloat32, kBfloat16 };
/// "auto" | "float32" | "bfloat16". auto: bfloat16 where the device multiplies it natively (CUDA,
/// AVX512-BF16, AMX), float32 elsewhere, where bfloat16 is several times slower.
Precision choose_precision(const std::string& text, const c10::Device& device);

/// Autocast to bfloat16 for the scope, with its weight cache cleared at the end.
class AutocastScope {
 public:
  AutocastScope(const c10::Device& device, Precision precision);
  ~AutocastScope();
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

 private:
  bool active_ = false;
  c10::DeviceType type_;
  bool previous_ = false;
};

/// Sets libtorch's and OpenMP's threads (0: all cores). Throws UsageError where OMP_THREAD_LIMIT is
/// below, which would silently give wrong numbers.
void set_threads(int threads);

}  // namespace mien
