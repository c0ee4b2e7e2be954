// Parts of a set for cross-validation: the same whenever the same list is split.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mien/data/sets.h"

namespace mien {

/// The fold, 0 to folds - 1, of each sample of the lists, one after the other. A folder's pictures
/// (a video's frames) stay together where there are folders enough, twice as many as folds, and
/// the folders are not the classes; else neighbours are dealt out in turn. Folds have about the
/// same number of samples.
std::vector<std::int64_t> deal_folds(const std::vector<SampleSet>& lists, std::int64_t folds);

}  // namespace mien
