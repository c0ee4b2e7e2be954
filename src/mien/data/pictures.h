// The pixels of a sample, wherever they lie.
#pragma once

#include <string>

#include "mien/data/sets.h"
#include "mien/image/image.h"

namespace mien {

/// The sample's picture: its file, a part of a tar file, or a row of grey values in a csv; cut to
/// its box, then changed as the sample says. Throws DataError (missing, damaged).
Image read_picture(const Sample& sample);

/// A square of grey values written as text ("70 80 82 ..."), which ends at the first character
/// that is no digit or space. Throws DataError unless it is square and every value is below 256.
Image parse_grey_square(std::string_view text, const std::string& name);

}  // namespace mien
