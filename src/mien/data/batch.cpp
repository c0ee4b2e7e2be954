#include "mien/data/batch.h"

#include <algorithm>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

namespace mien {
namespace {

constexpr float kNoAffect = -5.0F;

/// How many of the flags are set, out of those of the whole; 1 where the whole has none.
double share_of(const at::Tensor& part, const at::Tensor& whole) {
  const double all = whole.sum().item<double>();
  return all > 0 ? part.sum().item<double>() / all : 1;
}

}  // namespace

Batch empty_batch(at::Tensor pictures, const Vocabulary& vocabulary, bool with_distribution) {
  const std::int64_t samples = pictures.size(0);
  const auto classes = static_cast<std::int64_t>(vocabulary.expressions.size());
  const auto units = static_cast<std::int64_t>(vocabulary.action_units.size());
  Batch batch;
  batch.pictures = std::move(pictures);
  batch.valence_arousal = at::empty({samples, 2}, at::kFloat);
  batch.expression = at::empty({samples}, at::kLong);
  batch.action_units = at::empty({samples, units}, at::kFloat);  // [N, U]
  if (with_distribution) {
    batch.expression_distribution = at::empty({samples, classes}, at::kFloat);  // [N, K]
  }
  batch.indices.resize(static_cast<std::size_t>(samples));
  return batch;
}

void set_label(Batch& batch, std::int64_t row, const Label& label) {
  float* affect = batch.valence_arousal.data_ptr<float>() + 2 * row;
  affect[0] = label.valence.value_or(kNoAffect);
  affect[1] = label.arousal.value_or(kNoAffect);
  batch.expression.data_ptr<std::int64_t>()[row] = label.expression;

  const std::int64_t units = batch.action_units.size(1);
  float* unit = batch.action_units.data_ptr<float>() + units * row;
  std::fill_n(unit, units, -1.0F);
  std::copy(label.action_units.begin(), label.action_units.end(), unit);

  if (!batch.expression_distribution.defined()) return;
  const std::int64_t classes = batch.expression_distribution.size(1);
  float* share = batch.expression_distribution.data_ptr<float>() + classes * row;
  std::fill_n(share, classes, 0.0F);
  if (!label.expression_distribution.empty()) {
    std::copy(label.expression_distribution.begin(), label.expression_distribution.end(), share);
  } else if (label.expression >= 0) {
    share[label.expression] = 1.0F;
  }
}

Batch batch_part(const Batch& batch, std::int64_t begin, std::int64_t end) {
  const auto rows = [&](const at::Tensor& values) {
    return values.defined() ? values.slice(0, begin, end) : values;
  };
  const auto share = [&](const at::Tensor& flags) { return share_of(rows(flags), flags); };
  Batch part;
  part.pictures = rows(batch.pictures);
  part.valence_arousal = rows(batch.valence_arousal);
  part.expression = rows(batch.expression);
  part.expression_distribution = rows(batch.expression_distribution);
  part.action_units = rows(batch.action_units);
  part.shares.samples =
      static_cast<double>(end - begin) / static_cast<double>(batch.pictures.size(0));
  part.shares.whole_expression = batch.expression;
  if (batch.expression.defined()) part.shares.expression = share(batch.expression >= 0);
  if (batch.expression_distribution.defined()) {
    part.shares.distribution = share(batch.expression_distribution.sum(1) > 0);
  }
  if (batch.action_units.defined()) part.shares.action_units = share(batch.action_units >= 0);
  return part;
}

}  // namespace mien
