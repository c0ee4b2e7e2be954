// MTCNN's first stage: windows that may show a face, from a network that slides over every level.
#pragma once

#include <vector>

#include "mien/face/face.h"
#include "mien/face/mtcnn_network.h"
#include "mien/face/pyramid.h"

namespace mien {

inline constexpr int kProposalWindow = 12;  ///< side of P-Net's window, pixels of a level

/// A window that may show a face, in pixels of the picture.
struct Window {
  Box box;
  float logit = 0;
};

/// `box` with its edges moved by the network's four corrections, which are in sides of `box`.
Box corrected(const Box& box, const float* corrections);

/// Windows of all levels with a logit over `threshold`, each the best among its neighbours (those
/// that share more than half with it), corrected.
std::vector<Window> proposals(const MtcnnNetwork& network, const Pyramid& pyramid, float threshold);

}  // namespace mien
