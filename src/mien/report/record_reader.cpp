#include "mien/report/record_reader.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20;

}  // namespace

RecordReader::RecordReader(const std::filesystem::path& file, Kind kind)
    : name_(file.string()), kind_(kind), stream_(file, std::ios::binary) {
  if (!stream_ || std::filesystem::is_directory(file)) throw DataError(name_, "cannot open");
  if (!next_text()) {
    if (kind == Kind::kCsv) throw DataError(name_, "has no header; rows of readings have one");
    return;
  }
  if (kind == Kind::kCsv) {
    parse_csv(names_);
  } else {
    parse_json(names_, ahead_);
    has_ahead_ = true;
  }
}

void RecordReader::refuse(const std::string& what) const {
  throw DataError(name_, line_, what);
}

bool RecordReader::next_text() {
  text_.clear();
  line_ = next_line_;
  bool quoted = false;
  for (int c = stream_.get(); c != std::ifstream::traits_type::eof(); c = stream_.get()) {
    if (c == '\n') ++next_line_;
    if (c == '\n' && !quoted) return true;
    if (c == '"' && kind_ == Kind::kCsv) quoted = !quoted;
    text_ += static_cast<char>(c);
    if (text_.size() > kMostBytes) refuse("a row of over a megabyte; these are no readings");
  }
  if (stream_.bad()) throw DataError(name_, "cannot read");
  return false;
}

void RecordReader::parse_csv(std::vector<std::string>& cells) const {
  cells.clear();
  cells.emplace_back();
  bool quoted = false;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    const char c = text_[i];
    if (c == '"') {
      const bool doubled = quoted && i + 1 < text_.size() && text_[i + 1] == '"';
      if (doubled) {
        cells.back() += c;
        ++i;
      } else {
        quoted = !quoted;
      }
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else if (c != '\r' || quoted || i + 1 != text_.size()) {
      cells.back() += c;
    }
  }
}

void RecordReader::parse_json(std::vector<std::string>& names,
                              std::vector<std::string>& cells) const {
  names.clear();
  cells.clear();
  const auto object = nlohmann::ordered_json::parse(text_, nullptr, false);
  if (!object.is_object()) refuse("no JSON object; a row of readings is one");
  for (const auto& [name, value] : object.items()) {
    names.push_back(name);
    if (value.is_string()) {
      cells.push_back(value.get<std::string>());
    } else if (value.is_number()) {
      cells.push_back(value.dump());
    } else if (value.is_null()) {
      cells.emplace_back();
    } else {
      refuse(name + " is neither text nor a number nor null");
    }
  }
}

bool RecordReader::next(std::vector<std::string>& cells) {
  if (has_ahead_) {
    cells = std::exchange(ahead_, {});
    has_ahead_ = false;
    return true;
  }
  if (!next_text()) return false;
  if (kind_ == Kind::kCsv) {
    parse_csv(cells);
    if (cells.size() != names_.size()) {
      refuse(std::to_string(cells.size()) + " cells where the header has " +
             std::to_string(names_.size()));
    }
    return true;
  }
  std::vector<std::string> names;
  parse_json(names, cells);
  if (names != names_) refuse("has other names than the first row");
  return true;
}

}  // namespace mien
