#include "mien/evaluate/linear_fit.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/zeros.h>

#include "mien/evaluate/lbfgs.h"

namespace mien {

at::Tensor LinearMap::operator()(const at::Tensor& features) const {
  return at::addmm(bias, features, weight);
}

LinearMap zero_map(std::int64_t features, std::int64_t scores) {
  return {at::zeros({features, scores}, at::kDouble), at::zeros({scores}, at::kDouble)};
}

ScoreLoss softmax_loss(const at::Tensor& scores, const at::Tensor& labels) {
  const auto rows = static_cast<double>(scores.size(0));
  const at::Tensor logs = at::log_softmax(scores, 1);  // [N, K]
  const at::Tensor places = labels.unsqueeze(1);       // [N, 1]
  const double value = -logs.gather(1, places).sum().item<double>() / rows;
  const at::Tensor ones = at::ones({scores.size(0), 1}, scores.options());
  return {value, logs.exp().scatter_add(1, places, -ones) / rows};
}

ScoreLoss logistic_loss(const at::Tensor& scores,
                        const at::Tensor& flags,
                        const at::Tensor& valid) {
  const at::Tensor shares = valid / valid.sum(0, true).clamp_min(1);  // [N, U]
  const at::Tensor entropy = at::softplus(scores) - scores * flags;
  return {(entropy * shares).sum().item<double>(), (at::sigmoid(scores) - flags) * shares};
}

ScoreLoss squared_loss(const at::Tensor& scores, const at::Tensor& values) {
  const auto rows = static_cast<double>(scores.size(0));
  const at::Tensor apart = scores - values;
  return {(apart * apart).sum().item<double>() / (2 * rows), apart / rows};
}

LinearMap fit_linear(const at::Tensor& features,
                     const ScoreLossFunction& loss,
                     double strength,
                     const LinearMap& start) {
  const std::int64_t width = features.size(1);
  const at::Tensor transposed = features.t();
  const auto map_of = [&](const at::Tensor& point) {  // [D + 1, K]
    return LinearMap{point.slice(0, 0, width), point.select(0, width)};
  };
  const auto function = [&](const at::Tensor& point) {
    const LinearMap map = map_of(point);
    const ScoreLoss cost = loss(map(features));
    const at::Tensor slope =
        at::cat({at::mm(transposed, cost.slope) + strength * map.weight, cost.slope.sum(0, true)});
    const double penalty = strength / 2 * (map.weight * map.weight).sum().item<double>();
    return ValueAndSlope{cost.value + penalty, slope};
  };
  const at::Tensor point = at::cat({start.weight, start.bias.unsqueeze(0)});
  return map_of(minimise(function, point));
}

}  // namespace mien
