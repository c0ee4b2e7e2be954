// Weight averaging (Wortsman et al. 2022, "model soups"): one network from several equal ones.
#pragma once

#include <vector>

#include "mien/nn/weights.h"

namespace mien {

/// The network whose every tensor is the weighted mean of the members' (`weights`: one above 0 a
/// member, or none: all alike), summed in double precision. Whole numbers are rounded means; flags
/// must agree. Members have one network, vocabulary and input; options that matter in training only
/// may differ. Throws UsageError that names what differs.
NetworkPointer average_networks(const std::vector<LoadedNetwork>& members,
                                const std::vector<double>& weights = {});

/// True where the members' batch norms have seen other statistics: a mean of variances is none of
/// the mean network's, so such a soup is worth a look at its scores.
bool batch_statistics_differ(const std::vector<LoadedNetwork>& members);

}  // namespace mien
