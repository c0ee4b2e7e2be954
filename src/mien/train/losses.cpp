#include "mien/train/losses.h"

#include <cmath>

#include <ATen/TensorOperators.h>
#include <ATen/core/Reduction.h>
#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/clamp_min.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/log1p.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/reciprocal.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/var.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include "mien/nn/layers/precision.h"

namespace mien {
namespace {

// Network outputs may be bfloat16; losses are always taken in float32.
at::Tensor as_float(const at::Tensor& tensor) {
  return tensor.to(at::kFloat);
}

// value / divisor where `defined`, else 0; the divisor is replaced before the division, so that no
// infinity or NaN can come back through the gradient.
at::Tensor divide_where(const at::Tensor& defined,
                        const at::Tensor& value,
                        const at::Tensor& divisor) {
  return at::where(
      defined, value / at::where(defined, divisor, at::ones_like(divisor)), at::zeros_like(value));
}

// A square root whose gradient at 0 is 0.
at::Tensor safe_sqrt(const at::Tensor& value) {
  const at::Tensor positive = value > 0;
  return at::where(
      positive, at::sqrt(at::where(positive, value, at::ones_like(value))), at::zeros_like(value));
}

// First and second moments over the entries with weight 1 (not 0), a column each.
struct Moments {
  at::Tensor count;   // [1, 2]
  at::Tensor x_mean;  // [1, 2]
  at::Tensor y_mean;
  at::Tensor x_squares;  // sums of squared deviations
  at::Tensor y_squares;
  at::Tensor products;
};

Moments moments(const at::Tensor& outputs, const at::Tensor& targets, const at::Tensor& valid) {
  const at::Tensor weight = valid.to(at::kFloat);
  const auto column_sum = [](const at::Tensor& values) {
    return at::sum(values, at::IntArrayRef({0}), true);
  };
  Moments m;
  m.count = column_sum(weight);
  const at::Tensor n = at::clamp_min(m.count, 1);
  m.x_mean = column_sum(outputs * weight) / n;
  m.y_mean = column_sum(targets * weight) / n;
  const at::Tensor x = (outputs - m.x_mean) * weight;
  const at::Tensor y = (targets - m.y_mean) * weight;
  m.x_squares = column_sum(x * x);
  m.y_squares = column_sum(y * y);
  m.products = column_sum(x * y);
  return m;
}

at::Tensor squared(const at::Tensor& value) {
  return value * value;
}

}  // namespace

at::Tensor action_unit_loss(const at::Tensor& logits,
                            const at::Tensor& targets,
                            const at::Tensor& positive_weight,
                            const std::string& reduction) {
  const at::Tensor values = as_float(logits);
  const at::Tensor valid = targets >= 0;
  const std::optional<at::Tensor> weight =
      positive_weight.defined() ? std::optional(positive_weight) : std::nullopt;
  const at::Tensor entries = at::binary_cross_entropy_with_logits(
      values, at::clamp_min(targets, 0), {}, weight, at::Reduction::None);
  const at::Tensor sum = at::sum(at::where(valid, entries, at::zeros_like(entries)));
  if (reduction == "sum")
    return sum / static_cast<double>(std::max<std::int64_t>(logits.size(0), 1));
  return sum / at::clamp_min(at::sum(valid), 1);
}

at::Tensor expression_loss(const at::Tensor& logits,
                           const at::Tensor& targets,
                           double label_smoothing) {
  const at::Tensor sum = at::cross_entropy_loss(
      as_float(logits), targets, {}, at::Reduction::Sum, -1, label_smoothing);
  return sum / at::clamp_min(at::sum(targets >= 0), 1);
}

namespace {

/// The sum of the labelled samples' weights.
at::Tensor weight_of(const at::Tensor& targets, const at::Tensor& class_weight) {
  const at::Tensor each = at::index_select(class_weight, 0, at::clamp_min(targets, 0));
  return at::sum(at::where(targets >= 0, each, at::zeros_like(each)));
}

}  // namespace

at::Tensor weighted_expression_loss(const at::Tensor& logits,
                                    const at::Tensor& targets,
                                    const at::Tensor& class_weight,
                                    double label_smoothing,
                                    const at::Tensor& whole) {
  const at::Tensor sum = at::cross_entropy_loss(
      as_float(logits), targets, class_weight, at::Reduction::Sum, -1, label_smoothing);
  const at::Tensor weight = weight_of(whole.defined() ? whole : targets, class_weight);
  return divide_where(weight > 0, sum, weight);
}

at::Tensor expression_distribution_loss(const at::Tensor& logits,
                                        const at::Tensor& distribution,
                                        double label_smoothing,
                                        const at::Tensor& class_weight) {
  const at::Tensor log_probability = at::log_softmax(as_float(logits), 1);
  const at::Tensor mass = at::sum(distribution, at::IntArrayRef({1}), true);
  const double uniform = label_smoothing / static_cast<double>(logits.size(1));
  at::Tensor target = distribution * (1 - label_smoothing) + mass * uniform;
  if (class_weight.defined()) target = target * class_weight;
  return -at::sum(target * log_probability) / at::clamp_min(at::sum(mass > 0), 1);
}

at::Tensor valence_arousal_loss(const at::Tensor& outputs, const at::Tensor& targets) {
  const at::Tensor valid = (targets >= -1).all(1, true);
  const Moments m = moments(as_float(outputs), targets, valid.expand_as(targets));
  // Numerator and denominator of eq. 9 both times n: the population's 1/n cancels.
  const at::Tensor denominator = m.x_squares + m.y_squares + m.count * squared(m.x_mean - m.y_mean);
  // Not "> 0": a NaN has to come through.
  const at::Tensor defined = (denominator != 0).logical_and(m.count >= 2);
  const at::Tensor ccc = divide_where(defined, 2 * m.products, denominator);
  return defined.any().to(at::kFloat) - at::sum(ccc);
}

at::Tensor valence_arousal_loss_authors(const at::Tensor& outputs, const at::Tensor& targets) {
  constexpr double kEpsilon = 1e-4;
  const Moments m = moments(as_float(outputs), targets, targets >= -1);
  const at::Tensor defined = m.count >= 2;
  const at::Tensor x_root = safe_sqrt(m.x_squares);
  const at::Tensor y_root = safe_sqrt(m.y_squares);
  const at::Tensor rho = m.products / (x_root * y_root + kEpsilon);
  const at::Tensor degrees = at::clamp_min(m.count - 1, 1);
  const at::Tensor denominator =
      (m.x_squares + m.y_squares) / degrees + squared(m.x_mean - m.y_mean) + kEpsilon;
  const at::Tensor ccc = 2 * rho * x_root * y_root / degrees / denominator;
  return at::sum(at::where(defined, 1 - ccc, at::zeros_like(ccc)));
}

at::Tensor affinity_loss(const at::Tensor& features,
                         const at::Tensor& targets,
                         const at::Tensor& centers) {
  at::Tensor points = as_float(features);
  if (points.dim() == 4) points = at::mean(points, {2, 3});
  const at::Tensor valid = targets >= 0;
  const at::Tensor own = at::index_select(centers, 0, at::clamp_min(targets, 0));
  const at::Tensor distance = at::sum(squared(points - own), {1});
  const at::Tensor sum = at::sum(at::where(valid, distance, at::zeros_like(distance)));
  const at::Tensor spread = at::sum(at::var(centers, at::IntArrayRef({0}), true));
  return sum / (spread * at::clamp_min(at::sum(valid), 1));
}

at::Tensor partition_loss(const at::Tensor& attention_heads) {
  constexpr double kEpsilon = 1e-12;  // heads that agree exactly: a large loss, not an infinite one
  const at::Tensor heads = as_float(attention_heads);
  const auto count = static_cast<double>(heads.size(1));
  if (heads.size(1) < 2) return at::sum(heads) * 0;
  const at::Tensor variance = at::mean(at::var(heads, at::IntArrayRef({1}), true));
  return at::log1p(count / (variance + kEpsilon));
}

at::Tensor reconstruction_loss(const at::Tensor& reconstruction,
                               const at::Tensor& patches,
                               const at::Tensor& masked) {
  const at::Tensor error = at::mean(squared(as_float(reconstruction) - patches), {2});  // [N, L]
  return at::sum(error * masked) / at::clamp_min(at::sum(masked), 1);
}

at::Tensor jensen_shannon(const at::Tensor& views) {
  const at::Tensor log_p = at::log_softmax(widened(views), 2);  // [V, N, K]
  // H(m) - mean H(p_v) is the mean over v of KL(p_v || m). Taking m relative to p_v keeps all
  // digits where the views agree, and every factor finite where a probability underflows.
  const at::Tensor ratio = at::logsumexp(log_p.unsqueeze(1) - log_p, 0) -
                           std::log(static_cast<double>(views.size(0)));  // log(m / p_v), [V, N, K]
  return -at::mean(at::sum(at::exp(log_p) * ratio, {2}));
}

namespace {

bool learns_votes(const Batch& batch, const LossOptions& options) {
  return options.expr == "distribution" && batch.expression_distribution.defined();
}

/// Eq. 3, or its form for the raters' votes, or for classes that weigh differently.
at::Tensor expression_term(const at::Tensor& logits,
                           const Batch& batch,
                           const LossOptions& options,
                           const at::Tensor& class_weight) {
  const double smoothing = options.label_smoothing;
  if (learns_votes(batch, options)) {
    return expression_distribution_loss(
        logits, batch.expression_distribution, smoothing, class_weight);
  }
  if (class_weight.defined()) {
    return weighted_expression_loss(
        logits, batch.expression, class_weight, smoothing, batch.shares.whole_expression);
  }
  return expression_loss(logits, batch.expression, smoothing);
}

/// What that of a part counts for in the batch's; the weighted form has it in itself.
double expression_share(const Batch& batch,
                        const LossOptions& options,
                        const at::Tensor& class_weight) {
  if (learns_votes(batch, options)) return batch.shares.distribution;
  return class_weight.defined() ? 1 : batch.shares.expression;
}

/// Eq. 7: the views' cross entropies, summed.
at::Tensor summed_expression_term(const at::Tensor& views,
                                  const Batch& batch,
                                  const LossOptions& options,
                                  const at::Tensor& class_weight) {
  at::Tensor sum = expression_term(views[0], batch, options, class_weight);
  for (std::int64_t v = 1; v < views.size(0); ++v) {
    sum = sum + expression_term(views[v], batch, options, class_weight);
  }
  return sum;
}

/// Adds `weight` times the share of a loss to the total; the share itself, for the report.
at::Tensor added(TaskLosses& losses, const at::Tensor& loss, double weight, double share) {
  at::Tensor own = share == 1 ? loss : loss * share;
  if (weight == 0) return own.detach();
  const at::Tensor term = weight == 1 ? own : own * weight;
  losses.total = losses.total.defined() ? losses.total + term : term;
  return own;
}

/// The losses of what people have labelled.
void add_label_losses(TaskLosses& losses,
                      const Outputs& outputs,
                      const Batch& batch,
                      const LossOptions& options,
                      const LabelWeights& weights) {
  if (outputs.valence_arousal.defined()) {
    const auto form =
        options.ccc == "authors" ? valence_arousal_loss_authors : valence_arousal_loss;
    losses.valence_arousal =
        added(losses, form(outputs.valence_arousal, batch.valence_arousal), 1, 1);
  }
  if (outputs.expression.defined()) {
    losses.expression =
        added(losses,
              outputs.views.defined()
                  ? summed_expression_term(outputs.views, batch, options, weights.classes)
                  : expression_term(outputs.expression, batch, options, weights.classes),
              1,
              expression_share(batch, options, weights.classes));
  }
  if (outputs.action_units.defined()) {
    losses.action_units =
        added(losses,
              action_unit_loss(
                  outputs.action_units, batch.action_units, weights.units, options.au_reduction),
              1,
              options.au_reduction == "sum" ? batch.shares.samples : batch.shares.action_units);
  }
}

/// What the further heads learn, as the network's own does; undefined where there are none.
at::Tensor summed_auxiliary(const Outputs& outputs,
                            const Batch& batch,
                            const LossOptions& options,
                            const LabelWeights& weights) {
  TaskLosses losses;
  for (const Outputs& further : outputs.auxiliary) {
    add_label_losses(losses, further, batch, options, weights);
  }
  return losses.total;
}

}  // namespace

TaskLosses task_losses(const Outputs& outputs,
                       const Batch& batch,
                       const LossOptions& options,
                       const LabelWeights& weights,
                       const at::Tensor& centers) {
  TaskLosses losses;
  const BatchShares& shares = batch.shares;
  add_label_losses(losses, outputs, batch, options, weights);
  if (outputs.views.defined()) {  // eq. 5
    losses.agreement = added(losses, jensen_shannon(outputs.views), options.lambda, shares.samples);
  }
  if (outputs.spatial_features.defined() && centers.defined() && options.affinity > 0) {
    losses.affinity = added(losses,
                            affinity_loss(outputs.spatial_features, batch.expression, centers),
                            options.affinity,
                            shares.expression);
  }
  if (outputs.attention_heads.defined() && options.partition > 0) {
    losses.partition =
        added(losses, partition_loss(outputs.attention_heads), options.partition, shares.samples);
  }
  if (outputs.reconstruction.defined()) {
    losses.reconstruction =
        added(losses,
              reconstruction_loss(outputs.reconstruction, outputs.patches, outputs.masked),
              1,
              shares.samples);
  }
  const at::Tensor further = summed_auxiliary(outputs, batch, options, weights);
  if (further.defined()) losses.auxiliary = added(losses, further, options.auxiliary, 1);
  return losses;
}

}  // namespace mien
