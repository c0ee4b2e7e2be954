// One of MTCNN's three networks: convolutions with PReLU and pooling, perhaps a hidden dense layer,
// and heads that are computed as one. Tensors are channels last in memory throughout.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace mien {

/// What a network's file has to hold. Layers are named as published: conv1, prelu1, ...
struct MtcnnLayout {
  struct Conv {
    std::int64_t channels;
    std::int64_t kernel;
    std::int64_t pool;  ///< side of the pooling that follows, stride 2; 0: none
  };
  std::string file;
  std::vector<Conv> convolutions;
  std::int64_t grid = 0;           ///< side of what the last convolution gives for one window
  std::int64_t hidden = 0;         ///< values of the dense layer; 0: fully convolutional
  std::vector<std::string> heads;  ///< face or not (2 values), box (4), landmarks (10)
};
const MtcnnLayout& proposal_layout();  ///< P-Net: windows of 12 pixels, 2 pixels apart
const MtcnnLayout& refine_layout();    ///< R-Net: windows of 24 pixels
const MtcnnLayout& output_layout();    ///< O-Net: windows of 48 pixels

/// May be used from several threads.
class MtcnnNetwork {
 public:
  /// Throws DataError for a file that cannot be read, WeightsError for one of another network.
  MtcnnNetwork(const std::filesystem::path& folder, const MtcnnLayout& layout);

  /// x [N, 3, h, w] -> [N, h', w', V] for P-Net, [N, V] for the others. V holds the logit of "a
  /// face" (its score is the logistic function of it), then four corrections of the box (left, top,
  /// right, bottom edge, in sides of the window), then five x and five y of the landmarks (O-Net;
  /// in sides of the window).
  at::Tensor forward(const at::Tensor& x) const;

 private:
  struct Convolution {
    at::Tensor weight, bias, slope;
    std::int64_t pool = 0;
  };
  struct Dense {
    at::Tensor weight, bias, slope;
  };

  /// More channels after the first convolution, all zero, where they would not fill a vector.
  void fill_vectors();

  std::vector<Convolution> convolutions_;
  Dense hidden_;
  Dense heads_;
};

/// Room for pictures, channels last. [N, 3, height, width] float32
at::Tensor empty_pictures(std::int64_t n, std::int64_t height, std::int64_t width);

}  // namespace mien
