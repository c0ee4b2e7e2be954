#include "mien/affect/prediction_mean.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "mien/affect/calibration.h"
#include "mien/affect/decisions.h"
#include "mien/affect/vocabulary.h"
#include "mien/error.h"

namespace mien {
namespace {

/// The place of each name in `all`, which grows by those that it lacks.
template <typename Canonical>
std::vector<std::size_t> join(const std::vector<std::string>& names,
                              std::vector<std::string>& all,
                              Canonical canonical) {
  std::vector<std::size_t> places;
  for (const std::string& name : names) {
    const std::string plain = canonical(name);
    const auto found = std::find(all.begin(), all.end(), plain);
    places.push_back(static_cast<std::size_t>(found - all.begin()));
    if (found == all.end()) all.push_back(plain);
  }
  return places;
}

/// Means by place, of those that have a value there.
class Means {
 public:
  explicit Means(std::size_t size) : sums_(size), weights_(size) {}
  void add(std::size_t place, double value, double weight) {
    sums_[place] += weight * value;
    weights_[place] += weight;
  }
  template <typename Value>
  std::vector<Value> values() const {
    std::vector<Value> result(sums_.size());
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      if (weights_[i] > 0) result[i] = static_cast<Value>(sums_[i] / weights_[i]);
    }
    return result;
  }
  bool any() const {
    return std::any_of(weights_.begin(), weights_.end(), [](double weight) { return weight > 0; });
  }

 private:
  std::vector<double> sums_;
  std::vector<double> weights_;
};

std::optional<float> mean_of(std::span<const Prediction> parts,
                             std::optional<float> Prediction::* value,
                             std::span<const double> weights) {
  Means means(1);
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const std::optional<float> own = parts[part].*value;
    if (own) means.add(0, static_cast<double>(*own), weights[part]);
  }
  if (!means.any()) return std::nullopt;
  return means.values<float>().front();
}

void check_size(std::size_t actual, std::size_t expected) {
  if (actual == expected) return;
  throw UsageError(std::to_string(actual) + " predicted values where " + std::to_string(expected) +
                   " belong");
}

/// Where the values of each part go.
struct Join {
  std::vector<const std::vector<std::size_t>*> places;
  std::size_t size = 0;
};

/// Means of the parts that say something, in the joined order; empty where none does.
std::vector<float> joined(std::span<const Prediction> parts,
                          std::vector<float> Prediction::* values,
                          const Join& to,
                          std::span<const double> weights) {
  Means means(to.size);
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const std::vector<float>& own = parts[part].*values;
    if (own.empty()) continue;
    check_size(own.size(), to.places[part]->size());
    for (std::size_t i = 0; i < own.size(); ++i) {
      means.add((*to.places[part])[i], static_cast<double>(own[i]), weights[part]);
    }
  }
  return means.any() ? means.values<float>() : std::vector<float>();
}

}  // namespace

PredictionMean::PredictionMean(const std::vector<Vocabulary>& vocabularies,
                               std::vector<double> weights)
    : weights_(std::move(weights)) {
  if (vocabularies.empty()) throw UsageError("at least one network is needed");
  if (weights_.empty()) weights_.assign(vocabularies.size(), 1.0);
  const bool usable = weights_.size() == vocabularies.size() &&
                      std::all_of(weights_.begin(), weights_.end(), [](double weight) {
                        return std::isfinite(weight) && weight > 0;
                      });
  if (!usable) throw UsageError("one weight above 0 is needed for each network");
  for (const Vocabulary& own : vocabularies) {
    Places places;
    places.expressions = join(own.expressions, vocabulary_.expressions, canonical_expression);
    places.action_units = join(own.action_units, vocabulary_.action_units, canonical_action_unit);
    places_.push_back(std::move(places));
    vocabulary_.valence_arousal = vocabulary_.valence_arousal || own.valence_arousal;
  }
  if (vocabularies.size() == 1) vocabulary_ = vocabularies.front();
}

Prediction PredictionMean::mean_prediction(std::span<const Prediction> parts) const {
  Join expressions{{}, vocabulary_.expressions.size()};
  Join units{{}, vocabulary_.action_units.size()};
  for (const Places& places : places_) {
    expressions.places.push_back(&places.expressions);
    units.places.push_back(&places.action_units);
  }
  Prediction mean;
  mean.valence = mean_of(parts, &Prediction::valence, weights_);
  mean.arousal = mean_of(parts, &Prediction::arousal, weights_);
  mean.action_units = joined(parts, &Prediction::action_units, units, weights_);
  mean.expression = joined(parts, &Prediction::expression, expressions, weights_);
  const float sum = std::accumulate(mean.expression.begin(), mean.expression.end(), 0.0F);
  if (sum > 0) {
    for (float& probability : mean.expression) probability /= sum;
  }
  return mean;
}

Prediction PredictionMean::operator()(std::span<const Prediction> parts) const {
  check_size(parts.size(), places_.size());
  Prediction mean = parts.size() == 1 ? parts.front() : mean_prediction(parts);
  apply_temperature(mean.expression, temperature_);
  return mean;
}

std::vector<Prediction> PredictionMean::all(
    const std::vector<std::vector<Prediction>>& answers) const {
  check_size(answers.size(), places_.size());
  const std::size_t faces = answers.front().size();
  for (const std::vector<Prediction>& own : answers) check_size(own.size(), faces);
  std::vector<Prediction> means;
  means.reserve(faces);
  std::vector<Prediction> parts(answers.size());
  for (std::size_t face = 0; face < faces; ++face) {
    for (std::size_t part = 0; part < parts.size(); ++part) parts[part] = answers[part][face];
    means.push_back((*this)(parts));
  }
  return means;
}

std::vector<double> PredictionMean::thresholds(
    const std::vector<std::vector<double>>& parts) const {
  check_size(parts.size(), places_.size());
  Means means(vocabulary_.action_units.size());
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const std::vector<std::size_t>& places = places_[part].action_units;
    if (!parts[part].empty()) check_size(parts[part].size(), places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      means.add(places[i], unit_threshold(parts[part], i), weights_[part]);
    }
  }
  return means.values<double>();
}

}  // namespace mien
