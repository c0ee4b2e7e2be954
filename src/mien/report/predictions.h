// Predictions as files: csv, jsonl, and the challenge's own lists.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mien/affect.h"

namespace mien {

/// One row: what the list calls the picture, and what the network says of it.
struct PredictionRow {
  std::string input;
  Prediction prediction;
};

enum class PredictionFormat { kCsv, kJsonl, kAbaw, kAbawLsd };
PredictionFormat prediction_format(const std::string& name);  ///< UsageError for an unknown one

/// Throws UsageError naming the classes, units or task that the format needs and the network lacks,
/// so that nothing is computed for a file that cannot be written.
void check_prediction_format(PredictionFormat format, const Vocabulary& vocabulary);

/// Writes the file of that format into `folder`, whole or not at all, and returns its path:
/// predictions.csv, predictions.jsonl, predictions.txt (abaw, abaw-lsd). VA clipped to [-1, 1].
///   csv       input, valence, arousal, expression (a name), p_<class>.., AU01.. (probabilities),
///   AU01_c..
///             (decisions); a cell is empty where the network gives nothing; RFC 4180 quoting
///   jsonl     one object a line with the same names, null where the network gives nothing
///   abaw      header image,valence,arousal,expression,aus: ABAW's class index and 12 decisions, by
///   name;
///             contempt counts as other
///   abaw-lsd  header image,expression: index of the most probable of the six LSD classes, others
///   passed over
/// The challenge's formats write -5 and -1 for a row without a reading, as its lists do.
/// `thresholds`: one probability an action unit (empty: 0.5 each); a unit is present when >=.
/// `abaw` needs all three tasks with ABAW's names; UsageError says what is lacking.
std::filesystem::path write_predictions(const std::filesystem::path& folder,
                                        PredictionFormat format,
                                        const std::vector<PredictionRow>& rows,
                                        const Vocabulary& vocabulary,
                                        const std::vector<double>& thresholds);

}  // namespace mien
