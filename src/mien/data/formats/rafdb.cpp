// RAF-DB: list_patition_label.txt with `train_00001.jpg 5`, classes 1..7, test_ names for
// validation.
#include <algorithm>

#include "mien/data/formats/format.h"
#include "mien/data/label_fields.h"
#include "mien/data/table_reader.h"
#include "mien/error.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

// The file's own spelling.
const std::vector<std::string> kLists = {"list_patition_label.txt",
                                         "EmoLabel/list_patition_label.txt",
                                         "basic/EmoLabel/list_patition_label.txt",
                                         "list_partition_label.txt"};
const std::vector<std::string> kPictureFolders = {"Image/aligned",
                                                  "../Image/aligned",
                                                  "basic/Image/aligned",
                                                  "aligned",
                                                  "Image/original",
                                                  "../Image/original",
                                                  "original"};

bool is_rafdb(const fs::path& path) {
  if (fs::is_directory(path)) return !first_existing(path, kLists).empty();
  const std::string name = path.filename().string();
  return name == kLists.front() || name == kLists.back();
}

std::string pictures_of(const SetOptions& options, const fs::path& list) {
  if (!options.root.empty()) return options.root;
  for (const fs::path& folder : {fs::path(options.path), list.parent_path()}) {
    const fs::path found = first_existing(folder, kPictureFolders);
    if (!found.empty()) return found.string();
  }
  return list.parent_path().string();
}

/// The aligned pictures have a name of their own: train_00001_aligned.jpg.
std::string picture_name(std::string_view name, const std::string& root) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || fs::path(root).filename() != "aligned") {
    return std::string(name);
  }
  return std::string(name.substr(0, dot)) + "_aligned" + std::string(name.substr(dot));
}

SampleSet read_rafdb(const SetOptions& options, SetPart part) {
  const fs::path list = list_of_part(options, part, kLists);
  const std::string root = pictures_of(options, list);
  const std::string_view prefix = part == SetPart::kTraining ? "train_" : "test_";
  TableReader table(list, ' ');
  SampleSet set{list.string(), {}, {}};
  set.vocabulary.expressions = {
      "surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral"};
  std::vector<std::int64_t> lines;
  while (table.next()) {
    table.expect_fields(2);
    const std::string_view name = table.fields()[0];
    const auto number = parse_whole_number(table.fields()[1]);
    if (!number || *number < 1 || *number > 7) {
      table.fail("class '" + std::string(table.fields()[1]) + "' is not a number from 1 to 7");
    }
    if (!name.starts_with("train_") && !name.starts_with("test_")) {
      table.fail("the picture's name must begin with train_ or test_");
    }
    if (!name.starts_with(prefix)) continue;
    Sample sample{std::string(name), picture_path(root, picture_name(name, root)), {}};
    sample.label.expression = static_cast<int>(*number - 1);
    set.samples.push_back(std::move(sample));
    lines.push_back(table.line());
  }
  check_unique_names(set, lines);
  return set;
}

}  // namespace

Format rafdb_format() {
  return {"rafdb", "EmoLabel/list_patition_label.txt", is_rafdb, read_rafdb};
}

}  // namespace mien
