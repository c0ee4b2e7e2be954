// What networks make of faces inside: a vector a face.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "mien/core/options.h"
#include "mien/image/image.h"
#include "mien/nn/device.h"
#include "mien/nn/ensemble.h"
#include "mien/reading.h"

namespace mien::cli {

struct FeatureOptions {
  std::string layer = "class";
  std::string device = "auto";
  std::string precision = "auto";
  std::int64_t batch = 32;
  bool whole_pictures = false;  ///< pictures are crops already
};
void describe(FeatureOptions& options, Fields& fields);

/// Takes faces one by one and runs the networks over batches of them.
class FeatureReader {
 public:
  /// Throws what `choose_device` and `choose_precision` throw; UsageError where a network has no
  /// such layer.
  FeatureReader(LoadedEnsemble networks, const FeatureOptions& options);

  void add(const Image& image, const FaceReading& face);
  /// The layer (feature_layer.h) of each network, one behind the other. [N, D] float32, in the
  /// order of `add`; [0, 0] without any.
  at::Tensor take();

 private:
  void flush();

  LoadedEnsemble loaded_;
  FeatureOptions options_;
  c10::Device device_;
  Precision precision_;
  SharedInputs inputs_;
  std::vector<std::vector<at::Tensor>> waiting_;  ///< of each input: [3, S, S]
  std::vector<at::Tensor> features_;              ///< [n, D]
};

}  // namespace mien::cli
