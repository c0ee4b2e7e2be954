#include "mien/cli/reading_table.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "mien/affect/decisions.h"
#include "mien/core/text.h"
#include "mien/report/reading_text.h"
#include "mien/report/table.h"

namespace mien::cli {
namespace {

std::string affect(const std::optional<float>& value) {
  return value ? signed_text(static_cast<double>(*value)) : "-";
}

std::string units(const Prediction& prediction, const OverlayOptions& names) {
  std::string text;
  for (std::size_t i = 0; i < prediction.action_units.size(); ++i) {
    const auto probability = static_cast<double>(prediction.action_units[i]);
    if (!unit_present(probability, names.thresholds, i)) continue;
    text += (text.empty() ? "" : " ") + names.vocabulary.action_units[i].substr(2);
  }
  return text.empty() ? "none" : text;
}

std::string box_text(const Box& box) {
  const auto whole = [](float value) { return std::to_string(std::lround(value)); };
  return whole(box.width) + "x" + whole(box.height) + " at " + whole(box.x) + "," + whole(box.y);
}

std::vector<std::string> row(const FaceReading& face, const OverlayOptions& names) {
  const Prediction& prediction = face.shown();
  std::vector<std::string> cells = {std::to_string(face.face_id)};
  if (!names.vocabulary.expressions.empty()) {
    const auto& values = prediction.expression;
    const std::size_t best = most_probable(values);
    cells.push_back(names.vocabulary.expressions[best]);
    cells.push_back(percent_text(static_cast<double>(values[best])));
  }
  if (names.vocabulary.valence_arousal) {
    cells.push_back(affect(prediction.valence));
    cells.push_back(affect(prediction.arousal));
  }
  if (!names.vocabulary.action_units.empty()) cells.push_back(units(prediction, names));
  cells.push_back(face.quality ? number_text(*face.quality, 2) : "-");
  cells.push_back(box_text(face.box));
  return cells;
}

}  // namespace

std::string reading_table(const FrameReading& frame, const OverlayOptions& names) {
  if (frame.faces.empty()) return "no face in " + frame.input;
  Table table;
  table.header = {"face"};
  const Vocabulary& vocabulary = names.vocabulary;
  if (!vocabulary.expressions.empty()) {
    table.header.insert(table.header.end(), {"expression", "sure"});
  }
  if (vocabulary.valence_arousal) table.header.insert(table.header.end(), {"valence", "arousal"});
  if (!vocabulary.action_units.empty()) table.header.emplace_back("units present");
  table.header.insert(table.header.end(), {"quality", "box"});
  std::vector<FaceReading> faces = frame.faces;
  std::sort(faces.begin(), faces.end(), [](const FaceReading& a, const FaceReading& b) {
    return a.face_id < b.face_id;
  });
  for (const FaceReading& face : faces) table.rows.push_back(row(face, names));
  return to_text(table);
}

}  // namespace mien::cli
