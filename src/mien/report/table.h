// Text tables for terminals and Markdown.
#pragma once

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

/// Every score of a set: summary, then per class and per unit; "-" where there is no label. x100.
/// `constant` is the best constant answer's scores, printed beside.
std::string scores_text(const Scores& scores, const Scores& constant, const std::string& name);

}  // namespace mien
