// A linear probe: how much a linear map alone gets out of a network's frozen features.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "mien/affect.h"
#include "mien/data/loader.h"
#include "mien/evaluate/evaluate.h"
#include "mien/evaluate/run_over.h"

namespace mien {

/// A vector a picture (feature_layer.h), in list order. [N, D] float32 on the CPU
at::Tensor read_features(Network& network,
                         const std::string& layer,
                         Loader& loader,
                         const RunSettings& settings,
                         const Pass& pass);

/// Features and labels of the training pictures.
struct ProbeData {
  at::Tensor features;                 ///< [N, D]
  std::span<const Label> labels;       ///< N, in the vocabulary
  std::vector<std::int64_t> held_out;  ///< N: 1 where a picture chooses the strength, else 0
};

/// The strength that one task's maps were given.
struct ProbeStrength {
  std::string task;
  double strength = 0;
  std::int64_t labels = 0;  ///< that it was fitted on
};

struct ProbeResult {
  std::vector<Prediction> predictions;  ///< a picture of `pictures` each
  std::vector<ProbeStrength> strengths;
};

/// Fits each task that the training pictures have labels of: multinomial logistic regression of the
/// expression, a logistic regression an action unit, ridge regression of valence and arousal, on
/// features standardised by the training pictures' mean and deviation. The penalty is the one of
/// 1e-5 to 1 under which a fit to the rest has the least loss on the held-out pictures (1e-2 where
/// none of them is labelled); the maps are then fitted to all. pictures [M, D]
ProbeResult fit_probe(const ProbeData& training,
                      const at::Tensor& pictures,
                      const Vocabulary& vocabulary);

}  // namespace mien
