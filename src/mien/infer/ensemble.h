// One or several networks that read the same faces.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "mien/image/image.h"
#include "mien/infer/prediction_mean.h"
#include "mien/nn/device.h"
#include "mien/nn/weights.h"
#include "mien/reading.h"

namespace mien {

/// A face in its picture.
struct FacePlace {
  const Image* image = nullptr;
  FaceReading* face = nullptr;
};

/// What a network of that input sees of a face: its crop, or with `whole_picture` all of its
/// picture, which is a crop already. [3, S, S], normalised
at::Tensor face_tensor(const Image& image,
                       const FaceReading& face,
                       const InputOptions& input,
                       bool whole_picture);

struct EnsembleOptions {
  std::string device = "auto";
  std::string precision = "auto";
  /// Pictures are crops already: each network gets them whole, resized.
  bool whole_pictures = false;
};

/// May be used from several threads.
class Ensemble {
 public:
  /// Throws what `load_network`, `choose_device` and `choose_precision` throw.
  Ensemble(const std::vector<std::string>& files, const EnsembleOptions& options);

  const Vocabulary& vocabulary() const { return mean_.vocabulary(); }
  const std::vector<double>& thresholds() const { return thresholds_; }

  /// Reads the faces as one batch into their predictions. -> features, an entry a face. Throws
  /// FailureError where the device cannot do it.
  std::vector<std::vector<float>> read(std::span<const FacePlace> faces) const;

 private:
  std::vector<std::vector<float>> read_batch(std::span<const FacePlace> faces) const;
  Ensemble(std::vector<LoadedNetwork> networks, const EnsembleOptions& options);
  /// The faces as the networks of this input want them. [N, 3, S, S] on the device
  at::Tensor pictures(std::span<const FacePlace> faces, const InputOptions& input) const;

  EnsembleOptions options_;
  c10::Device device_;
  Precision precision_;
  std::vector<NetworkPointer> networks_;
  std::vector<InputOptions> inputs_;      ///< each different one once
  std::vector<std::size_t> input_index_;  ///< of each network
  PredictionMean mean_;
  std::vector<double> thresholds_;
};

}  // namespace mien
