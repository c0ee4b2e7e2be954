// Raters' votes as label distributions.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "mien/data/sets.h"
#include "mien/data/table_reader.h"

namespace mien {

/// The columns of a votes file that count for a vocabulary: classes by name (contempt to other
/// where there is no contempt); `unknown` and `NF` (not a face) count for none. A class may be
/// called p_<class> too, and `image` `input`: what a network predicts can be learned like votes.
class VoteColumns {
 public:
  /// Takes the header's fields. Throws DataError when no column is a class of the vocabulary.
  VoteColumns(const TableReader& header, const Vocabulary& vocabulary);
  /// The record's votes, normalised over the classes; empty when there is no vote for any.
  std::vector<float> distribution(const TableReader& record) const;
  /// The class with most votes, counting `unknown` and `NF` against it; -1 for those and for ties.
  int most_voted(const TableReader& record) const;
  std::size_t column(std::string_view name) const;  ///< of that lower-case name; throws DataError
  /// Whether the header is one that `mien predict` writes.
  static bool predicted(const TableReader& header);

 private:
  std::vector<double> votes(const TableReader& record) const;
  bool is_empty(const TableReader& record) const;

  std::vector<std::string> names_;
  std::vector<int> class_of_column_;  ///< -1 not a class, -2 unknown or NF
  std::size_t classes_ = 0;
};

/// Fills Label::expression_distribution from a csv with the columns image, classes, unknown, NF. A
/// set without classes takes those that were predicted.
/// Throws DataError when a row is wrong; gives the number of samples that have votes now.
std::int64_t apply_votes(SampleSet& set, const std::filesystem::path& file);

}  // namespace mien
