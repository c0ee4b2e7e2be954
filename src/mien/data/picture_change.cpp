#include "mien/data/picture_change.h"

#include <algorithm>

namespace mien {
namespace {

constexpr double kPart = 0.05;  ///< of the box's side
constexpr double kDarker = 0.7;
constexpr double kBrighter = 1.3;
constexpr int kJpegQuality = 40;

/// What a box moved by these parts of its sides, and this much larger, would have cut out.
Image box_changed(const Image& image, double right, double down, double scale) {
  const double centre_x = (image.width - 1) / 2.0;
  const double centre_y = (image.height - 1) / 2.0;
  AffineMap map;
  map.xx = map.yy = scale;
  map.x0 = centre_x * (1 - scale) + right * image.width;
  map.y0 = centre_y * (1 - scale) + down * image.height;
  return warp_over_edges(image, map, image.width, image.height);
}

Image half_resolution(const Image& image) {
  const Image half = resize(
      image, std::max(1, image.width / 2), std::max(1, image.height / 2), Interpolation::kBilinear);
  return resize(half, image.width, image.height, Interpolation::kBilinear);
}

}  // namespace

const std::vector<PictureChange>& video_changes() {
  static const std::vector<PictureChange> kChanges = {
      {"moved right by 5 %", [](const Image& x) { return box_changed(x, kPart, 0, 1); }},
      {"moved left by 5 %", [](const Image& x) { return box_changed(x, -kPart, 0, 1); }},
      {"moved down by 5 %", [](const Image& x) { return box_changed(x, 0, kPart, 1); }},
      {"moved up by 5 %", [](const Image& x) { return box_changed(x, 0, -kPart, 1); }},
      {"5 % larger", [](const Image& x) { return box_changed(x, 0, 0, 1 + kPart); }},
      {"5 % smaller", [](const Image& x) { return box_changed(x, 0, 0, 1 - kPart); }},
      {"JPEG quality 40",
       [](const Image& x) {
         return decode_image(encode_jpeg(x, kJpegQuality), "a changed picture");
       }},
      {"half the resolution", half_resolution},
      {"brightness x 0.7", [](const Image& x) { return adjust_brightness(x, kDarker); }},
      {"brightness x 1.3", [](const Image& x) { return adjust_brightness(x, kBrighter); }},
      {"grey", to_grey},
  };
  return kChanges;
}

std::vector<SampleSet> changed_sets(std::vector<SampleSet> sets, const PictureChange& change) {
  for (SampleSet& set : sets) {
    for (Sample& sample : set.samples) sample.change = &change;
  }
  return sets;
}

}  // namespace mien
