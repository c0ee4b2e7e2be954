#include "mien/face/surroundings.h"

#include <algorithm>
#include <cmath>

#include "mien/face/boxes.h"

namespace mien {

Surroundings surroundings(const Image& image, const Box& box, float reach) {
  const Box square = squared(box);
  const float more = square.width * reach;
  const auto limited = [](float edge, int size) {
    return static_cast<int>(std::clamp(edge, 0.0F, static_cast<float>(size)));
  };
  const int left = limited(std::floor(square.x - more), image.width - 1);
  const int top = limited(std::floor(square.y - more), image.height - 1);
  const int right = limited(std::ceil(square.x + square.width + more), image.width);
  const int bottom = limited(std::ceil(square.y + square.height + more), image.height);
  return {crop(image, left, top, std::max(right - left, 1), std::max(bottom - top, 1)), left, top};
}

}  // namespace mien
