#include "mien/train/step_memory.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>

#include <ATen/Context.h>
#include <ATen/ops/zeros.h>
#include <c10/core/Allocator.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/network.h"
#include "mien/train/step.h"

namespace mien {
namespace {

/// Hears of every tensor that this thread, and what works for it, makes and lets go on a device.
class AllocationWatch : public c10::MemoryReportingInfoBase {
 public:
  explicit AllocationWatch(c10::DeviceType type) : type_(type) {}
  using c10::MemoryReportingInfoBase::reportMemoryUsage;
  void reportMemoryUsage(void* /*pointer*/,
                         std::int64_t bytes,
                         std::size_t /*allocated*/,
                         std::size_t /*reserved*/,
                         c10::Device device) override {
    if (device.type() != type_) return;
    const std::lock_guard lock(mutex_);
    held_ += bytes;
    most_ = std::max(most_, held_);
  }
  bool memoryProfilingEnabled() const override { return true; }

  /// The most that has been held since, and starts anew from what is held.
  std::int64_t take_most() {
    const std::int64_t most = most_;
    most_ = held_;
    return most;
  }

 private:
  c10::DeviceType type_;
  std::mutex mutex_;
  std::int64_t held_ = 0;
  std::int64_t most_ = 0;
};

Batch blank_batch(std::int64_t count, const TrainOptions& options) {
  const std::int64_t side = options.input.size;
  const auto units = static_cast<std::int64_t>(options.vocabulary().action_units.size());
  Batch batch;
  batch.pictures = at::zeros({count, 3, side, side});
  batch.valence_arousal = at::zeros({count, 2});
  batch.expression = at::zeros({count}, at::kLong);
  batch.action_units = at::zeros({count, units});
  return batch;
}

Learner fresh_learner(const TrainOptions& options, const StepPlace& place) {
  ModelOptions model = options.model;
  model.mask = 0;
  model.drop_path = 0;
  const NetworkPointer network = create_network(model, options.vocabulary(), options.input);
  network->to(place.device);
  network->train();
  LearnerOptions learner;
  learner.loss = options.loss;
  learner.optim = options.optim;
  learner.optim.micro_batch = 0;
  learner.device = place.device;
  learner.precision = place.precision;
  return {network, learner};
}

double available_host_memory() {
  const std::string text = read_file("/proc/meminfo");
  const std::string name = "MemAvailable:";
  const std::size_t at = text.find(name);
  if (at == std::string::npos) {
    throw FailureError("this system does not say how much memory is free: give optim.memory_gib");
  }
  constexpr double kKibibyte = 1024;
  const std::size_t begin = text.find_first_not_of(' ', at + name.size());
  const auto value =
      parse_integer(std::string_view(text).substr(begin, text.find(' ', begin) - begin));
  return kKibibyte * static_cast<double>(value.value_or(0));
}

}  // namespace

StepMemory measure_step_memory(const TrainOptions& options, const StepPlace& place) {
  constexpr std::int64_t kFew = 2;  // more than one, for batch norms
  constexpr std::int64_t kMore = 4;
  const auto watch = std::make_shared<AllocationWatch>(place.device.type());
  const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, watch);
  Learner learner = fresh_learner(options, place);
  const auto most_of = [&](std::int64_t count) {
    const Batch batch = blank_batch(count, options);
    watch->take_most();
    learner.accumulate(batch, 1, 1);
    return static_cast<double>(watch->take_most());
  };
  most_of(kFew);  // makes the gradients, which stay
  const double few = most_of(kFew);
  const double more = most_of(kMore);
  StepMemory memory;
  memory.per_picture = (more - few) / static_cast<double>(kMore - kFew);
  memory.fixed = few - static_cast<double>(kFew) * memory.per_picture;
  if (place.device.is_cpu()) {
    const auto side = static_cast<double>(options.input.size);
    const auto held = static_cast<double>(options.data.loader.prefetch + 1);  // one is being made
    memory.waiting = held * 3 * side * side * static_cast<double>(sizeof(float));
  }
  return memory;
}

double free_memory(const c10::Device& device) {
  if (device.is_cpu()) return available_host_memory();
  return static_cast<double>(
      c10::getDeviceAllocator(device.type())->getMemoryInfo(device.index()).first);
}

}  // namespace mien
