#include "mien/face/boxes.h"

#include <algorithm>
#include <numeric>

namespace mien {
namespace {

/// `part` of `whole`, where a whole of nothing has no part.
float part_of(float part, float whole) {
  return whole > 0 ? part / whole : 0.0F;
}

}  // namespace

float area(const Box& box) {
  return std::max(box.width, 0.0F) * std::max(box.height, 0.0F);
}

float shared_area(const Box& first, const Box& second) {
  const float width =
      std::min(first.x + first.width, second.x + second.width) - std::max(first.x, second.x);
  const float height =
      std::min(first.y + first.height, second.y + second.height) - std::max(first.y, second.y);
  return std::max(width, 0.0F) * std::max(height, 0.0F);
}

float overlap_of_union(const Box& first, const Box& second) {
  const float shared = shared_area(first, second);
  return part_of(shared, area(first) + area(second) - shared);
}

float overlap_of_smaller(const Box& first, const Box& second) {
  return part_of(shared_area(first, second), std::min(area(first), area(second)));
}

Box squared(const Box& box) {
  const float side = std::max(box.width, box.height);
  return {box.x + (box.width - side) / 2, box.y + (box.height - side) / 2, side, side};
}

std::vector<std::size_t> strongest_boxes(const std::vector<Box>& boxes,
                                         const std::vector<float>& scores,
                                         OverlapMeasure overlap,
                                         float threshold) {
  std::vector<std::size_t> order(boxes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return scores[a] > scores[b];
  });
  std::vector<std::size_t> kept;
  for (const std::size_t candidate : order) {
    const bool covered = std::any_of(kept.begin(), kept.end(), [&](std::size_t better) {
      return overlap(boxes[better], boxes[candidate]) > threshold;
    });
    if (!covered) kept.push_back(candidate);
  }
  return kept;
}

}  // namespace mien
