#include "mien/train/batch_size.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/layers/norm.h"
#include "mien/nn/network.h"

namespace mien {
namespace {

constexpr std::int64_t kLargestBatch = 4096;
constexpr double kMebibyte = 1024.0 * 1024.0;
constexpr double kGibibyte = 1024.0 * kMebibyte;
// The allocator's gaps, and buffers of libraries that it does not know of.
constexpr double kUsablePart = 0.9;

/// How many times as many pictures behind the mask take the memory of one without.
std::int64_t growth(double mask) {
  // The small addition undoes what 1 - 0.9 loses in binary.
  return static_cast<std::int64_t>(std::floor(1 / (1 - mask) + 1e-9));
}

std::int64_t batch_that_fits(const TrainOptions& options,
                             const StepPlace& place,
                             const EventSink& events) {
  const StepMemory memory = measure_step_memory(options, place);
  const double bytes = options.optim.memory_gib > 0 ? options.optim.memory_gib * kGibibyte
                                                    : free_memory(place.device);
  const std::int64_t base = base_batch(memory, bytes, options.model.mask);
  const std::string measured = number_text(bytes / kGibibyte, 1) + " GiB (" +
                               number_text(memory.per_picture / kMebibyte, 1) +
                               " MiB a picture without a mask, " +
                               number_text(memory.fixed / kMebibyte, 0) + " MiB in any case)";
  if (base < 1) {
    throw UsageError("optim.batch = auto: not one picture fits into " + measured +
                     ": give more by optim.memory_gib, or take a smaller network");
  }
  events.info("memory: " + measured + " hold " + std::to_string(base) + " pictures");
  return grown_batch(base, options.model.mask);
}

}  // namespace

std::int64_t grown_batch(std::int64_t base, double mask) {
  return std::min(kLargestBatch, base * growth(mask));
}

std::int64_t table6_batch(double mask) {
  constexpr std::int64_t kUnmasked = 64;
  constexpr std::int64_t kMasked = 256;
  constexpr double kMaskedFrom = 0.75;
  return grown_batch(mask >= kMaskedFrom ? kMasked : kUnmasked, mask);
}

std::int64_t base_batch(const StepMemory& memory, double bytes, double mask) {
  // Behind a mask a picture's work shrinks, the picture itself does not.
  const double each = memory.per_picture + static_cast<double>(growth(mask)) * memory.waiting;
  const double fits = std::floor((bytes * kUsablePart - memory.fixed) / each);
  return static_cast<std::int64_t>(std::clamp(fits, 0.0, static_cast<double>(kLargestBatch)));
}

void resolve_batch(TrainOptions& options,
                   const StepPlace& place,
                   const Network& network,
                   const EventSink& events) {
  std::int64_t& batch = options.optim.batch;
  if (batch > 0) return;
  if (batch == kAutoBatch && network_kind(network.options().name).learns_without_labels()) {
    throw OptionError("optim.batch",
                      "optim.batch = auto is reckoned for networks that learn from labels: give " +
                          network.options().name + " a number of pictures");
  }
  TrainOptions made = options;
  made.model = network.options();
  batch = batch == kTable6Batch ? table6_batch(options.model.mask)
                                : batch_that_fits(made, place, events);
  events.info("batch: " + std::to_string(batch) + " pictures for a mask of " +
              number_text(options.model.mask * 100) + " %");
}

namespace {

/// Whether some batch norm normalises by the batch in training: one that is frozen does not.
bool learns_batch_norms(const Network& network) {
  const auto modules = network.modules(/*include_self=*/false);
  return std::any_of(modules.begin(), modules.end(), [](const auto& module) {
    const auto* norm = dynamic_cast<const BatchNorm*>(module.get());
    return norm != nullptr && norm->weight.requires_grad();
  });
}

}  // namespace

void check_micro_batch(const OptimOptions& options, const Network& network) {
  if (options.micro_batch == 0) return;
  const std::string key = "optim.micro_batch";
  if (network.vocabulary().valence_arousal) {
    throw OptionError(key,
                      key +
                          ": the concordance that valence and arousal are learned by belongs to a "
                          "whole batch, and no parts add up to it: leave the key out, and take a "
                          "smaller optim.batch");
  }
  if (learns_batch_norms(network)) {
    throw OptionError(key,
                      key + ": the batch norms of " + network.options().name +
                          " need the whole batch: leave the key out, and take a smaller "
                          "optim.batch");
  }
}

}  // namespace mien
