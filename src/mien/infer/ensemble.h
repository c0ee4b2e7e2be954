// One or several networks that read the same faces.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "mien/affect/prediction_mean.h"
#include "mien/image/image.h"
#include "mien/nn/device.h"
#include "mien/nn/ensemble.h"
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
  /// Weights files, run folders and ensembles' files; of several the mean, each counting once.
  /// Throws what `load_ensemble`, `choose_device` and `choose_precision` throw.
  Ensemble(const std::vector<std::string>& files, const EnsembleOptions& options);

  const Vocabulary& vocabulary() const { return mean_.vocabulary(); }
  const std::vector<double>& thresholds() const { return thresholds_; }

  /// Reads the faces as one batch into their predictions. -> features, an entry a face. Throws
  /// FailureError where the device cannot do it.
  std::vector<std::vector<float>> read(std::span<const FacePlace> faces) const;

 private:
  std::vector<std::vector<float>> read_batch(std::span<const FacePlace> faces) const;
  Ensemble(std::vector<LoadedEnsemble> models, const EnsembleOptions& options);
  /// The faces as the networks of this input want them. [N, 3, S, S] on the device
  at::Tensor pictures(std::span<const FacePlace> faces, const InputOptions& input) const;

  EnsembleOptions options_;
  c10::Device device_;
  Precision precision_;
  std::vector<LoadedEnsemble> models_;
  SharedInputs inputs_;  ///< of all models' members, in their order
  PredictionMean mean_;
  std::vector<double> thresholds_;
};

}  // namespace mien
