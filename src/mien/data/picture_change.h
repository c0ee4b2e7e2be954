// Changes to a face's picture that have nothing to do with the face.
#pragma once

#include <string>
#include <vector>

#include "mien/data/sets.h"
#include "mien/image/image.h"

namespace mien {

/// Something that happens to a face's picture between the camera and the network.
struct PictureChange {
  std::string name;  ///< "moved right by 5 %"
  Image (*apply)(const Image&);
};
/// The face's box moved and scaled by a twentieth of its side, JPEG at quality 40, half the
/// resolution, darker and brighter by three tenths, grey. Where a moved box would show more than
/// the picture has, its edge goes on. They live as long as the program.
const std::vector<PictureChange>& video_changes();

/// The same sets with every picture changed when it is read.
std::vector<SampleSet> changed_sets(std::vector<SampleSet> sets, const PictureChange& change);

}  // namespace mien
