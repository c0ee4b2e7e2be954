#include "mien/train/run_folder.h"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>
#include <torch/headeronly/version.h>

#include "mien/affect/vocabulary.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/version.h"

namespace mien {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::int64_t kRunFormat = 1;
constexpr const char* kEpochBegin = "epoch-";
constexpr const char* kWeightsEnding = ".safetensors";

Json counts_json(const LabelCounts& counts, const Vocabulary& vocabulary) {
  Json json;
  json["samples"] = counts.samples;
  json["valence_arousal"] = counts.valence_arousal;
  json["expression"] = counts.expression;
  json["action_units"] = counts.action_units;
  json["unlabelled"] = counts.unlabelled;
  json["votes"] = counts.votes;
  json["expressions"] = Json::object();
  for (std::size_t k = 0; k < counts.expressions.size(); ++k) {
    json["expressions"][vocabulary.expressions.at(k)] = counts.expressions[k];
  }
  json["present"] = Json::object();
  json["absent"] = Json::object();
  for (std::size_t u = 0; u < counts.present.size(); ++u) {
    json["present"][vocabulary.action_units.at(u)] = counts.present[u];
    json["absent"][vocabulary.action_units.at(u)] = counts.absent[u];
  }
  return json;
}

std::string record_to_json(const RunRecord& record) {
  Json json;
  json["format"] = kRunFormat;
  json["mien"] = std::string(kVersion);
  json["libtorch"] = TORCH_VERSION;
  json["seed"] = record.seed;
  json["threads"] = record.threads;
  json["device"] = record.device;
  json["precision"] = record.precision;
  json["vocabulary"] = Json::parse(vocabulary_to_json(record.vocabulary));
  json["training"] = counts_json(record.training, record.vocabulary);
  json["validation"] = counts_json(record.validation, record.vocabulary);
  json["data"] = record.data;
  return json.dump(2) + "\n";
}

Json read_record(const fs::path& file) {
  try {
    return Json::parse(read_file(file));
  } catch (const Json::exception&) {
    throw DataError(file.string(), "is not the record of a run that mien writes");
  }
}

void check_version(const fs::path& folder) {
  const fs::path file = folder / RunFolder::kRecordName;
  if (!fs::exists(file)) {
    throw DataError(folder.string(),
                    "holds no run of mien (no " + std::string(RunFolder::kRecordName) +
                        "): begin one with `mien train ... -o " + folder.string() + "`");
  }
  const Json json = read_record(file);
  const auto format = json.find("format");
  if (format == json.end() || *format != kRunFormat) {
    throw DataError(file.string(),
                    "the run has format " + (format == json.end() ? "?" : format->dump()) +
                        " and was made by mien " + json.value("mien", "?") + "; this program (" +
                        std::string(kVersion) + ") goes on with format " +
                        std::to_string(kRunFormat) +
                        ": use the version that began it, or begin a new run");
  }
}

}  // namespace

RunFolder::RunFolder(fs::path folder) : folder_(std::move(folder)) {
  lock_ = std::make_unique<FolderLock>(folder_);
  remove_leftovers(folder_);
}

bool RunFolder::holds_run(const fs::path& folder) {
  return fs::exists(folder / kOptionsName) || fs::exists(folder / kRecordName) ||
         fs::exists(folder / "checkpoint.safetensors");
}

void RunFolder::check_free(const fs::path& folder) {
  if (!holds_run(folder)) return;
  throw UsageError(folder.string() + " holds a run already: go on with it by --resume " +
                   folder.string() + ", or choose another folder");
}

RunFolder RunFolder::create(const fs::path& folder, TrainOptions options, const RunRecord& record) {
  check_free(folder);
  make_folder(folder);
  RunFolder run(folder);
  check_free(folder);  // another program may have come first
  write_file_atomically(run.options_file(), to_toml(fields_of(options), true));
  write_file_atomically(folder / kRecordName, record_to_json(record));
  return run;
}

RunFolder RunFolder::open(const fs::path& folder) {
  check_version(folder);
  return RunFolder(folder);
}

std::string RunFolder::epoch_name(std::int64_t epoch) {
  constexpr std::size_t kDigits = 4;
  std::string digits = std::to_string(epoch);
  if (digits.size() < kDigits) digits.insert(0, kDigits - digits.size(), '0');
  return kEpochBegin + digits + kWeightsEnding;
}

std::vector<std::int64_t> RunFolder::kept_epochs(const fs::path& folder) {
  std::vector<std::int64_t> epochs;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kEpochBegin) || !name.ends_with(kWeightsEnding)) continue;
    const std::size_t begin = std::string_view(kEpochBegin).size();
    const std::size_t end = name.size() - std::string_view(kWeightsEnding).size();
    const auto epoch = parse_integer(std::string_view(name).substr(begin, end - begin));
    if (epoch) epochs.push_back(*epoch);
  }
  std::sort(epochs.begin(), epochs.end());
  return epochs;
}

TrainOptions RunFolder::options() const {
  TrainOptions options;
  read_toml(fields_of(options), options_file());
  options.check();
  return options;
}

RunRecord RunFolder::record() const {
  const fs::path file = folder_ / kRecordName;
  const Json json = read_record(file);
  RunRecord record;
  try {
    json.at("seed").get_to(record.seed);
    json.at("threads").get_to(record.threads);
    json.at("device").get_to(record.device);
    json.at("precision").get_to(record.precision);
    json.at("data").get_to(record.data);
  } catch (const Json::exception&) {
    throw DataError(file.string(), "lacks what mien writes there");
  }
  return record;
}

void RunFolder::add_epoch(const EpochResult& result) {
  append_record(metrics_file(), epoch_to_json(result) + "\n");
}

void RunFolder::keep_epochs(std::int64_t last) {
  if (!fs::exists(metrics_file())) return;
  const std::string text = read_file(metrics_file());
  std::string kept;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) break;
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    if (epoch_from_json(line, metrics_file().string()).epoch <= last)
      kept += std::string(line) + "\n";
    begin = end + 1;
  }
  if (kept != text) write_file_atomically(metrics_file(), kept);
}

EpochResult RunFolder::epoch(std::int64_t number) const {
  for (EpochResult& result : read_epochs(metrics_file())) {
    if (result.epoch == number) return std::move(result);
  }
  throw DataError(metrics_file().string(), "has no line for epoch " + std::to_string(number));
}

}  // namespace mien
