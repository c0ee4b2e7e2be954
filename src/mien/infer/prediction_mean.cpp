#include "mien/infer/prediction_mean.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>

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
  explicit Means(std::size_t size) : sums_(size), counts_(size) {}
  void add(std::size_t place, double value) {
    sums_[place] += value;
    ++counts_[place];
  }
  template <typename Value>
  std::vector<Value> values() const {
    std::vector<Value> result(sums_.size());
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      if (counts_[i] > 0) result[i] = static_cast<Value>(sums_[i] / counts_[i]);
    }
    return result;
  }
  bool any() const {
    return std::any_of(counts_.begin(), counts_.end(), [](int count) { return count > 0; });
  }

 private:
  std::vector<double> sums_;
  std::vector<int> counts_;
};

std::optional<float> mean_of(std::span<const Prediction> parts,
                             std::optional<float> Prediction::* value) {
  Means means(1);
  for (const Prediction& part : parts) {
    const std::optional<float> own = part.*value;
    if (own) means.add(0, static_cast<double>(*own));
  }
  if (!means.any()) return std::nullopt;
  return means.values<float>().front();
}

void check_size(std::size_t actual, std::size_t expected) {
  if (actual == expected) return;
  throw UsageError("a prediction of " + std::to_string(actual) + " values where the network has " +
                   std::to_string(expected));
}

/// Means of the parts that say something, in the joined order; empty where none does.
std::vector<float> joined(std::span<const Prediction> parts,
                          std::vector<float> Prediction::* values,
                          const std::vector<const std::vector<std::size_t>*>& places,
                          std::size_t size) {
  Means means(size);
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const std::vector<float>& own = parts[part].*values;
    if (own.empty()) continue;
    check_size(own.size(), places[part]->size());
    for (std::size_t i = 0; i < own.size(); ++i) {
      means.add((*places[part])[i], static_cast<double>(own[i]));
    }
  }
  return means.any() ? means.values<float>() : std::vector<float>();
}

}  // namespace

PredictionMean::PredictionMean(const std::vector<Vocabulary>& vocabularies) {
  if (vocabularies.empty()) throw UsageError("at least one network is needed");
  for (const Vocabulary& own : vocabularies) {
    Places places;
    places.expressions = join(own.expressions, vocabulary_.expressions, canonical_expression);
    places.action_units = join(own.action_units, vocabulary_.action_units, canonical_action_unit);
    places_.push_back(std::move(places));
    vocabulary_.valence_arousal = vocabulary_.valence_arousal || own.valence_arousal;
  }
}

Prediction PredictionMean::operator()(std::span<const Prediction> parts) const {
  check_size(parts.size(), places_.size());
  if (parts.size() == 1) return parts.front();
  std::vector<const std::vector<std::size_t>*> expressions;
  std::vector<const std::vector<std::size_t>*> units;
  for (const Places& places : places_) {
    expressions.push_back(&places.expressions);
    units.push_back(&places.action_units);
  }
  Prediction mean;
  mean.valence = mean_of(parts, &Prediction::valence);
  mean.arousal = mean_of(parts, &Prediction::arousal);
  mean.action_units =
      joined(parts, &Prediction::action_units, units, vocabulary_.action_units.size());
  mean.expression =
      joined(parts, &Prediction::expression, expressions, vocabulary_.expressions.size());
  const float sum = std::accumulate(mean.expression.begin(), mean.expression.end(), 0.0F);
  if (sum > 0) {
    for (float& probability : mean.expression) probability /= sum;
  }
  return mean;
}

std::vector<double> PredictionMean::thresholds(
    const std::vector<std::vector<double>>& parts) const {
  check_size(parts.size(), places_.size());
  Means means(vocabulary_.action_units.size());
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const std::vector<std::size_t>& places = places_[part].action_units;
    if (!parts[part].empty()) check_size(parts[part].size(), places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      means.add(places[i], unit_threshold(parts[part], i));
    }
  }
  return means.values<double>();
}

}  // namespace mien
