// ABAW's multi-task lists: a header, then `VIDEO/00001.jpg,valence,arousal,expression,` and 12
// units.
#include "mien/core/text.h"
#include "mien/data/formats/format.h"
#include "mien/data/label_fields.h"
#include "mien/data/table_reader.h"
#include "mien/error.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHeader = "image,valence,arousal,expression,aus";
constexpr double kMissing = -5;
const std::vector<std::string> kTraining = {"training_set_annotations.txt"};
const std::vector<std::string> kValidation = {"validation_set_annotations.txt"};

std::string header_of(const fs::path& file) {
  return lower(trim(first_line(file)));
}

bool is_mtl(const fs::path& path) {
  if (fs::is_directory(path)) {
    return !first_existing(path, {kTraining[0], kValidation[0]}).empty();
  }
  const std::string header = header_of(path);
  return header == kHeader || (header == "image" && path.extension() != ".csv");
}

Label read_label(const TableReader& table, const Vocabulary& vocabulary) {
  const auto& fields = table.fields();
  Label label;
  label.valence = parse_affect(fields[1], kMissing, "valence", table);
  label.arousal = parse_affect(fields[2], kMissing, "arousal", table);
  label.expression = parse_class(fields[3], vocabulary.expressions.size(), table);
  label.action_units.resize(vocabulary.action_units.size());
  for (std::size_t i = 0; i < label.action_units.size(); ++i) {
    label.action_units[i] = parse_unit(fields[4 + i], vocabulary.action_units[i], table);
  }
  return label;
}

bool read_header(TableReader& table) {
  table.next();
  std::vector<std::string> names;
  for (const std::string_view field : table.fields()) names.push_back(lower(trim(field)));
  const std::string header = join(names, ",");
  if (header != kHeader && header != "image") {
    table.fail("the first line must be '" + std::string(kHeader) +
               "', or 'image' for a list without labels");
  }
  return header == kHeader;
}

SampleSet read_mtl(const SetOptions& options, SetPart part) {
  const fs::path list =
      list_of_part(options, part, part == SetPart::kTraining ? kTraining : kValidation);
  const std::string root = picture_root(options, list);
  TableReader table(list);
  const bool labelled = read_header(table);
  SampleSet set{list.string(), labelled ? abaw_mtl_vocabulary() : Vocabulary{}, {}};
  const std::size_t columns = labelled ? 4 + set.vocabulary.action_units.size() : 1;
  std::vector<std::int64_t> lines;
  set.samples.reserve(table.estimated_records());
  lines.reserve(table.estimated_records());
  while (table.next()) {
    table.expect_fields(columns);
    const std::string_view name = table.fields()[0];
    if (name.empty()) table.fail("no picture is named");
    set.samples.push_back({std::string(name),
                           picture_path(root, name),
                           labelled ? read_label(table, set.vocabulary) : Label{}});
    lines.push_back(table.line());
  }
  check_unique_names(set, lines);
  return set;
}

}  // namespace

Format abaw_mtl_format() {
  return {"abaw-mtl",
          "training_set_annotations.txt or validation_set_annotations.txt",
          is_mtl,
          read_mtl};
}

}  // namespace mien
