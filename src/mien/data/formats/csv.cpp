// Anything else: a csv with `image` and any of valence, arousal, expression (a name), AUnn.
#include <algorithm>
#include <optional>
#include <unordered_map>

#include "mien/affect/vocabulary.h"
#include "mien/core/text.h"
#include "mien/data/formats/format.h"
#include "mien/data/label_fields.h"
#include "mien/data/table_reader.h"
#include "mien/error.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kTraining = {"train.csv", "training.csv"};
const std::vector<std::string> kValidation = {"val.csv", "valid.csv", "validation.csv"};
constexpr double kMissing = -5;
constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

/// Where the columns are that matter.
struct Columns {
  std::size_t image = kAbsent;
  std::size_t valence = kAbsent;
  std::size_t arousal = kAbsent;
  std::size_t expression = kAbsent;
  std::vector<std::pair<std::string, std::size_t>> units;
  std::vector<std::string> ignored;
  std::size_t count = 0;
};

std::optional<std::string> unit_name(const std::string& column) {
  if (!column.starts_with("au")) return std::nullopt;
  try {
    return canonical_action_unit(column);
  } catch (const OptionError&) {
    return std::nullopt;
  }
}

void place_column(Columns& columns, std::string_view text, std::size_t index) {
  const std::string name = lower(trim(text));
  if (name == "image") {
    columns.image = index;
  } else if (name == "valence") {
    columns.valence = index;
  } else if (name == "arousal") {
    columns.arousal = index;
  } else if (name == "expression") {
    columns.expression = index;
  } else if (auto unit = unit_name(name)) {
    columns.units.emplace_back(std::move(*unit), index);
  } else {
    columns.ignored.emplace_back(text);
  }
}

Columns read_header(TableReader& table) {
  table.next();
  Columns columns;
  columns.count = table.fields().size();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < columns.count; ++i) {
    names.push_back(lower(trim(table.fields()[i])));
    const auto unit = unit_name(names.back());
    if (unit) names.back() = *unit;
    if (std::count(names.begin(), names.end(), names.back()) > 1 && !names.back().empty()) {
      table.fail("the column '" + names.back() + "' is there twice");
    }
    place_column(columns, table.fields()[i], i);
  }
  if (columns.image == kAbsent) table.fail("the first line has no column 'image'");
  std::sort(columns.units.begin(), columns.units.end());
  return columns;
}

bool is_csv(const fs::path& path) {
  fs::path list = path;
  if (fs::is_directory(path)) {
    std::vector<std::string> names = kTraining;
    names.insert(names.end(), kValidation.begin(), kValidation.end());
    list = first_existing(path, names);
    if (list.empty()) return false;
  }
  const std::string header = lower(first_line(list));
  if (header == "image" && list.extension() != ".csv") return false;
  bool image = false;
  for (const std::string_view name : split(header, ',')) {
    if (trim(name) == "aus") return false;
    image = image || trim(name) == "image" || trim(name) == "\"image\"";
  }
  return image;
}

/// Reads rows; classes are numbered as they turn up and take their places at the end.
class CsvReader {
 public:
  CsvReader(TableReader& table, std::string root) : table_(table), root_(std::move(root)) {}

  SampleSet read() {
    columns_ = read_header(table_);
    set_.name = table_.file();
    set_.samples.reserve(table_.estimated_records());
    while (table_.next()) read_row();
    check_unique_names(set_, lines_);
    settle_classes();
    set_.vocabulary.valence_arousal = columns_.valence != kAbsent && columns_.arousal != kAbsent;
    for (auto& [name, column] : columns_.units) set_.vocabulary.action_units.push_back(name);
    if (!columns_.ignored.empty()) {
      set_.notes.push_back("columns passed over: " + join(columns_.ignored, ", "));
    }
    return std::move(set_);
  }

 private:
  void read_row() {
    table_.expect_fields(columns_.count);
    const auto& fields = table_.fields();
    const std::string_view name = fields[columns_.image];
    if (name.empty()) table_.fail("no picture is named");
    Label label;
    if (columns_.valence != kAbsent) {
      label.valence = parse_affect(fields[columns_.valence], kMissing, "valence", table_);
    }
    if (columns_.arousal != kAbsent) {
      label.arousal = parse_affect(fields[columns_.arousal], kMissing, "arousal", table_);
    }
    if (columns_.expression != kAbsent) label.expression = class_of(fields[columns_.expression]);
    for (const auto& [unit, column] : columns_.units) {
      label.action_units.push_back(parse_unit(fields[column], unit, table_));
    }
    set_.samples.push_back({std::string(name), picture_path(root_, name), std::move(label)});
    lines_.push_back(table_.line());
  }

  int class_of(std::string_view text) {
    text = trim(text);
    if (text.empty() || text == "-1") return -1;
    const auto known = numbers_.find(std::string(text));
    if (known != numbers_.end()) return known->second;
    std::string name = ClassNames::checked(text, table_.file(), table_.line());
    auto place = std::find(classes_.begin(), classes_.end(), name);
    const int number = static_cast<int>(place - classes_.begin());
    if (place == classes_.end()) classes_.push_back(std::move(name));
    numbers_.emplace(std::string(text), number);
    return number;
  }

  void settle_classes() {
    set_.vocabulary.expressions = ClassNames::ordered(classes_);
    const std::vector<int> places = map_by_name(classes_, set_.vocabulary.expressions);
    for (Sample& sample : set_.samples) {
      int& expression = sample.label.expression;
      if (expression >= 0) expression = places[static_cast<std::size_t>(expression)];
    }
  }

  TableReader& table_;
  std::string root_;
  Columns columns_;
  SampleSet set_;
  std::vector<std::int64_t> lines_;
  std::vector<std::string> classes_;
  std::unordered_map<std::string, int> numbers_;
};

SampleSet read_csv(const SetOptions& options, SetPart part) {
  const fs::path list =
      list_of_part(options, part, part == SetPart::kTraining ? kTraining : kValidation);
  std::string root = picture_root(options, list);
  if (root.empty()) root = list.parent_path().string();
  TableReader table(list);
  return CsvReader(table, std::move(root)).read();
}

}  // namespace

Format csv_format() {
  return {"csv", "a csv (train.csv, val.csv) with a column 'image'", is_csv, read_csv};
}

}  // namespace mien
