// Reading the sets of a run, the training and the validation part of each.
#pragma once

#include "mien/core/events.h"
#include "mien/train/setup.h"

namespace mien {

/// Both parts of every set, mapped by name, pictures looked for (not opened), overlap refused.
/// Warns of a task that no training picture has a label for, and of votes that are asked for and
/// not learned. Throws UsageError when there is no label at all; votes are labels where
/// `learns_votes`. With an empty vocabulary the pictures alone matter, and the validation part is
/// what `validation` names.
TrainingData read_training_data(const DataOptions& options,
                                const Vocabulary& vocabulary,
                                bool learns_votes,
                                const EventSink& events);

}  // namespace mien
