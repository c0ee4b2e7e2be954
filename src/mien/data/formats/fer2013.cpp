// FER2013: fer2013.csv with the columns emotion, pixels (48x48 grey values as text), Usage; and
// FER+ votes (fer2013new.csv) in the same row order, which give the labels where `votes` names
// them.
#include <algorithm>
#include <cstdio>

#include "mien/core/text.h"
#include "mien/data/formats/format.h"
#include "mien/data/label_fields.h"
#include "mien/data/table_reader.h"
#include "mien/data/votes.h"
#include "mien/error.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kLists = {"fer2013.csv", "icml_face_data.csv"};

bool is_fer2013(const fs::path& path) {
  const fs::path list = fs::is_directory(path) ? first_existing(path, kLists) : path;
  const std::string header = list.empty() ? "" : lower(first_line(list));
  return header.starts_with("emotion,") && header.find("pixels") != std::string::npos;
}

/// Labels of the rows, one at a time beside the main file.
class FerPlusVotes {
 public:
  FerPlusVotes(const fs::path& file, const Vocabulary& vocabulary)
      : table_(file), columns_(first_record(table_), vocabulary) {}

  Label next_label() {
    if (!table_.next()) table_.fail("has fewer rows than the pictures' file");
    Label label;
    label.expression = columns_.most_voted(table_);
    label.expression_distribution = columns_.distribution(table_);
    return label;
  }

 private:
  static const TableReader& first_record(TableReader& table) {
    table.next();
    if (VoteColumns::predicted(table)) {
      table.fail(
          "is what mien predicted, a row a picture; fer2013's votes go by the rows of its list");
    }
    return table;
  }

  TableReader table_;
  VoteColumns columns_;
};

struct FerColumns {
  std::size_t emotion;
  std::size_t pixels;
  std::size_t usage;
};

FerColumns read_header(TableReader& table) {
  table.next();
  const auto column = [&](std::string_view name) {
    const auto& fields = table.fields();
    const auto found = std::find_if(fields.begin(), fields.end(), [&](std::string_view field) {
      return lower(trim(field)) == name;
    });
    if (found == fields.end())
      table.fail("the first line has no column '" + std::string(name) + "'");
    return static_cast<std::size_t>(found - fields.begin());
  };
  return {column("emotion"), column("pixels"), column("usage")};
}

/// PublicTest validates; PrivateTest stays held back. Throws for another word.
bool belongs(std::string_view usage, SetPart part, const TableReader& table) {
  usage = trim(usage);
  if (usage != "Training" && usage != "PublicTest" && usage != "PrivateTest") {
    table.fail("usage '" + std::string(usage.substr(0, 40)) +
               "' is not Training, PublicTest or PrivateTest");
  }
  return usage == (part == SetPart::kTraining ? "Training" : "PublicTest");
}

Vocabulary fer_vocabulary(bool votes) {
  if (votes) return {abaw_mtl_vocabulary().expressions, {}, false};
  return {{"anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"}, {}, false};
}

SampleSet read_fer2013(const SetOptions& options, SetPart part) {
  const fs::path list = list_of_part(options, part, kLists);
  TableReader table(list);
  const FerColumns columns = read_header(table);
  const std::size_t count = table.fields().size();
  SampleSet set{list.string(), fer_vocabulary(!options.votes.empty()), {}};
  std::optional<FerPlusVotes> votes;
  if (!options.votes.empty()) {
    votes.emplace(list.parent_path() / options.votes, set.vocabulary);
  }
  for (std::int64_t row = 0; table.next(); ++row) {
    table.expect_fields(count);
    Label label;
    if (votes) {
      label = votes->next_label();
    } else {
      label.expression = parse_class(table.fields()[columns.emotion], 7, table);
    }
    if (!belongs(table.fields()[columns.usage], part, table)) continue;
    const auto offset = table.offset_of(columns.pixels);
    if (!offset) table.fail("the pixels are not plain numbers");
    char name[32];
    std::snprintf(name, sizeof(name), "fer%07lld", static_cast<long long>(row));
    set.samples.push_back({name, list, std::move(label), {}, *offset});
  }
  return set;
}

}  // namespace

Format fer2013_format() {
  return {
      "fer2013", "fer2013.csv with the columns emotion, pixels, Usage", is_fer2013, read_fer2013};
}

}  // namespace mien
