// A contact sheet of pictures with what the network reads in them, and the label where there is
// one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mien/affect.h"
#include "mien/data/sets.h"

namespace mien::cli {

/// What a caption says, a line each: "happiness 93% (surprise)", "valence +0.31 (+0.40)",
/// "arousal -0.20", "AU 06 12 25", "(06 12)"; labels stand in brackets.
std::vector<std::string> reading_caption(const Prediction& prediction,
                                         const Label& label,
                                         const Vocabulary& vocabulary,
                                         const std::vector<double>& thresholds);

/// Draws `count` samples, evenly spread over the list, and writes them as PNG.
struct SheetContent {
  const std::vector<Sample>& samples;          ///< labels in `vocabulary`
  const std::vector<Prediction>& predictions;  ///< one a sample
  const Vocabulary& vocabulary;
  const std::vector<double>& thresholds;
};
void write_sheet(const std::filesystem::path& file, const SheetContent& content, std::size_t count);

}  // namespace mien::cli
