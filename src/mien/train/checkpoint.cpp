#include "mien/train/checkpoint.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "mien/error.h"

namespace mien {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kCheckpointKey = "mien.checkpoint";
constexpr const char* kCheckpointFormat = "1";
constexpr const char* kProgressKey = "mien.progress";
constexpr const char* kOptionsKey = "mien.options";

// Doubles keep their bits: the JSON has as many digits as that takes.
Json mean_to_json(const EpochSums::Mean& mean) {
  return Json::array({mean.sum, mean.count});
}

EpochSums::Mean mean_from_json(const Json& json) {
  return {json.at(0).get<double>(), json.at(1).get<double>()};
}

std::string progress_to_json(const TrainProgress& progress) {
  Json json;
  json["epoch"] = progress.epoch;
  json["batch"] = progress.batch;
  json["losses"] = Json::object();
  for (const auto& [name, mean] : progress.sums.losses) json["losses"][name] = mean_to_json(mean);
  json["gradient_norm"] = mean_to_json(progress.sums.gradient_norm);
  json["images"] = progress.sums.images;
  json["seconds"] = progress.sums.seconds;
  json["lr"] = progress.lr;
  json["best_epoch"] = progress.best_epoch;
  json["best_total"] = progress.best_total ? Json(*progress.best_total) : Json();
  json["finished"] = progress.finished;
  return json.dump();
}

TrainProgress progress_from_json(const std::string& text, const std::string& file) {
  TrainProgress progress;
  try {
    const Json json = Json::parse(text);
    json.at("epoch").get_to(progress.epoch);
    json.at("batch").get_to(progress.batch);
    for (const auto& [name, mean] : json.at("losses").items()) {
      progress.sums.losses[name] = mean_from_json(mean);
    }
    progress.sums.gradient_norm = mean_from_json(json.at("gradient_norm"));
    json.at("images").get_to(progress.sums.images);
    json.at("seconds").get_to(progress.sums.seconds);
    json.at("lr").get_to(progress.lr);
    json.at("best_epoch").get_to(progress.best_epoch);
    if (!json.at("best_total").is_null()) progress.best_total = json.at("best_total").get<double>();
    json.at("finished").get_to(progress.finished);
  } catch (const Json::exception&) {
    throw DataError(file, "the checkpoint's record of progress cannot be read");
  }
  return progress;
}

std::string header_entry(const StateDict& state, const char* key, const std::string& file) {
  const auto found = state.metadata.find(key);
  if (found == state.metadata.end()) {
    throw DataError(file, std::string("is no checkpoint of mien: its header has no ") + key);
  }
  return found->second;
}

}  // namespace

void EpochSums::add(const BatchLosses& batch, std::int64_t size) {
  const auto weight = static_cast<double>(size);
  for (const auto& [name, task] : batch.tasks) {
    Mean& mean = losses[name];
    if (!task.labelled) continue;
    mean.sum += task.value * weight;
    mean.count += weight;
  }
  images += size;
}

void write_checkpoint(const std::filesystem::path& file,
                      StateDict state,
                      const TrainProgress& progress,
                      const std::string& options) {
  state.metadata[kCheckpointKey] = kCheckpointFormat;
  state.metadata[kProgressKey] = progress_to_json(progress);
  state.metadata[kOptionsKey] = options;
  write_safetensors(file, state);
}

Checkpoint read_checkpoint(const std::filesystem::path& file) {
  Checkpoint checkpoint;
  checkpoint.state = read_safetensors(file);
  const std::string name = file.string();
  const std::string format = header_entry(checkpoint.state, kCheckpointKey, name);
  if (format != kCheckpointFormat) {
    throw DataError(name,
                    "is a checkpoint of format " + format + ", and this program reads " +
                        kCheckpointFormat + ": go on with the version of mien that wrote it");
  }
  checkpoint.progress =
      progress_from_json(header_entry(checkpoint.state, kProgressKey, name), name);
  checkpoint.options = header_entry(checkpoint.state, kOptionsKey, name);
  return checkpoint;
}

}  // namespace mien
