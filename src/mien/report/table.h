// Text tables for terminals and Markdown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mien/affect/scores.h"

namespace mien {

struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  ///< numbers are right-aligned
};
std::string to_text(const Table& table);  ///< aligned columns, for a terminal
std::string to_markdown(const Table& table);

/// A share x100 with two digits, and a number, as cells: "-" where there is none.
std::string percent_cell(const std::optional<double>& share);
std::string number_cell(const std::optional<double>& value, int digits);

/// Every score of a set: summary, then per class and per unit; "-" where there is no label. x100.
/// `constant` is the best constant answer's scores, printed beside.
std::string scores_text(const Scores& scores, const Scores& constant, const std::string& name);

}  // namespace mien
