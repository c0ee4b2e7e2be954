// A face crop becomes the tensor that a network expects. Evaluation, prediction and reading share
// this code: what is evaluated is what is deployed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mien/core/options.h"
#include "mien/image/image.h"

namespace at {
class Tensor;
}

namespace mien {

/// How a network wants its pictures; stored in the header of its weights.
struct InputOptions {
  std::int64_t size = 224;       ///< side of the square picture, pixels
  std::string crop = "box";      ///< which face crop: box (detector's box and margin) | aligned
  double margin = 0.0;           ///< part of the box added on each side (crop = box)
  std::string channels = "rgb";  ///< the tensor's planes: rgb | bgr; mean, deviation stay RGB
  std::vector<double> mean = {0.485, 0.456, 0.406};       ///< of RGB in [0, 1]; ImageNet's
  std::vector<double> deviation = {0.229, 0.224, 0.225};  ///< of RGB in [0, 1]; ImageNet's
  void check() const;
};
void describe(InputOptions& options, Fields& fields);

/// Normalised float32 picture, a plane a colour in the order of `channels`: writes 3 * width *
/// height values to `out`.
void normalise_into(const Image& image, const InputOptions& options, float* out);

/// Evaluation picture: bilinear resize to size x size, normalised. [3, S, S] float32.
at::Tensor tensor_from_image(const Image& image, const InputOptions& options);

/// The inverse of the normalisation, clipped, for pictures that people look at. [3, H, W] -> Image.
Image image_from_tensor(const at::Tensor& picture, const InputOptions& options);

}  // namespace mien
