#include "mien/cli/reproduce/reproduction.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <nlohmann/json.hpp>

#include "mien/cli/reproduce/child.h"
#include "mien/cli/reproduce/training_record.h"
#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/ensemble.h"
#include "mien/nn/weights.h"
#include "mien/train/run_folder.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

/// A label as the name of a file: "EMMA (CelebA)" -> "emma-celeba".
std::string file_name_of(const std::string& label) {
  std::string name;
  for (const char c : lower(label)) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (plain) name += c;
    if (!plain && !name.empty() && name.back() != '-') name += '-';
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name;
}

bool asked_for(const PaperRow& row, const std::vector<std::string>& parts) {
  const std::string label = lower(row.label);
  return parts.empty() || std::any_of(parts.begin(), parts.end(), [&](const std::string& part) {
           return label.find(lower(part)) != std::string::npos;
         });
}

std::vector<std::optional<double>> scores_in(const fs::path& file, const PaperTable& table) {
  const auto json = nlohmann::json::parse(read_file(file), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("pooled")) {
    throw DataError(file.string(), "holds no scores: remove it, and it is made again");
  }
  std::vector<std::optional<double>> scores;
  for (const ScoreColumn& column : score_columns(table)) {
    const auto found = json["pooled"].find(column.key);
    const bool there = found != json["pooled"].end() && found->is_number();
    scores.push_back(there ? std::optional(found->get<double>()) : std::nullopt);
  }
  return scores;
}

/// Whether the ensemble is there, of members as they are now.
bool is_as_made(const fs::path& ensemble) {
  if (!fs::exists(ensemble)) return false;
  try {
    for (const EnsembleMember& member : read_ensemble_file(ensemble).members) {
      member_file(ensemble, member);
    }
    return true;
  } catch (const DataError&) {
    return false;
  }
}

/// SHA-256 of the weights that the evaluation is of; empty where it does not say.
std::string scored_weights(const fs::path& file) {
  const auto json = nlohmann::json::parse(read_file(file), nullptr, /*allow_exceptions=*/false);
  return json.is_object() ? json.value("sha256", std::string()) : std::string();
}

/// "table5-emma-celeba-here-faces-1": tables may share a folder.
std::string score_name(const PaperTable& table, const PaperRow& row, std::int64_t seed) {
  return table.name + "-" + file_name_of(row.label) + "-" + std::to_string(seed);
}

}  // namespace

Reproduction::Reproduction(PaperTable table,
                           ReproduceOptions options,
                           Console& console,
                           const StopFlag& stop)
    : table_(std::move(table)), options_(std::move(options)), console_(console), stop_(stop) {
  for (const std::string& entry : options_.use) {
    const std::size_t middle = entry.find('=');
    const std::string name = entry.substr(0, middle);
    if (middle == std::string::npos || middle + 1 == entry.size()) {
      throw OptionError("use", "--use " + entry + ": RUN=FILE is needed");
    }
    table_.run(name);
    const std::string weights = entry.substr(middle + 1);
    if (!fs::exists(weights)) throw DataError(weights, "is not there (--use " + name + ")");
    use_[name] = fs::absolute(weights).string();
  }
}

void Reproduction::run(const std::function<void(const std::vector<RowResult>&)>& done) {
  std::vector<RowResult> results;
  results.reserve(table_.rows.size());
  for (const PaperRow& row : table_.rows) results.push_back(known(row));
  bool any = false;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!asked_for(table_.rows[i], options_.rows)) continue;
    any = true;
    results[i] = row_result(table_.rows[i]);
    done(results);
  }
  if (!any) {
    throw OptionError("rows", "--rows " + join(options_.rows, ",") + ": no row's label has that");
  }
}

RowResult Reproduction::known(const PaperRow& row) const {
  RowResult result;
  result.label = row.label;
  result.published = row.published;
  result.lacks = missing_for(row);
  result.note = note_of(row);
  for (std::int64_t seed = 1; seed <= options_.seeds; ++seed) {
    const fs::path file = score_file(row, seed);
    if (fs::exists(file)) result.seeds.push_back({seed, scores_in(file, table_)});
  }
  if (result.seeds.empty()) {
    if (result.lacks.empty()) result.lacks = "not trained yet";
    return result;
  }
  result.lacks.clear();
  add_costs(row, result);
  return result;
}

RowResult Reproduction::row_result(const PaperRow& row) {
  RowResult result;
  result.label = row.label;
  result.published = row.published;
  result.lacks = missing_for(row);
  result.note = note_of(row);
  if (!result.lacks.empty()) {
    if (options_.plan) console_.warn("row '" + row.label + "': " + result.lacks);
    return result;
  }
  try {
    for (std::int64_t seed = 1; seed <= options_.seeds; ++seed) {
      for (const std::string& name : needed_runs(table_, members_of(row), use_)) {
        make_run(table_.run(name), seed);
      }
      if (!options_.plan) result.seeds.push_back(scored(row, seed));
    }
    if (!options_.plan) add_costs(row, result);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kInterrupted || error.kind() == ErrorKind::kUsage) throw;
    console_.warn("row '" + row.label + "': " + error.what());
    failed_ = true;
    result.lacks = error.what();
  }
  return result;
}

const std::vector<std::string>& Reproduction::members_of(const PaperRow& row) const {
  return options_.scale == "small" && !row.small_runs.empty() ? row.small_runs : row.runs;
}

std::string Reproduction::missing_for(const PaperRow& row) const {
  if (!row.lacks.empty()) return row.lacks;
  for (const std::string& name : needed_runs(table_, members_of(row), use_)) {
    const PaperRun& run = table_.run(name);
    if (run.pictures == "faces" && options_.faces.empty()) return "needs --faces";
    if (run.pictures == "natural" && options_.natural.empty()) return "needs --natural";
    const PaperRun* absent = absent_weights(run);
    if (absent == nullptr || (options_.scale == "small" && !run.needs_backbone)) continue;
    return "needs weights: " + absent->weights + " (--use " + absent->name + "=FILE)";
  }
  return "";
}

std::string Reproduction::note_of(const PaperRow& row) const {
  for (const std::string& name : needed_runs(table_, members_of(row), use_)) {
    const PaperRun* absent = absent_weights(table_.run(name));
    if (absent != nullptr) return "from nothing, without " + absent->weights;
  }
  return "";
}

const PaperRun* Reproduction::absent_weights(const PaperRun& run) const {
  if (run.backbone.empty() || given_weights(run.backbone) != nullptr) return nullptr;
  const PaperRun& backbone = table_.run(run.backbone);
  return backbone.weights.empty() ? nullptr : &backbone;
}

std::optional<fs::path> Reproduction::backbone_path(const PaperRun& run, std::int64_t seed) const {
  if (run.backbone.empty() || absent_weights(run) != nullptr) return std::nullopt;
  return run_path(run.backbone, seed);
}

fs::path Reproduction::score_file(const PaperRow& row, std::int64_t seed) const {
  return fs::path(options_.output) / "scores" / (score_name(table_, row, seed) + ".json");
}

fs::path Reproduction::weights_of(const PaperRow& row, std::int64_t seed) {
  const Words& members = members_of(row);
  if (members.size() == 1 && epochs_of(members[0]).empty()) {
    return weights_file(run_path(members[0], seed));
  }
  const fs::path file =
      fs::path(options_.output) / "ensembles" / (score_name(table_, row, seed) + ".toml");
  if (is_as_made(file)) return file;
  Words words = {"ensemble"};
  for (const std::string& member : members) {
    words.push_back(run_path(run_name(member), seed).string() + epochs_of(member));
  }
  words.insert(words.end(), {"-o", file.string()});
  make_folder(file.parent_path());
  call(words, "the ensemble");
  return file;
}

RowScores Reproduction::scored(const PaperRow& row, std::int64_t seed) {
  const fs::path file = score_file(row, seed);
  const fs::path weights = weights_of(row, seed);
  if (!fs::exists(file) || scored_weights(file) != sha256_of_file(weights)) {
    Words words = {"evaluate", weights.string()};
    for (const std::string& set : options_.data) words.insert(words.end(), {"--data", set});
    add_data_settings(options_, words);
    add_place(options_.place, words);
    words.insert(words.end(), {"-o", file.string()});
    make_folder(file.parent_path());
    call(words, "the evaluation");
  }
  return {seed, scores_in(file, table_)};
}

void Reproduction::add_costs(const PaperRow& row, RowResult& result) const {
  const std::string name = run_name(members_of(row).back());
  if (given_weights(name) != nullptr) return;
  double speed = 0;
  double peak = 0;
  for (const RowScores& each : result.seeds) {
    const auto epochs = read_epochs(run_path(name, each.seed) / RunFolder::kMetricsName);
    double sum = 0;
    for (const EpochResult& epoch : epochs) sum += epoch.images_per_second;
    speed += sum / static_cast<double>(std::max<std::size_t>(epochs.size(), 1));
    const auto record = read_training_record(record_path(name, each.seed));
    if (record) peak = std::max(peak, record->peak_mebibytes);
  }
  result.images_per_second = speed / static_cast<double>(result.seeds.size());
  result.peak_mebibytes = peak;
}

void Reproduction::make_run(const PaperRun& run, std::int64_t seed) {
  if (!run.weights.empty() || (run.once && seed > 1)) return;
  const fs::path folder = run_path(run.name, seed);
  const fs::path record_file = record_path(run.name, seed);
  const Words words = training_arguments(run, seed);
  const Words base = options_.plan ? Words() : stands_on(run, seed);
  const auto before = read_training_record(record_file);
  if (before && before->command != words) {
    throw UsageError(
        folder.string() + " was made by another command: " + command_line(before->command) +
        "; give another -o, or remove that folder and " + record_file.filename().string());
  }
  if (before && !options_.plan && before->stands_on != base) {
    throw UsageError(folder.string() +
                     " started from weights that are others by now: give another "
                     "-o, or remove that folder and " +
                     record_file.filename().string());
  }
  if (before && before->finished) return;
  if (options_.plan) {
    if (planned_.insert(folder).second) console_.print(command_line(words));
    return;
  }
  TrainingRecord record = before.value_or(TrainingRecord{words, base, false, 0, 0});
  make_folder(record_file.parent_path());
  write_training_record(record, record_file);
  console_.info(command_line(words));
  const Words again = {words[0], "--resume", folder.string()};
  const ChildResult result = run_self(RunFolder::holds_run(folder) ? again : words, stop_);
  record.seconds += result.seconds;
  record.peak_mebibytes = std::max(record.peak_mebibytes, result.peak_mebibytes);
  record.finished = result.exit_code == 0;
  write_training_record(record, record_file);
  check_exit(result.exit_code, "the training " + run.name);
}

std::vector<std::string> Reproduction::stands_on(const PaperRun& run, std::int64_t seed) const {
  std::vector<std::string> hashes;
  if (const auto backbone = backbone_path(run, seed)) {
    hashes.push_back(sha256_of_file(weights_file(*backbone)));
  }
  if (!run.dan.empty()) hashes.push_back(sha256_of_file(weights_file(run_path(run.dan, seed))));
  return hashes;
}

void Reproduction::call(const Words& arguments, const std::string& what) {
  console_.info(command_line(arguments));
  check_exit(run_self(arguments, stop_).exit_code, what);
}

void Reproduction::check_exit(int code, const std::string& what) const {
  if (code == static_cast<int>(ErrorKind::kInterrupted) || (code != 0 && stop_.requested())) {
    throw Error(ErrorKind::kInterrupted,
                "stopped during " + what + "; the same command goes on from there");
  }
  if (code == 0) return;
  throw FailureError(what + " ended with exit code " + std::to_string(code) +
                     "; what it said is above");
}

fs::path Reproduction::run_path(const std::string& name, std::int64_t seed) const {
  if (const std::string* given = given_weights(name)) return *given;
  const std::int64_t own = table_.run(name).once ? 1 : seed;
  return fs::path(options_.output) / "runs" / (name + "-" + std::to_string(own));
}

fs::path Reproduction::record_path(const std::string& name, std::int64_t seed) const {
  return run_path(name, seed).string() + ".json";
}

const std::string* Reproduction::given_weights(const std::string& name) const {
  const auto found = use_.find(name);
  return found == use_.end() ? nullptr : &found->second;
}

}  // namespace mien::cli
