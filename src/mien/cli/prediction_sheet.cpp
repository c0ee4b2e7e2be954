#include "mien/cli/prediction_sheet.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "mien/affect/decisions.h"
#include "mien/data/pictures.h"
#include "mien/error.h"
#include "mien/report/plot.h"
#include "mien/report/reading_text.h"

namespace mien::cli {
namespace {

std::string affect_line(const std::string& name,
                        const std::optional<float>& said,
                        const std::optional<float>& label) {
  std::string line = name + " " + (said ? signed_text(static_cast<double>(*said)) : "-");
  if (label) line += " (" + signed_text(static_cast<double>(*label)) + ")";
  return line;
}

std::string expression_line(const Prediction& prediction,
                            const Label& label,
                            const Vocabulary& vocabulary) {
  const auto& values = prediction.expression;
  if (values.empty()) return "";
  const std::size_t best = most_probable(values);
  std::string line =
      vocabulary.expressions[best] + " " + percent_text(static_cast<double>(values[best]));
  if (label.expression >= 0) {
    line += " (" + vocabulary.expressions[static_cast<std::size_t>(label.expression)] + ")";
  }
  return line;
}

/// Numbers of units without "AU": "01 04 12".
template <typename Present>
std::string units_text(const Vocabulary& vocabulary, Present present) {
  std::string text;
  for (std::size_t i = 0; i < vocabulary.action_units.size(); ++i) {
    if (present(i)) text += " " + vocabulary.action_units[i].substr(2);
  }
  return text.empty() ? " -" : text;
}

bool has_unit_labels(const Label& label) {
  return std::any_of(label.action_units.begin(), label.action_units.end(), [](std::int8_t unit) {
    return unit >= 0;
  });
}

}  // namespace

std::vector<std::string> reading_caption(const Prediction& prediction,
                                         const Label& label,
                                         const Vocabulary& vocabulary,
                                         const std::vector<double>& thresholds) {
  std::vector<std::string> caption;
  const std::string expression = expression_line(prediction, label, vocabulary);
  if (!expression.empty()) caption.push_back(expression);
  if (prediction.valence || prediction.arousal) {
    // A line each: with their labels both do not fit under a picture.
    caption.push_back(affect_line("valence", prediction.valence, label.valence));
    caption.push_back(affect_line("arousal", prediction.arousal, label.arousal));
  }
  if (!prediction.action_units.empty()) {
    caption.push_back("AU" + units_text(vocabulary, [&](std::size_t i) {
                        const auto probability = static_cast<double>(prediction.action_units[i]);
                        return unit_present(probability, thresholds, i);
                      }));
    if (has_unit_labels(label)) {
      caption.push_back(
          "(" +
          units_text(vocabulary, [&](std::size_t i) { return label.action_units[i] == 1; })
              .substr(1) +
          ")");
    }
  }
  return caption;
}

void write_sheet(const std::filesystem::path& file,
                 const SheetContent& content,
                 std::size_t count) {
  constexpr int kColumns = 6;
  constexpr int kCell = 168;
  const std::size_t total = content.samples.size();
  if (total == 0) throw UsageError("there is no picture to draw");
  count = std::min(count, total);
  std::vector<CaptionedImage> pictures;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = i * total / count;
    pictures.push_back({read_picture(content.samples[at]),
                        reading_caption(content.predictions[at],
                                        content.samples[at].label,
                                        content.vocabulary,
                                        content.thresholds)});
  }
  write_image(file, draw_sheet(pictures, kColumns, kCell));
}

}  // namespace mien::cli
