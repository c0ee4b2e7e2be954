#include "mien/nn/device.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/autocast_mode.h>
#include <omp.h>

#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

std::int64_t gpu_count() {
  return at::hasCUDA() ? at::detail::getCUDAHooks().getNumGPUs() : 0;
}

/// Before the device's first work.
void make_cuda_repeatable() {
  // cuBLAS repeats its sums only with such a workspace; one that the user set stays.
  setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0);
  at::Context& context = at::globalContext();
  context.setAllowTF32CuDNN(false);
  context.setAllowTF32CuBLAS(false);
  context.setBenchmarkCuDNN(false);
  context.setDeterministicCuDNN(true);
  // Errors, not warnings: with these attention's backward stays as it is.
  context.setDeterministicAlgorithms(true, false);
  context.setDeterministicFillUninitializedMemory(false);  // costs time, for memory written anyway
}

c10::Device choose_cuda(const std::string& text) {
  const auto halves = split(text, ':');
  const auto index = halves.size() == 2 ? parse_integer(halves[1]) : std::optional<std::int64_t>(0);
  if (halves[0] != "cuda" || halves.size() > 2 || !index || *index < 0) {
    throw UsageError("device: auto, cpu, cuda or cuda:N is needed, not '" + text + "'");
  }
  const std::int64_t count = gpu_count();
  if (count == 0) {
    throw UsageError("device: " + text +
                     " was asked for, and libtorch finds no CUDA device here; use cpu or auto");
  }
  if (*index >= count) {
    throw UsageError("device: " + text + " was asked for, and there are " + std::to_string(count) +
                     " CUDA devices, from cuda:0");
  }
  make_cuda_repeatable();
  return c10::Device(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(*index));
}

bool cpu_multiplies_bfloat16() {
#if defined(__x86_64__)
  // Processors with AMX have these instructions too.
  return __builtin_cpu_supports("avx512bf16") != 0;
#else
  return false;
#endif
}

}  // namespace

c10::Device choose_device(const std::string& text) {
  if (text == "cpu" || (text == "auto" && gpu_count() == 0)) {
    return c10::Device(c10::DeviceType::CPU);
  }
  return choose_cuda(text == "auto" ? "cuda" : text);
}

std::string device_text(const c10::Device& device) {
  if (device.is_cuda()) return "GPU " + device.str();
  const int threads = at::get_num_threads();
  return "CPU (" + std::to_string(threads) + (threads == 1 ? " thread, " : " threads, ") +
         at::get_cpu_capability() + ")";
}

Precision choose_precision(const std::string& text, const c10::Device& device) {
  if (text == "float32") return Precision::kFloat32;
  if (text == "bfloat16") return Precision::kBfloat16;
  if (text != "auto") {
    throw UsageError("precision: auto, float32 or bfloat16 is needed, not '" + text + "'");
  }
  const bool native = device.is_cuda() || cpu_multiplies_bfloat16();
  return native ? Precision::kBfloat16 : Precision::kFloat32;
}

AutocastScope::AutocastScope(const c10::Device& device, Precision precision)
    : active_(precision == Precision::kBfloat16), type_(device.type()) {
  if (!active_) return;
  previous_ = at::autocast::is_autocast_enabled(type_);
  at::autocast::set_autocast_enabled(type_, true);
  at::autocast::set_autocast_dtype(type_, at::kBFloat16);
  at::autocast::increment_nesting();
}

AutocastScope::~AutocastScope() {
  if (!active_) return;
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(type_, previous_);
}

void set_threads(int threads) {
  const int wanted = threads > 0 ? threads : std::max(1, omp_get_num_procs());
  // A team smaller than libtorch was told of gives wrong sums without a word.
  omp_set_dynamic(0);
  if (omp_get_thread_limit() < wanted) {
    throw UsageError("OMP_THREAD_LIMIT=" + std::to_string(omp_get_thread_limit()) +
                     " is below the " + std::to_string(wanted) +
                     " threads asked for: unset it, or ask for fewer threads");
  }
  at::set_num_threads(wanted);
}

}  // namespace mien
