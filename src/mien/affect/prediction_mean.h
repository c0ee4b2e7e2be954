// Several networks' answers become one: joined by the names of classes and units.
#pragma once

#include <span>
#include <vector>

#include "mien/affect.h"

namespace mien {

/// The mean of what several networks say of one face. A class or unit that only some of them know
/// is the mean of those; expression probabilities are scaled to sum 1 again where the networks'
/// classes differ. One network's answers stay what they are, under its own names.
class PredictionMean {
 public:
  /// One vocabulary a network, at least one; `weights`: one above 0 a network, or none: all count
  /// the same. Names are compared as `map_by_name` does. Throws UsageError for other numbers of
  /// them, OptionError for a unit that is no action unit's name.
  explicit PredictionMean(const std::vector<Vocabulary>& vocabularies,
                          std::vector<double> weights = {});

  /// Of the mean's expressions (calibration.h); 1 until it is set.
  void set_temperature(double temperature) { temperature_ = temperature; }
  double temperature() const { return temperature_; }

  /// All classes and units, in the order in which the networks bring them.
  const Vocabulary& vocabulary() const { return vocabulary_; }
  /// `parts`: one prediction a network. Throws UsageError for another number of them.
  Prediction operator()(std::span<const Prediction> parts) const;
  /// The same for many faces: `answers[network][face]`, as many of each network.
  std::vector<Prediction> all(const std::vector<std::vector<Prediction>>& answers) const;
  /// Thresholds by the same rule, one a unit of `vocabulary()`; a network without any has 0.5.
  std::vector<double> thresholds(const std::vector<std::vector<double>>& parts) const;

 private:
  /// Places in `vocabulary_` of a network's classes and units.
  struct Places {
    std::vector<std::size_t> expressions;
    std::vector<std::size_t> action_units;
  };

  Prediction mean_prediction(std::span<const Prediction> parts) const;

  Vocabulary vocabulary_;
  std::vector<Places> places_;
  std::vector<double> weights_;  ///< one a network
  double temperature_ = 1;
};

}  // namespace mien
