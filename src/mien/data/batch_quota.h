// Orders draws so that every batch holds at least so many samples with labels of each task.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "mien/core/random.h"

namespace mien {

inline constexpr std::size_t kTasks = 3;  ///< valence/arousal, expression, action units

/// What each draw carries, as bits: 1 valence/arousal, 2 expression, 4 action units.
using TaskBits = std::uint8_t;

struct BatchQuota {
  std::int64_t batch = 1;
  std::array<std::int64_t, kTasks> minimum = {};
};

/// Positions 0 .. carries.size()-1 in an order whose batches meet the quota. Throws OptionError
/// naming the key when there are too few labels.
std::vector<std::int64_t> arrange_batches(const std::vector<TaskBits>& carries,
                                          const BatchQuota& quota,
                                          RandomStream& random);

}  // namespace mien
