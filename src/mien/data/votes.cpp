#include "mien/data/votes.h"

#include <algorithm>
#include <unordered_map>

#include "mien/affect/vocabulary.h"
#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

constexpr int kNoClass = -1;
constexpr int kAgainst = -2;

constexpr std::string_view kPredicted = "p_";  // before a class in what `mien predict` writes

/// `image` and classes, also where `mien predict` wrote `input` and p_<class>.
std::string plain_name(std::string_view field) {
  std::string name = lower(trim(field));
  if (name == "input") return "image";
  return name.starts_with(kPredicted) ? name.substr(kPredicted.size()) : name;
}

std::vector<std::string> predicted_classes(const std::vector<std::string_view>& fields) {
  std::vector<std::string> classes;
  for (const std::string_view field : fields) {
    if (!lower(trim(field)).starts_with(kPredicted)) continue;
    classes.push_back(canonical_expression(plain_name(field)));
  }
  return classes;
}

}  // namespace

VoteColumns::VoteColumns(const TableReader& header, const Vocabulary& vocabulary)
    : classes_(vocabulary.expressions.size()) {
  std::vector<std::string> canonical;
  for (const std::string_view field : header.fields()) {
    names_.push_back(plain_name(field));
    canonical.push_back(canonical_expression(names_.back()));
  }
  class_of_column_ = map_by_name(canonical, vocabulary.expressions, default_renames());
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == "unknown" || names_[i] == "nf") class_of_column_[i] = kAgainst;
  }
  if (std::none_of(
          class_of_column_.begin(), class_of_column_.end(), [](int c) { return c >= 0; })) {
    header.fail("no column is a class of the set");
  }
}

bool VoteColumns::predicted(const TableReader& header) {
  return !predicted_classes(header.fields()).empty();
}

std::size_t VoteColumns::column(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) throw DataError("votes", "no column '" + std::string(name) + "'");
  return static_cast<std::size_t>(found - names_.begin());
}

/// A picture that `mien predict` passed over has a row without numbers.
bool VoteColumns::is_empty(const TableReader& record) const {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (class_of_column_[i] != kNoClass && !trim(record.fields()[i]).empty()) return false;
  }
  return true;
}

/// Votes a class, and one more entry a column of unknown or NF.
std::vector<double> VoteColumns::votes(const TableReader& record) const {
  record.expect_fields(names_.size());
  std::vector<double> counts(classes_, 0.0);
  if (is_empty(record)) return counts;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (class_of_column_[i] == kNoClass) continue;
    const auto count = parse_double(trim(record.fields()[i]));
    if (!count || !(*count >= 0 && *count <= 1e6)) {
      record.fail("'" + std::string(record.fields()[i]) + "' is not a number of votes");
    }
    if (class_of_column_[i] == kAgainst) {
      counts.push_back(*count);
    } else {
      counts[static_cast<std::size_t>(class_of_column_[i])] += *count;
    }
  }
  return counts;
}

std::vector<float> VoteColumns::distribution(const TableReader& record) const {
  std::vector<double> counts = votes(record);
  counts.resize(classes_);
  double sum = 0;
  for (const double count : counts) sum += count;
  if (sum <= 0) return {};
  std::vector<float> shares;
  shares.reserve(counts.size());
  for (const double count : counts) shares.push_back(static_cast<float>(count / sum));
  return shares;
}

int VoteColumns::most_voted(const TableReader& record) const {
  const std::vector<double> counts = votes(record);
  const auto most = std::max_element(counts.begin(), counts.end());
  if (*most <= 0 || std::count(counts.begin(), counts.end(), *most) > 1) return -1;
  const auto place = most - counts.begin();
  return place < static_cast<std::ptrdiff_t>(classes_) ? static_cast<int>(place) : -1;
}

std::int64_t apply_votes(SampleSet& set, const std::filesystem::path& file) {
  TableReader table(file);
  table.next();
  if (set.vocabulary.expressions.empty()) {
    set.vocabulary.expressions = predicted_classes(table.fields());
  }
  const VoteColumns columns(table, set.vocabulary);
  const auto& header = table.fields();
  const auto found = std::find_if(header.begin(), header.end(), [](std::string_view name) {
    return plain_name(name) == "image";
  });
  if (found == header.end()) table.fail("the first line has no column 'image' or 'input'");
  const auto image = static_cast<std::size_t>(found - header.begin());
  std::unordered_map<std::string, std::vector<float>> rows;
  while (table.next()) {
    std::vector<float> shares = columns.distribution(table);
    if (!rows.emplace(std::string(table.fields()[image]), std::move(shares)).second) {
      table.fail("'" + std::string(table.fields()[image]) + "' has votes twice");
    }
  }
  std::int64_t filled = 0;
  for (Sample& sample : set.samples) {
    const auto row = rows.find(sample.name);
    if (row == rows.end() || row->second.empty()) continue;
    sample.label.expression_distribution = std::move(row->second);
    ++filled;
  }
  return filled;
}

}  // namespace mien
