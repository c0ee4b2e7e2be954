// Rows of cells as text: one line of CSV or JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mien/affect.h"

namespace mien {

/// Absent, a text or a number. CSV writes nothing for what is absent, JSON null.
struct Cell {
  enum class Kind { kAbsent, kText, kNumber };
  Kind kind = Kind::kAbsent;
  std::string text;  ///< a number's digits, with a decimal point whatever the locale

  static Cell of_text(std::string text);  ///< absent where empty
  static Cell whole(std::int64_t value);
  /// `digits` after the point. What is not finite counts as absent.
  static Cell decimal(double value, int digits);
};
inline constexpr int kAffectDigits = 6;

/// RFC 4180: quoted where it holds a comma, a quote or a line end, quotes doubled.
std::string csv_text(const std::string& text);
/// The cells with commas between them and a line feed after them.
std::string csv_header(const std::vector<std::string>& names);
std::string csv_line(const std::vector<Cell>& cells);
/// An object with these names, which has as many cells. Text that is not UTF-8 gets replacement
/// characters: names of files need not be, and that is better than no file.
std::string json_line(const std::vector<std::string>& names, const std::vector<Cell>& cells);

/// Throws UsageError, naming `input`, where the prediction's lengths are not the vocabulary's.
void check_prediction(const Prediction& prediction,
                      const Vocabulary& vocabulary,
                      const std::string& input);

/// A prediction as every format writes it: clipped, named and decided.
struct WrittenPrediction {
  std::optional<double> valence, arousal;  ///< in [-1, 1]
  std::string expression;                  ///< name; empty where there is none
  std::vector<std::optional<double>> expressions;
  std::vector<std::optional<double>> units;
  std::vector<std::optional<int>> decisions;
};
/// `thresholds`: one probability a unit (empty: 0.5 each); a unit is present when >=. Throws
/// UsageError, naming `input`, where the prediction's lengths are not the vocabulary's.
WrittenPrediction written_prediction(const Prediction& prediction,
                                     const Vocabulary& vocabulary,
                                     const std::vector<double>& thresholds,
                                     const std::string& input);

/// p_<class> .., AU01 .., AU01_c ..
std::vector<std::string> class_and_unit_names(const Vocabulary& vocabulary);
void append_classes_and_units(std::vector<Cell>& cells, const WrittenPrediction& prediction);

/// The number with its digits, or absent.
Cell affect_cell(const std::optional<double>& value);

}  // namespace mien
