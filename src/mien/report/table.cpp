#include "mien/report/table.h"

#include <algorithm>
#include <cstddef>

#include "mien/core/text.h"
#include "mien/report/text_width.h"

namespace mien {
namespace {

/// "12.30", "-", "+0.2", "85 %", "1,234 s": what stands in a column of numbers.
bool is_number_cell(const std::string& cell) {
  if (cell.empty() || cell == "-") return true;
  const std::size_t digit = cell.find_first_not_of("+-.");
  return digit != std::string::npos && cell[digit] >= '0' && cell[digit] <= '9' &&
         cell.find_first_not_of("+-.,0123456789e%/:× smhx") == std::string::npos;
}

const std::string& cell_at(const std::vector<std::string>& row, std::size_t column) {
  static const std::string kEmpty;
  return column < row.size() ? row[column] : kEmpty;
}

struct Column {
  std::size_t width = 0;
  Align align = Align::kLeft;
};

std::vector<Column> measure(const Table& table) {
  std::size_t count = table.header.size();
  for (const auto& row : table.rows) count = std::max(count, row.size());
  std::vector<Column> columns(count);
  for (std::size_t i = 0; i < count; ++i) {
    columns[i].width = text_width(cell_at(table.header, i));
    bool numbers = i > 0 && !table.rows.empty();  // the first column names the row
    for (const auto& row : table.rows) {
      columns[i].width = std::max(columns[i].width, text_width(cell_at(row, i)));
      numbers = numbers && is_number_cell(cell_at(row, i));
    }
    columns[i].align = numbers ? Align::kRight : Align::kLeft;
  }
  return columns;
}

std::string text_row(const std::vector<std::string>& row, const std::vector<Column>& columns) {
  std::string line;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) line += "  ";
    line += padded(cell_at(row, i), columns[i].width, columns[i].align);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string markdown_cell(const std::string& cell) {
  std::string escaped;
  for (const char c : cell) {
    if (c == '|') escaped += '\\';
    escaped += c == '\n' ? ' ' : c;
  }
  return escaped;
}

std::string markdown_row(const std::vector<std::string>& row, std::size_t columns) {
  std::string line = "|";
  for (std::size_t i = 0; i < columns; ++i) line += " " + markdown_cell(cell_at(row, i)) + " |";
  return line + "\n";
}

}  // namespace

std::string to_text(const Table& table) {
  const std::vector<Column> columns = measure(table);
  std::string text;
  if (!table.header.empty()) {
    text += text_row(table.header, columns);
    std::vector<std::string> rule;
    rule.reserve(columns.size());
    for (const Column& column : columns) rule.emplace_back(column.width, '-');
    text += text_row(rule, columns);
  }
  for (const auto& row : table.rows) text += text_row(row, columns);
  return text;
}

std::string percent_cell(const std::optional<double>& share) {
  return share ? number_text(*share * 100, 2) : "-";
}

std::string number_cell(const std::optional<double>& value, int digits) {
  return value ? number_text(*value, digits) : "-";
}

std::string to_markdown(const Table& table) {
  const std::vector<Column> columns = measure(table);
  std::string text = markdown_row(table.header, columns.size()) + "|";
  for (const Column& column : columns) {
    text += column.align == Align::kRight ? " ---: |" : " --- |";
  }
  text += "\n";
  for (const auto& row : table.rows) text += markdown_row(row, columns.size());
  return text;
}

}  // namespace mien
