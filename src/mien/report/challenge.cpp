#include "mien/report/challenge.h"

#include <algorithm>
#include <map>

#include "mien/affect/decisions.h"
#include "mien/affect/vocabulary.h"
#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

Vocabulary vocabulary_of(Challenge challenge) {
  return challenge == Challenge::kMultiTask ? abaw_mtl_vocabulary() : abaw_lsd_vocabulary();
}

std::map<std::string, std::string> renames_of(Challenge challenge) {
  if (challenge == Challenge::kMultiTask) return default_renames();
  return {};
}

}  // namespace

ChallengeLines::ChallengeLines(Challenge challenge, const Vocabulary& network)
    : challenge_(challenge) {
  const Vocabulary wanted = vocabulary_of(challenge);
  classes_ = wanted.expressions.size();
  place_of_class_ = map_by_name(network.expressions, wanted.expressions, renames_of(challenge));
  std::vector<std::string> lacking;
  for (std::size_t i = 0; i < classes_; ++i) {
    if (std::find(place_of_class_.begin(), place_of_class_.end(), static_cast<int>(i)) ==
        place_of_class_.end()) {
      lacking.push_back(wanted.expressions[i]);
    }
  }
  for (const std::string& unit : wanted.action_units) {
    const auto& units = network.action_units;
    const auto found = std::find(units.begin(), units.end(), unit);
    if (found == units.end()) lacking.push_back(unit);
    unit_at_place_.push_back(static_cast<std::size_t>(found - units.begin()));
  }
  if (wanted.valence_arousal && !network.valence_arousal) {
    lacking.insert(lacking.end(), {"valence", "arousal"});
  }
  if (!lacking.empty()) {
    const std::string format = challenge == Challenge::kMultiTask ? "abaw" : "abaw-lsd";
    throw UsageError("format " + format + " needs what this network does not give: " +
                     join(lacking, ", ") + "; use --format csv or jsonl");
  }
}

std::string ChallengeLines::header() const {
  return challenge_ == Challenge::kMultiTask ? "image,valence,arousal,expression,aus\n"
                                             : "image,expression\n";
}

/// The challenge's class with the largest probability (several classes may share a place), or -1.
std::int64_t ChallengeLines::expression_of(const WrittenPrediction& prediction) const {
  if (prediction.expression.empty()) return -1;
  std::vector<double> sums(classes_, 0.0);
  for (std::size_t i = 0; i < prediction.expressions.size(); ++i) {
    if (place_of_class_[i] < 0) continue;
    sums[static_cast<std::size_t>(place_of_class_[i])] += prediction.expressions[i].value_or(0.0);
  }
  return static_cast<std::ptrdiff_t>(most_probable(sums));
}

std::string ChallengeLines::line(const std::string& picture,
                                 const WrittenPrediction& prediction) const {
  std::vector<Cell> cells = {Cell::of_text(picture)};
  if (challenge_ == Challenge::kMultiTask) {
    for (const auto& value : {prediction.valence, prediction.arousal}) {
      cells.push_back(value ? affect_cell(value) : Cell::whole(-5));
    }
  }
  cells.push_back(Cell::whole(expression_of(prediction)));
  for (const std::size_t unit : unit_at_place_) {
    cells.push_back(Cell::whole(prediction.decisions[unit].value_or(-1)));
  }
  return csv_line(cells);
}

}  // namespace mien
