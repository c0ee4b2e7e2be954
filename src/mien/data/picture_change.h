// Changes to a face's picture that have nothing to do with the face.
#pragma once

#include <string_view>
#include <vector>

#include <ATen/core/Tensor.h>

#include "mien/data/sets.h"
#include "mien/image/image.h"
#include "mien/input/input.h"

namespace mien {

/// Something that happens to a face's picture between the camera and the network.
struct PictureChange {
  std::string_view name;  ///< "moved right by 5 %"
  Image (*apply)(const Image&);
};
/// The face's box moved and scaled by a twentieth of its side, JPEG at quality 40, half the
/// resolution, darker and brighter by three tenths, grey. Where a moved box would show more than
/// the picture has, its edge goes on.
const std::vector<PictureChange>& video_changes();

/// The sample's picture as a network sees it in evaluation, changed before unless `change` is null.
/// -> [3, S, S] float32. Throws DataError where the picture cannot be read.
at::Tensor picture_tensor(const Sample& sample,
                          const InputOptions& input,
                          const PictureChange* change = nullptr);

}  // namespace mien
