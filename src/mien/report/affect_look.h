// How readings look wherever they are shown: colours, what comes first. For the sources of this
// module.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mien/affect.h"
#include "mien/report/painter.h"

namespace mien {

/// Below it a face's reading is marked as one not to be trusted (src/mien/face/quality.h).
inline constexpr double kTrustedQuality = 0.2;

/// Of the person with this id; grey for 0, who is not followed.
Rgb person_colour(std::int64_t face_id);
/// Of a class: the usual one of an emotion that people have in mind (anger red, sadness blue),
/// another's by its place among the classes.
Rgb expression_colour(const std::vector<std::string>& classes, std::size_t index);
/// Black or white: what reads better on that ground.
Rgb text_colour_on(Rgb ground);
Rgb mixed(Rgb first, Rgb second, double part);  ///< `part` 0 gives the first, 1 the second

/// Index of the largest probability; nothing where there are none.
std::optional<std::size_t> top_expression(const std::vector<float>& probabilities);

}  // namespace mien
