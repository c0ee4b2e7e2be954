#include "mien/evaluate/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

#include <ATen/TensorOperators.h>

namespace mien {
namespace {

constexpr std::size_t kRemembered = 10;       // steps that the curvature is taken from
constexpr double kSufficientDecrease = 1e-4;  // of what the slope promises (Armijo)
constexpr int kMostHalvings = 40;

double inner_product(const at::Tensor& a, const at::Tensor& b) {
  return (a * b).sum().item<double>();
}

/// A step that was taken, and how the slope changed over it.
struct Curvature {
  at::Tensor step;
  at::Tensor change;
  double product = 0;  ///< of the two, above 0
};

/// The slope times an approximate inverse Hessian: the two loops.
at::Tensor newton_like(const at::Tensor& slope, const std::deque<Curvature>& known) {
  at::Tensor direction = slope.clone();
  std::vector<double> shares(known.size());
  for (std::size_t i = known.size(); i-- > 0;) {
    shares[i] = inner_product(known[i].step, direction) / known[i].product;
    direction -= shares[i] * known[i].change;
  }
  const Curvature& last = known.back();
  direction *= last.product / inner_product(last.change, last.change);
  for (std::size_t i = 0; i < known.size(); ++i) {
    const double back = inner_product(known[i].change, direction) / known[i].product;
    direction += (shares[i] - back) * known[i].step;
  }
  return direction;
}

void remember(std::deque<Curvature>& known, at::Tensor step, at::Tensor change) {
  const double product = inner_product(step, change);
  if (product <= 0) return;  // rounding: of a convex function it is above 0
  known.push_back({std::move(step), std::move(change), product});
  if (known.size() > kRemembered) known.pop_front();
}

}  // namespace

at::Tensor minimise(const SmoothFunction& function,
                    const at::Tensor& start,
                    const LbfgsOptions& options) {
  at::Tensor point = start.clone();
  ValueAndSlope here = function(point);
  std::deque<Curvature> known;
  for (int step = 0; step < options.most_steps; ++step) {
    if (here.slope.abs().max().item<double>() <= options.slope) break;
    const double length = std::sqrt(inner_product(here.slope, here.slope));
    const at::Tensor direction =
        known.empty() ? here.slope / std::max(length, 1.0) : newton_like(here.slope, known);
    const double promised = inner_product(here.slope, direction);
    double share = 1;
    at::Tensor next_point;
    ValueAndSlope next;
    bool lower = false;
    for (int i = 0; i < kMostHalvings && !lower; ++i, share /= 2) {
      next_point = point - share * direction;
      next = function(next_point);
      lower = next.value <= here.value - kSufficientDecrease * share * promised;
    }
    if (!lower) break;  // as low as the arithmetic resolves
    const double gained = here.value - next.value;
    remember(known, next_point - point, next.slope - here.slope);
    point = next_point;
    here = std::move(next);
    if (gained <= options.decrease * std::max(std::abs(here.value), 1e-3)) break;
  }
  return point;
}

}  // namespace mien
