// VGG-Face (Parkhi, Vedaldi and Zisserman, BMVC 2015): VGG-16, trained to tell people apart; the
// network "vgg-face".
#pragma once

#include "mien/nn/models/cnn.h"

namespace mien {

/// Parameters: conv1_1 .. conv5_3, fc6, fc7, and fc8 for the tasks instead of the people. Features:
/// what fc8 reads, [N, 4096]. fc6 reads (S / 32)^2 places of pictures of S pixels a side, so
/// weights fit one size: the published ones 224. With `model.freeze_trunk` the three linear layers
/// learn.
class VggFaceNetwork : public CnnNetwork {
 public:
  /// Throws OptionError for pictures of less than 32 pixels a side.
  VggFaceNetwork(const ModelOptions& model,
                 const Vocabulary& vocabulary,
                 const InputOptions& input);
  /// fc6 and fc7 start from other weights with the convolutions, and learn with the head.
  Backbone backbone() override;
  /// The convolutions are 0, the three linear layers 1.
  std::int64_t layer_of(std::string_view parameter) const override;
};

}  // namespace mien
