// What `mien read` does with which inputs, and what its parts share.
#pragma once

#include <filesystem>
#include <string>

#include "mien/cli/command.h"
#include "mien/infer/analyser.h"
#include "mien/infer/neutral.h"
#include "mien/infer/video_analysis.h"
#include "mien/report/overlay.h"
#include "mien/report/rows.h"

namespace mien::cli {

struct ReadOptions {
  std::string output;  ///< folder; empty: the current one
  std::string format = "csv";
  bool recursive = false;
  bool neutral = false;
  bool no_detect = false;
  bool show = false;
  bool save = false;
  AnalyserOptions analyser;
  VideoAnalysisOptions video;
  NeutralOptions resting;
};
void describe(ReadOptions& options, Fields& fields);

/// Everything that outputs depend on, as JSON; weights by their size and time too. Throws DataError
/// where a weights file is missing.
std::string output_identity(ReadOptions options);

/// What reading takes, for as long as the command runs.
struct ReadContext {
  const ReadOptions& options;
  const Analyser& analyser;
  Console& console;
  const StopFlag& stop;

  OverlayOptions overlay() const { return {analyser.vocabulary(), analyser.thresholds()}; }
  RowOptions rows(RowFormat format, RowReadings readings) const;
};

/// Rows are read back for what needs all of them (pages, neutral faces, going on); the challenge's
/// lists hold too little for that and are made from csv rows at the end.
RowFormat working_format(RowFormat asked);

}  // namespace mien::cli
