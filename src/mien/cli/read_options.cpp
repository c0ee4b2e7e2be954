#include "mien/cli/read_options.h"

#include <filesystem>
#include <string>
#include <vector>

#include "mien/cli/work_state.h"
#include "mien/error.h"
#include "mien/nn/weights.h"

namespace mien::cli {

namespace fs = std::filesystem;

void describe(ReadOptions& options, Fields& fields) {
  fields.add("output", options.output, "folder for all outputs; empty: the current one");
  fields.add("format",
             options.format,
             "of the rows: csv or jsonl (everything), or abaw, as the challenge wants them",
             one_of({"csv", "jsonl", "abaw"}));
  fields.add("recursive", options.recursive, "open the folders below the named ones too");
  fields.add("no_detect", options.no_detect, "inputs are face crops: each picture is one face");
  describe(options.analyser, fields);
  describe(options.video, fields);
  fields.add("neutral",
             options.neutral,
             "of videos: take each person's median face out of their readings, in a second pass "
             "over the rows");
  fields.group("resting", options.resting);
  fields.add("show", options.show, "show videos and cameras in a window while they are read");
  fields.add("save", options.save, "of cameras and pipes: keep the annotated video too");
}

std::string output_identity(ReadOptions options) {
  std::vector<std::string> files;
  files.reserve(options.analyser.model.size() + 1);
  for (const std::string& model : options.analyser.model) {
    files.push_back(weights_file(model).string());
  }
  if (fs::exists(options.analyser.detector)) files.push_back(options.analyser.detector);
  // Where it is computed, by how many, and whether somebody watches makes no other outputs.
  return options_identity(fields_of(options),
                          {"output", "recursive", "show", "threads", "batch", "device", "model"},
                          files);
}

RowOptions ReadContext::rows(RowFormat format, RowReadings readings) const {
  RowOptions rows;
  rows.format = format;
  rows.vocabulary = analyser.vocabulary();
  rows.thresholds = analyser.thresholds();
  rows.readings = readings;
  return rows;
}

RowFormat working_format(RowFormat asked) {
  return asked == RowFormat::kAbaw ? RowFormat::kCsv : asked;
}

}  // namespace mien::cli
