// The command line that makes one training of a table.
#include <algorithm>

#include "mien/cli/reproduce/reproduction.h"
#include "mien/data/sets.h"
#include "mien/error.h"

namespace mien::cli {
namespace {

void add(std::vector<std::string>& words, const std::string& flag, const std::string& value) {
  words.push_back(flag);
  words.push_back(value);
}

std::string format_of(const std::string& path) {
  SetOptions set;
  set.path = path;
  return set_format(set);
}

/// Appends them as flags; one that was there with another value goes.
void add_settings(std::vector<std::string>& words, const std::vector<std::string>& settings) {
  for (const std::string& setting : settings) {
    const std::string flag = "--" + setting.substr(0, setting.find('=') + 1);
    std::erase_if(words, [&](const std::string& word) { return word.starts_with(flag); });
    words.push_back("--" + setting);
  }
}

}  // namespace

void ReproduceOptions::check() const {
  check_values(*this);
  if (data.empty()) throw OptionError("data", "on what data? give --data with a labelled set");
  if (output.empty()) throw OptionError("output", "where to? give -o FOLDER");
  for (const auto* pictures : {&faces, &natural}) {
    for (const std::string& path : *pictures) {
      if (std::find(data.begin(), data.end(), path) == data.end()) continue;
      throw OptionError("faces",
                        path +
                            " is among --data: pretraining would see the pictures that are "
                            "scored; name others");
    }
  }
  for (const std::string& setting : settings) {
    if (setting.find('=') == std::string::npos || setting.starts_with("-")) {
      throw OptionError("set", "--set " + setting + ": KEY=VALUE is needed");
    }
  }
}

void describe(ReproduceOptions& options, Fields& fields) {
  fields.add("data", options.data, "labelled set, in any format; again for more than one");
  fields.add("faces", options.faces, "unlabelled faces for pretraining; again for more folders");
  fields.add("natural",
             options.natural,
             "unlabelled pictures of something else, where the paper has ImageNet");
  fields.add("output", options.output, "folder for runs, scores, table and plot");
  fields.add("scale",
             options.scale,
             "paper: its settings; small: the same rows at a size for a laptop",
             one_of({"paper", "small"}));
  fields.add(
      "seeds", options.seeds, "trainings of each row, with the seeds from 1 on", at_least(1));
  fields.add("rows", options.rows, "only rows whose label holds one of these words");
  fields.add("set",
             options.settings,
             "KEY=VALUE for every training with labels; how sets are read (data.root, "
             "format, missing, rename) holds for scores too");
  fields.add("use", options.use, "RUN=FILE: weights that are there, instead of that training");
  describe(options.place, fields);
  fields.add("plan", options.plan, "print the trainings that are left, and run none");
}

void add_place(const PlaceOptions& place, std::vector<std::string>& words) {
  if (place.device != "auto") add(words, "--device", place.device);
  if (place.precision != "auto") add(words, "--precision", place.precision);
  if (place.threads != 0) add(words, "--threads", std::to_string(place.threads));
}

void add_data_settings(const ReproduceOptions& options, std::vector<std::string>& words) {
  for (const std::string& setting : options.settings) {
    const std::string key = setting.substr(0, setting.find('='));
    for (const char* shared : {"data.root", "data.format", "data.missing", "data.rename"}) {
      if (key == shared) words.push_back("--" + setting);
    }
  }
}

std::vector<std::string> Reproduction::training_arguments(const PaperRun& run,
                                                          std::int64_t seed) const {
  const bool small = options_.scale == "small";
  const bool unlabelled = !run.pictures.empty();
  Words words = unlabelled ? Words{"pretrain"} : Words{"train", run.network};
  add(words, "--recipe", small && !run.small_recipe.empty() ? run.small_recipe : run.recipe);
  add_data(run, words);
  if (const auto backbone = backbone_path(run, seed)) add(words, "--backbone", backbone->string());
  if (!run.dan.empty()) add(words, "--dan", run_path(run.dan, seed).string());
  add_settings(words, run.settings);
  if (small) add_settings(words, run.small_settings);
  if (!unlabelled) add_settings(words, options_.settings);
  add_place(options_.place, words);
  add(words, "--seed", std::to_string(seed));
  add(words, "-o", run_path(run.name, seed).string());
  return words;
}

void Reproduction::add_data(const PaperRun& run, Words& words) const {
  const std::vector<std::string>& pictures = run.pictures == "faces"     ? options_.faces
                                             : run.pictures == "natural" ? options_.natural
                                                                         : options_.data;
  const bool of_sets = run.pictures == "training";
  if (!of_sets && (!run.pictures.empty() || pictures.size() == 1)) {
    for (const std::string& folder : pictures) add(words, "--data", folder);
    return;
  }
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const std::string set = "--data.sets." + std::to_string(i);
    words.push_back(set + ".path=" + pictures[i]);
    // Its training part alone: as a mere folder it would give all its pictures.
    if (of_sets) words.push_back(set + ".format=" + format_of(pictures[i]));
  }
}

}  // namespace mien::cli
