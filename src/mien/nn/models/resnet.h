// ResNet (He et al., CVPR 2016) in torchvision's layout: the networks "resnet18" and "resnet50".
#pragma once

#include "mien/nn/models/cnn.h"

namespace mien {

/// Parameters: conv1, bn1, layer1 .. layer4 (each a list of blocks), fc. Features: the last map's
/// average, [N, 512].
class ResNet18Network : public CnnNetwork {
 public:
  ResNet18Network(const ModelOptions& model,
                  const Vocabulary& vocabulary,
                  const InputOptions& input);
};

/// The same of bottlenecks; features [N, 2048].
class ResNet50Network : public CnnNetwork {
 public:
  ResNet50Network(const ModelOptions& model,
                  const Vocabulary& vocabulary,
                  const InputOptions& input);
};

}  // namespace mien
