// How many pictures a batch holds: as asked for, as the paper has it for a mask, or as memory
// allows; and batches in parts.
#pragma once

#include <cstdint>

#include "mien/core/events.h"
#include "mien/nn/registry.h"
#include "mien/train/step_memory.h"
#include "mien/train/train_options.h"

namespace mien {

/// Table 6: `base` pictures without a mask, and floor(1 / (1 - mask)) times as many behind one;
/// 4096 at most.
std::int64_t grown_batch(std::int64_t base, double mask);
/// The batches of table 6: from 64 pictures without a mask, and from 256 behind one of 75 % or
/// more.
std::int64_t table6_batch(double mask);
/// The largest `base` for which grown_batch(base, mask) pictures fit, if a picture's work takes
/// 1 / growth of what it takes without a mask; 0 where not one does.
std::int64_t base_batch(const StepMemory& memory, double bytes, double mask);

/// Puts a number in the place of "auto" or "table6" in `options.optim.batch` and tells how it came
/// about. "auto" tries two steps of a network like this one without a mask. Throws UsageError where
/// memory does not hold one picture.
void resolve_batch(TrainOptions& options,
                   const StepPlace& place,
                   const Network& network,
                   const EventSink& events);

/// Throws OptionError where `optim.micro_batch` asks for parts of what cannot be taken in parts: a
/// CCC, or batch norms that learn.
void check_micro_batch(const OptimOptions& options, const Network& network);

}  // namespace mien
