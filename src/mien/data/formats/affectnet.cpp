// AffectNet: the older csv lists (subDirectory_filePath, face box, expression, valence, arousal)
// and the newer folders (train_set/images/ID.jpg beside annotations/ID_exp.npy, ID_val.npy,
// ID_aro.npy).
#include <algorithm>
#include <cmath>

#include "mien/core/text.h"
#include "mien/data/formats/format.h"
#include "mien/data/label_fields.h"
#include "mien/data/npy.h"
#include "mien/data/table_reader.h"
#include "mien/error.h"
#include "mien/image/image.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

constexpr double kMissing = -2;
constexpr int kClasses = 8;
constexpr int kLastNumber = 10;  // 8 none, 9 uncertain, 10 no face: all without an expression
const std::string kPictureColumn = "subdirectory_filepath";
const std::vector<std::string> kTrainingLists = {"training.csv",
                                                 "Manually_Annotated_file_lists/training.csv"};
const std::vector<std::string> kValidationLists = {"validation.csv",
                                                   "Manually_Annotated_file_lists/validation.csv"};
const std::vector<std::string> kPictureFolders = {"Manually_Annotated_Images",
                                                  "Manually_Annotated/Manually_Annotated_Images",
                                                  "Manually_Annotated_compressed",
                                                  "../Manually_Annotated_Images"};
const std::vector<std::string> kTrainingFolders = {"train_set", "train"};
const std::vector<std::string> kValidationFolders = {"val_set", "val"};

Vocabulary affectnet_vocabulary() {
  return {{"neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger", "contempt"},
          {},
          true};
}

bool has_annotations(const fs::path& folder) {
  return !folder.empty() && fs::is_directory(folder / "annotations") &&
         fs::is_directory(folder / "images");
}

bool is_old_list(const fs::path& list) {
  return !list.empty() && lower(first_line(list)).find(kPictureColumn) != std::string::npos;
}

bool is_affectnet(const fs::path& path) {
  if (!fs::is_directory(path)) return is_old_list(path);
  return has_annotations(path) || has_annotations(first_existing(path, kTrainingFolders)) ||
         has_annotations(first_existing(path, kValidationFolders)) ||
         is_old_list(first_existing(path, kTrainingLists)) ||
         is_old_list(first_existing(path, kValidationLists));
}

/// -1 for the numbers above the eight classes, which say why there is no expression.
int class_of(std::int64_t number) {
  return number < kClasses ? static_cast<int>(number) : -1;
}

std::optional<float> affect_of(double value, const std::string& what, const std::string& file) {
  if (value == kMissing) return std::nullopt;
  if (!(value >= -1 && value <= 1)) throw DataError(file, what + " is outside [-1, 1]");
  return static_cast<float>(value);
}

// ---- csv lists -------------------------------------------------------------------------------

class OldListReader {
 public:
  OldListReader(TableReader& table, std::string root) : table_(table), root_(std::move(root)) {
    table_.next();
    for (const std::string_view name : table_.fields()) header_.push_back(lower(trim(name)));
    picture_ = column(kPictureColumn);
    expression_ = column("expression");
    valence_ = column("valence");
    arousal_ = column("arousal");
    boxed_ = std::find(header_.begin(), header_.end(), "face_x") != header_.end();
    if (boxed_) {
      for (const char* name : {"face_x", "face_y", "face_width", "face_height"}) {
        box_.push_back(column(name));
      }
    }
  }

  SampleSet read() {
    SampleSet set{table_.file(), affectnet_vocabulary(), {}};
    std::vector<std::int64_t> lines;
    while (table_.next()) {
      table_.expect_fields(header_.size());
      set.samples.push_back(read_row());
      lines.push_back(table_.line());
    }
    check_unique_names(set, lines);
    return set;
  }

 private:
  std::size_t column(const std::string& name) const {
    const auto found = std::find(header_.begin(), header_.end(), name);
    if (found == header_.end()) table_.fail("the first line has no column '" + name + "'");
    return static_cast<std::size_t>(found - header_.begin());
  }

  Sample read_row() const {
    const auto& fields = table_.fields();
    const std::string_view name = fields[picture_];
    if (name.empty()) table_.fail("no picture is named");
    Sample sample{std::string(name), picture_path(root_, name), {}};
    const auto number = parse_whole_number(fields[expression_]);
    if (!number || *number < 0 || *number > kLastNumber) {
      table_.fail("expression '" + std::string(fields[expression_]) +
                  "' is not a number from 0 to 10");
    }
    sample.label.expression = class_of(*number);
    sample.label.valence = parse_affect(fields[valence_], kMissing, "valence", table_);
    sample.label.arousal = parse_affect(fields[arousal_], kMissing, "arousal", table_);
    if (boxed_) sample.box = read_box();
    return sample;
  }

  /// "NULL" and empty fields stand where no face was found: the whole picture then.
  PictureBox read_box() const {
    int values[4] = {};
    for (std::size_t i = 0; i < 4; ++i) {
      const std::string_view text = trim(table_.fields()[box_[i]]);
      if (text.empty() || lower(text) == "null") return {};
      const auto value = parse_whole_number(text);
      if (!value || std::abs(*value) > 100000) {
        table_.fail("'" + std::string(text) + "' is no side or place of a face box");
      }
      values[i] = static_cast<int>(*value);
    }
    if (values[2] <= 0 || values[3] <= 0) return {};
    return {values[0], values[1], values[2], values[3]};
  }

  TableReader& table_;
  std::string root_;
  std::vector<std::string> header_;
  std::size_t picture_ = 0;
  std::size_t expression_ = 0;
  std::size_t valence_ = 0;
  std::size_t arousal_ = 0;
  bool boxed_ = false;
  std::vector<std::size_t> box_;
};

SampleSet read_old_list(const SetOptions& options, const fs::path& list) {
  std::string root = options.root;
  for (const fs::path& folder : {fs::path(options.path), list.parent_path()}) {
    if (root.empty()) root = first_existing(folder, kPictureFolders).string();
  }
  if (root.empty()) root = list.parent_path().string();
  TableReader table(list);
  return OldListReader(table, std::move(root)).read();
}

// ---- folders of .npy -------------------------------------------------------------------------

Label read_annotations(const fs::path& folder, const std::string& stem) {
  const fs::path expression_file = folder / (stem + "_exp.npy");
  const double number = read_npy_number(expression_file);
  if (!(number >= 0 && number <= kLastNumber) || number != std::floor(number)) {
    throw DataError(expression_file.string(), "expression is not a number from 0 to 10");
  }
  Label label;
  label.expression = class_of(static_cast<std::int64_t>(number));
  const fs::path valence_file = folder / (stem + "_val.npy");
  const fs::path arousal_file = folder / (stem + "_aro.npy");
  label.valence = affect_of(read_npy_number(valence_file), "valence", valence_file.string());
  label.arousal = affect_of(read_npy_number(arousal_file), "arousal", arousal_file.string());
  return label;
}

SampleSet read_npy_folder(const fs::path& folder) {
  SampleSet set{folder.string(), affectnet_vocabulary(), {}};
  std::int64_t others = 0;
  for (const std::string& name : sorted_entries(folder / "images")) {
    if (!has_picture_ending(name)) {
      ++others;
      continue;
    }
    set.samples.push_back(
        {"images/" + name,
         folder / "images" / name,
         read_annotations(folder / "annotations", fs::path(name).stem().string())});
  }
  if (others > 0) set.notes.push_back(std::to_string(others) + " files that are no pictures");
  return set;
}

SampleSet read_affectnet(const SetOptions& options, SetPart part) {
  const bool training = part == SetPart::kTraining;
  const fs::path path = part_path(options, part);
  if (fs::is_directory(path)) {
    const fs::path folder = first_existing(path, training ? kTrainingFolders : kValidationFolders);
    if (has_annotations(folder)) return read_npy_folder(folder);
    if (has_annotations(path)) return read_npy_folder(path);
  }
  return read_old_list(options,
                       list_of_part(options, part, training ? kTrainingLists : kValidationLists));
}

}  // namespace

Format affectnet_format() {
  return {
      "affectnet",
      "train_set/ or val_set/ with images/ and annotations/, or a csv with subDirectory_filePath",
      is_affectnet,
      read_affectnet};
}

}  // namespace mien
