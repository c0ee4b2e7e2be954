// Geometry of boxes, and the choice among boxes that show the same face.
#pragma once

#include <cstddef>
#include <vector>

#include "mien/face/face.h"

namespace mien {

float area(const Box& box);  ///< 0 for a box without extent
/// Area that both cover.
float shared_area(const Box& first, const Box& second);
/// Shared area as a part of the area that either covers, 0 to 1; 0 where neither has any.
float overlap_of_union(const Box& first, const Box& second);
/// Shared area as a part of the smaller box, 0 to 1: a box inside another has 1.
float overlap_of_smaller(const Box& first, const Box& second);
/// The square about the same centre whose side is the longer one.
Box squared(const Box& box);

using OverlapMeasure = float (*)(const Box&, const Box&);

/// Greedy non-maximum suppression: places of the boxes to keep, best score first (equal scores: the
/// earlier one). A box goes when it overlaps a kept one by more than `threshold`. Both lists have
/// the same length.
std::vector<std::size_t> strongest_boxes(const std::vector<Box>& boxes,
                                         const std::vector<float>& scores,
                                         OverlapMeasure overlap,
                                         float threshold);

}  // namespace mien
