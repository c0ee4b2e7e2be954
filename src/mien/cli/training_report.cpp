#include "mien/cli/training_report.h"

#include <cmath>
#include <map>
#include <utility>

#include "mien/cli/console.h"
#include "mien/cli/reconstruction_sheet.h"
#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/image/image.h"
#include "mien/report/table.h"
#include "mien/report/text_width.h"
#include "mien/train/run_folder.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

/// The validation scores that an epoch is followed by, with their short names.
std::vector<std::pair<std::string, std::optional<double>>> followed_scores(const Scores& scores) {
  return {{"EXPR F1", scores.expression_f1},
          {"AU F1", scores.action_unit_f1},
          {"VA CCC", scores.ccc},
          {"total", scores.total}};
}

std::map<std::string, double> tensorboard_values(const EpochResult& result) {
  std::map<std::string, double> values{{"train/lr", result.lr},
                                       {"train/gradient_norm", result.gradient_norm},
                                       {"train/images_per_second", result.images_per_second}};
  for (const auto& [name, value] : result.losses) values["loss/" + name] = value;
  const Scores& scores = result.validation.pooled;
  const std::pair<const char*, std::optional<double>> named[] = {
      {"expression_f1", scores.expression_f1},
      {"expression_accuracy", scores.expression_accuracy},
      {"action_unit_f1", scores.action_unit_f1},
      {"ccc_valence", scores.ccc_valence},
      {"ccc_arousal", scores.ccc_arousal},
      {"ccc", scores.ccc},
      {"p_mtl", scores.p_mtl},
      {"total", scores.total}};
  for (const auto& [name, value] : named) {
    if (value) values[std::string("validation/") + name] = *value;
  }
  return values;
}

/// A curve over epochs for each name that turns up in any of them.
template <typename Values>
std::vector<Curve> curves_over(const std::vector<EpochResult>& epochs, Values values_of) {
  std::vector<Curve> curves;
  for (const EpochResult& epoch : epochs) {
    for (const auto& [name, value] : values_of(epoch)) {
      auto curve = curves.begin();
      while (curve != curves.end() && curve->name != name) ++curve;
      if (curve == curves.end()) curve = curves.insert(curves.end(), {name, {}, {}});
      curve->x.push_back(static_cast<double>(epoch.epoch));
      curve->y.push_back(value);
    }
  }
  return curves;
}

std::string with_blanks(std::string name) {
  for (char& c : name) {
    if (c == '_') c = ' ';
  }
  return name;
}

}  // namespace

TrainingReport::TrainingReport(fs::path run, Console& console)
    : run_(std::move(run)), console_(console) {}

void TrainingReport::add(const EpochResult& result) {
  print_row(result);
  try {
    if (!tensorboard_) tensorboard_.emplace(run_);
    tensorboard_->scalars(result.epoch, tensorboard_values(result));
    draw(result);
  } catch (const Error& error) {
    warn_once(error);
  }
}

void TrainingReport::show(const ShownReconstruction& shown) {
  try {
    write_image(run_ / "reconstruction.png",
                reconstruction_sheet(shown.pictures, shown.made, shown.input));
  } catch (const Error& error) {
    warn_once(error);
  }
}

void TrainingReport::warn_once(const Error& error) {
  if (!warned_) console_.warn(std::string(error.what()) + " (training goes on without)");
  warned_ = true;
}

void TrainingReport::print_row(const EpochResult& result) {
  std::vector<std::pair<std::string, std::string>> cells = {{"epoch", std::to_string(result.epoch)},
                                                            {"rate", number_text(result.lr, 6)}};
  for (const auto& [name, value] : result.losses) {
    cells.emplace_back(name == "total" ? "loss" : name, number_text(value, 4));
  }
  for (const auto& [name, value] : followed_scores(result.validation.pooled)) {
    if (value) cells.emplace_back(name, percent_cell(value));
  }
  cells.emplace_back("images/s", number_text(result.images_per_second, 1));
  cells.emplace_back("time", clock_text(result.seconds));
  std::string header;
  std::string row;
  for (const auto& [name, value] : cells) {
    constexpr std::size_t kLeast = 7;
    const std::size_t width = std::max(text_width(with_blanks(name)), kLeast) + 2;
    header += padded(with_blanks(name), width, Align::kRight);
    row += padded(value, width, Align::kRight);
  }
  if (!header_printed_ && console_.style() == LogStyle::kText) console_.info(header);
  header_printed_ = true;
  console_.event("epoch", row + (result.best ? "  best" : ""), epoch_to_json(result));
}

void TrainingReport::draw(const EpochResult& result) {
  write_image(run_ / "curves.png",
              draw_panels(epoch_panels(read_epochs(run_ / RunFolder::kMetricsName))));
  const Scores& scores = result.validation.pooled;
  if (!result.best || scores.confusion.empty() || scores.expression_labels == 0) return;
  const std::string title = "Expression, validation: epoch " + std::to_string(result.epoch) +
                            ", F1 " + percent_cell(scores.expression_f1);
  write_image(run_ / "confusion.png",
              draw_confusion(result.validation.vocabulary.expressions, scores.confusion, title));
}

std::vector<Panel> epoch_panels(const std::vector<EpochResult>& epochs) {
  using Values = std::vector<std::pair<std::string, double>>;
  std::optional<double> best;
  for (const EpochResult& epoch : epochs) {
    if (epoch.best) best = static_cast<double>(epoch.epoch);
  }
  const auto losses = [](const EpochResult& epoch) {
    Values values;
    for (const auto& [name, value] : epoch.losses) values.emplace_back(with_blanks(name), value);
    return values;
  };
  const auto scores = [](const EpochResult& epoch) {
    Values values;
    for (const auto& [name, value] : followed_scores(epoch.validation.pooled)) {
      if (value) values.emplace_back(name, *value * 100);
    }
    return values;
  };
  const auto rate = [](const EpochResult& epoch) { return Values{{"rate", epoch.lr}}; };
  std::vector<Panel> panels = {
      {"Training loss", "epoch", "", curves_over(epochs, losses), {}},
      {"Validation scores x100", "epoch", "", curves_over(epochs, scores), best},
      {"Learning rate", "epoch", "", curves_over(epochs, rate), {}}};
  if (panels[1].curves.empty()) panels.erase(panels.begin() + 1);
  return panels;
}

std::string brief_scores(const Scores& scores) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : followed_scores(scores)) {
    if (value) parts.push_back(name + " " + percent_cell(value));
  }
  return join(parts, ", ");
}

}  // namespace mien::cli
