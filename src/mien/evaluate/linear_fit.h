// Linear maps of features, fitted by losses of their scores: softmax, logistic and ridge
// regression.
#pragma once

#include <cstdint>
#include <functional>

#include <ATen/core/Tensor.h>

namespace mien {

/// Scores of features: x W + b. All float64.
struct LinearMap {
  at::Tensor weight;                                        ///< [D, K]
  at::Tensor bias;                                          ///< [K]
  at::Tensor operator()(const at::Tensor& features) const;  ///< [N, D] -> [N, K]
};
/// All zeros.
LinearMap zero_map(std::int64_t features, std::int64_t scores);

/// What scores cost, and the slope of that in each score.
struct ScoreLoss {
  double value = 0;
  at::Tensor slope;  ///< [N, K]
};
using ScoreLossFunction = std::function<ScoreLoss(const at::Tensor& scores)>;

/// Mean cross entropy. scores [N, K], labels [N] (int64)
ScoreLoss softmax_loss(const at::Tensor& scores, const at::Tensor& labels);
/// Binary cross entropy, a mean over each column's valid entries, summed over columns. flags and
/// valid [N, U], 1 or 0
ScoreLoss logistic_loss(const at::Tensor& scores, const at::Tensor& flags, const at::Tensor& valid);
/// Half the squared distance, a mean over rows. scores and values [N, K]
ScoreLoss squared_loss(const at::Tensor& scores, const at::Tensor& values);

/// The map with the least loss + strength / 2 * |W|^2; the bias is free. features [N, D]
LinearMap fit_linear(const at::Tensor& features,
                     const ScoreLossFunction& loss,
                     double strength,
                     const LinearMap& start);

}  // namespace mien
