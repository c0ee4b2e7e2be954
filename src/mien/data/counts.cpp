#include "mien/data/counts.h"

#include <algorithm>

#include "mien/error.h"

namespace mien {
namespace {

void count_label(LabelCounts& counts, const Label& label) {
  ++counts.samples;
  const bool units = has_unit_label(label);
  counts.valence_arousal += label.has_valence_arousal();
  counts.expression += label.expression >= 0;
  counts.action_units += units;
  counts.votes += !label.expression_distribution.empty();
  counts.unlabelled += !units && label.expression < 0 && !label.has_valence_arousal();
  if (label.expression >= 0) ++counts.expressions.at(static_cast<std::size_t>(label.expression));
  for (std::size_t i = 0; i < label.action_units.size(); ++i) {
    counts.present.at(i) += label.action_units[i] == 1;
    counts.absent.at(i) += label.action_units[i] == 0;
  }
}

}  // namespace

bool has_unit_label(const Label& label) {
  return std::any_of(label.action_units.begin(), label.action_units.end(), [](std::int8_t unit) {
    return unit >= 0;
  });
}

LabelCounts count_labels(const SampleSet& set) {
  LabelCounts counts;
  counts.expressions.assign(set.vocabulary.expressions.size(), 0);
  counts.present.assign(set.vocabulary.action_units.size(), 0);
  counts.absent.assign(set.vocabulary.action_units.size(), 0);
  for (const Sample& sample : set.samples) count_label(counts, sample.label);
  return counts;
}

LabelCounts count_labels(const std::vector<SampleSet>& sets) {
  LabelCounts total;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (!(sets[i].vocabulary == sets[0].vocabulary)) {
      throw UsageError("labels of sets with different classes or units cannot be counted together");
    }
    const LabelCounts counts = count_labels(sets[i]);
    if (i == 0) {
      total = counts;
      continue;
    }
    total.samples += counts.samples;
    total.valence_arousal += counts.valence_arousal;
    total.expression += counts.expression;
    total.action_units += counts.action_units;
    total.unlabelled += counts.unlabelled;
    total.votes += counts.votes;
    const auto add = [](std::vector<std::int64_t>& sum, const std::vector<std::int64_t>& more) {
      std::transform(sum.begin(), sum.end(), more.begin(), sum.begin(), std::plus<>());
    };
    add(total.expressions, counts.expressions);
    add(total.present, counts.present);
    add(total.absent, counts.absent);
  }
  return total;
}

std::vector<double> positive_weights(const LabelCounts& counts) {
  std::vector<double> weights;
  for (std::size_t i = 0; i < counts.present.size(); ++i) {
    const bool both = counts.present[i] > 0 && counts.absent[i] > 0;
    weights.push_back(both ? static_cast<double>(counts.absent[i]) /
                                 static_cast<double>(counts.present[i])
                           : 1.0);
  }
  return weights;
}

std::vector<double> class_weights(const LabelCounts& counts) {
  std::vector<double> weights(counts.expressions.size(), 1);
  std::int64_t most = 0;
  for (const std::int64_t count : counts.expressions) most = std::max(most, count);
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const std::int64_t own = counts.expressions[k];
    if (own > 0) weights[k] = static_cast<double>(most) / static_cast<double>(own);
  }
  return weights;
}

}  // namespace mien
