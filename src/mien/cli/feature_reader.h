// What networks make of faces inside: a vector a face.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
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

/// Takes faces one by one, runs the networks over batches of them and hands each batch's vectors
/// on.
class FeatureReader {
 public:
  /// Throws what `choose_device` and `choose_precision` throw; UsageError where a network has no
  /// such layer.
  /// `receive` gets the layer (feature_layer.h) of each network, one behind the other: [n, D]
  /// float32, in the order of `add`.
  FeatureReader(LoadedEnsemble networks,
                const FeatureOptions& options,
                std::function<void(const at::Tensor& vectors)> receive);

  void add(const Image& image, const FaceReading& face);
  /// Hands on what is still waiting for a batch to be full.
  void flush();

 private:
  LoadedEnsemble loaded_;
  FeatureOptions options_;
  c10::Device device_;
  Precision precision_;
  SharedInputs inputs_;
  std::vector<std::vector<at::Tensor>> waiting_;  ///< of each input: [3, S, S]
  std::function<void(const at::Tensor& vectors)> receive_;
};

}  // namespace mien::cli
