#include <algorithm>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "mien/affect/vocabulary.h"
#include "mien/cli/commands/commands.h"
#include "mien/cli/training_report.h"
#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/ensemble.h"
#include "mien/report/table.h"
#include "mien/train/run_folder.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string shape_text(const at::Tensor& tensor) {
  std::vector<std::string> sizes;
  for (const std::int64_t size : tensor.sizes()) sizes.push_back(std::to_string(size));
  return "[" + join(sizes, ", ") + "]";
}

std::string type_text(const at::Tensor& tensor) {
  std::string name = c10::toString(tensor.scalar_type());
  return lower(name);
}

struct TensorTotals {
  std::int64_t tensors = 0;
  std::int64_t numbers = 0;
  std::map<std::string, std::int64_t> types;  ///< tensors of each type
};

TensorTotals totals_of(const StateDict& state) {
  TensorTotals totals;
  for (const auto& [name, tensor] : state.tensors) {
    ++totals.tensors;
    totals.numbers += tensor.numel();
    ++totals.types[type_text(tensor)];
  }
  return totals;
}

/// Header entries as JSON where they are JSON, else as text.
Json header_json(const StateDict& state) {
  Json header = Json::object();
  for (const auto& [key, text] : state.metadata) {
    Json value = Json::parse(text, nullptr, false);
    header[key] = value.is_discarded() || !value.is_structured() ? Json(text) : value;
  }
  return header;
}

/// What an ensemble's file says, and of each member whether it is as it was.
Json ensemble_json(const fs::path& file) {
  EnsembleFile ensemble = read_ensemble_file(file);
  Json json = Json::parse(to_json(fields_of(ensemble)));
  for (std::size_t i = 0; i < ensemble.members.size(); ++i) {
    std::string state = "as it was";
    try {
      member_file(file, ensemble.members[i]);
    } catch (const DataError& error) {
      state = error.what();
    }
    json["members"][i]["state"] = state;
  }
  return json;
}

/// `key = value` lines of an object, nested ones and lists of them by dotted keys.
void append_lines(std::string& text, const Json& json, const std::string& prefix) {
  for (const auto& [key, value] : json.items()) {
    const std::string name = prefix.empty() ? key : prefix + "." + key;
    if (value.is_object() || (value.is_array() && !value.empty() && value.front().is_object())) {
      append_lines(text, value, name);
    } else {
      text += "  " + name + " = " + (value.is_string() ? value.get<std::string>() : value.dump()) +
              "\n";
    }
  }
}

class Info : public Command {
 public:
  Syntax syntax() const override {
    Syntax syntax;
    syntax.name = "info";
    syntax.summary =
        "show what a weights file, a run or an ensemble holds: options, classes, scores, tensors";
    syntax.usage = "mien info FILE|RUN|ENSEMBLE [--tensors] [--json]";
    syntax.positionals = {"FILE|RUN|ENSEMBLE"};
    syntax.required = 1;
    syntax.main_options = {"tensors", "json"};
    syntax.notes = {
        "A model card that lies beside weights, FILE.md beside FILE.safetensors, is shown too."};
    syntax.examples = {"mien info runs/emma", "mien info DAN.pth --tensors"};
    return syntax;
  }

  void describe_options(Fields& fields) override {
    fields.add("tensors", tensors_, "list every tensor with its shape and type");
    fields.add("json", json_, "print JSON instead of text");
  }

  int run(const Arguments& arguments, Console& console, const StopFlag& /*stop*/) override {
    const fs::path path = arguments.positionals[0];
    if (!fs::exists(path)) throw DataError(path.string(), "no such file or run");
    const bool is_run = fs::is_directory(path);
    const fs::path file = weights_file(path);
    Json json;
    if (is_run) json["run"] = run_json(path);
    if (fs::exists(file)) {
      add_file(json, file);
    } else {
      console.info(file.string() + " is not there yet: no epoch of this run is finished");
    }
    console.print(json_ ? json.dump(2, ' ', false, Json::error_handler_t::replace) : text(json));
    return 0;
  }

 private:
  static Json run_json(const fs::path& run);
  void add_file(Json& json, const fs::path& file) const;
  static std::string text(const Json& json);

  bool tensors_ = false;
  bool json_ = false;
};

Json Info::run_json(const fs::path& run) {
  if (!fs::exists(run / RunFolder::kRecordName))
    throw DataError(run.string(),
                    "holds no run of mien (no " + std::string(RunFolder::kRecordName) + ")");
  Json json{{"folder", run.string()}};
  json["record"] = Json::parse(read_file(run / RunFolder::kRecordName), nullptr, false);
  const std::vector<EpochResult> epochs = read_epochs(run / RunFolder::kMetricsName);
  json["epochs"] = epochs.size();
  const EpochResult* best = nullptr;
  for (const EpochResult& epoch : epochs) {
    if (epoch.best) best = &epoch;
  }
  if (best != nullptr) {
    json["best_epoch"] = best->epoch;
    json["scores"] = brief_scores(best->validation.pooled);
  }
  return json;
}

void Info::add_file(Json& json, const fs::path& file) const {
  json["file"] = file.string();
  json["bytes"] = fs::file_size(file);
  json["sha256"] = sha256_of_file(file);
  if (is_ensemble_file(file)) {
    json["ensemble"] = ensemble_json(file);
    return;
  }
  const fs::path card = fs::path(file).replace_extension(".md");
  if (fs::exists(card)) json["model_card"] = read_file(card);
  const StateDict state = read_weights(file);
  const TensorTotals totals = totals_of(state);
  json["header"] = header_json(state);
  json["tensors"] = {
      {"count", totals.tensors}, {"numbers", totals.numbers}, {"types", totals.types}};
  if (!tensors_) return;
  json["list"] = Json::array();
  for (const auto& [name, tensor] : state.tensors) {
    json["list"].push_back(
        {{"name", name}, {"shape", shape_text(tensor)}, {"type", type_text(tensor)}});
  }
}

std::string Info::text(const Json& json) {
  std::string result;
  for (const auto& [key, value] : json.items()) {
    if (key == "list" || !value.is_structured()) continue;
    result += key + ":\n";
    append_lines(result, value, "");
  }
  std::string head;
  for (const char* key : {"file", "bytes", "sha256"}) {
    if (!json.contains(key)) continue;
    const Json& value = json[key];
    head += std::string(key) + ": " +
            (value.is_string() ? value.get<std::string>() : value.dump()) + "\n";
  }
  if (json.contains("list")) {
    Table table{{"tensor", "shape", "type"}, {}};
    for (const Json& tensor : json["list"]) {
      table.rows.push_back({tensor["name"], tensor["shape"], tensor["type"]});
    }
    result += "\n" + to_text(table);
  }
  if (json.contains("model_card")) result += "\n" + json["model_card"].get<std::string>();
  return head + result;
}

}  // namespace

std::unique_ptr<Command> make_info() {
  return std::make_unique<Info>();
}

}  // namespace mien::cli
