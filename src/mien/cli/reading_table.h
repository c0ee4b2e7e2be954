// What is read of one picture, as a table for the terminal.
#pragma once

#include <string>

#include "mien/reading.h"
#include "mien/report/overlay.h"

namespace mien::cli {

/// A row a face, in the order of ids: id, expression with its probability, valence, arousal, the
/// units that are present, quality and box. "no face in NAME" without one. Columns that the network
/// does not give are left out.
std::string reading_table(const FrameReading& frame, const OverlayOptions& names);

}  // namespace mien::cli
