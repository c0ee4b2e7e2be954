// What a run shows while it trains: a table row an epoch, curves.png, confusion.png,
// reconstruction.png, TensorBoard events.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mien/cli/console.h"
#include "mien/error.h"
#include "mien/report/plot.h"
#include "mien/report/tensorboard.h"
#include "mien/train/epoch_result.h"
#include "mien/train/shown_reconstruction.h"

namespace mien::cli {

class TrainingReport {
 public:
  /// `run` is the run folder, which need not be there yet.
  TrainingReport(std::filesystem::path run, Console& console);
  /// Shows and draws one epoch. What cannot be written (plots, TensorBoard) is a warning, said
  /// once.
  void add(const EpochResult& result);
  /// Draws reconstruction.png anew.
  void show(const ShownReconstruction& shown);

 private:
  /// Warns once: the run itself is on disk by then, and worth more than a plot.
  void warn_once(const Error& error);
  void print_row(const EpochResult& result);
  void draw(const EpochResult& result);

  std::filesystem::path run_;
  Console& console_;
  std::optional<TensorBoardWriter> tensorboard_;
  bool header_printed_ = false;
  bool warned_ = false;
};

/// Panels of losses, validation scores x100 and the learning rate over the epochs.
std::vector<Panel> epoch_panels(const std::vector<EpochResult>& epochs);
/// "EXPR F1 30.28, AU F1 50.54, VA CCC 45.88, total 126.71": what has labels, x100.
std::string brief_scores(const Scores& scores);

}  // namespace mien::cli
