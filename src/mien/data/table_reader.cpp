#include "mien/data/table_reader.h"

#include <algorithm>
#include <fstream>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(char c) {
  return c == '\n' || c == '\r' || c == ' ' || c == '\t';
}

}  // namespace

TableReader::TableReader(const std::filesystem::path& file, char separator)
    : TableReader(read_file(file), file.string(), separator) {}

TableReader::TableReader(std::string text, std::string name, char separator)
    : text_(std::move(text)), name_(std::move(name)), separator_(separator), end_(text_.size()) {
  if (std::string_view(text_).substr(0, 3) == kByteOrderMark) position_ = 3;
  while (end_ > position_ && is_blank(text_[end_ - 1])) --end_;
  if (end_ == position_) throw DataError(name_, "is empty");
}

bool TableReader::next() {
  fields_.clear();
  unescaped_.clear();
  if (position_ >= end_) return false;
  line_ = next_line_;
  while (true) {
    const bool quoted = position_ < end_ && text_[position_] == '"';
    fields_.push_back(quoted ? quoted_field() : plain_field());
    if (position_ >= end_) break;
    const char stop = text_[position_++];
    if (stop == '\n') break;
  }
  ++next_line_;
  return true;
}

std::string_view TableReader::plain_field() {
  const std::size_t begin = position_;
  while (position_ < end_ && text_[position_] != separator_ && text_[position_] != '\n') {
    ++position_;
  }
  std::size_t end = position_;
  if (end > begin && text_[end - 1] == '\r' && (position_ >= end_ || text_[position_] == '\n')) {
    --end;
  }
  return std::string_view(text_).substr(begin, end - begin);
}

std::string_view TableReader::quoted_field() {
  const std::size_t begin = ++position_;
  bool escaped = false;
  while (true) {
    if (position_ >= end_) fail("a quoted field never ends: is the file cut off?");
    if (text_[position_] == '"') {
      if (position_ + 1 >= end_ || text_[position_ + 1] != '"') break;
      escaped = true;
      ++position_;
    } else if (text_[position_] == '\n') {
      ++next_line_;
    }
    ++position_;
  }
  std::string_view field = std::string_view(text_).substr(begin, position_ - begin);
  ++position_;
  if (position_ < end_ && text_[position_] == '\r') ++position_;
  if (position_ < end_ && text_[position_] != separator_ && text_[position_] != '\n') {
    fail("text after the closing quote of a field");
  }
  if (!escaped) return field;
  std::string& plain = unescaped_.emplace_back();
  for (std::size_t i = 0; i < field.size(); ++i) {
    plain.push_back(field[i]);
    if (field[i] == '"') ++i;
  }
  return plain;
}

std::optional<std::int64_t> TableReader::offset_of(std::size_t field) const {
  const char* data = fields_.at(field).data();
  if (data < text_.data() || data > text_.data() + text_.size()) return std::nullopt;
  return data - text_.data();
}

std::size_t TableReader::estimated_records() const {
  const std::size_t first = text_.find('\n', position_);
  const std::size_t length = first == std::string::npos ? end_ : first - position_ + 1;
  return std::min<std::size_t>(end_ / std::max<std::size_t>(length, 16) + 1, 1 << 22);
}

void TableReader::fail(const std::string& message) const {
  throw DataError(name_, std::max<std::int64_t>(line_, 1), message);
}

void TableReader::expect_fields(std::size_t count) const {
  if (fields_.size() == count) return;
  std::string message = fields_.size() < count ? "too few fields: " : "too many fields: ";
  message += std::to_string(fields_.size()) + " instead of " + std::to_string(count);
  if (position_ >= end_ && fields_.size() < count) message += " (is the file cut off?)";
  fail(message);
}

std::string first_line(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string head(4096, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  if (head.starts_with(kByteOrderMark)) head.erase(0, kByteOrderMark.size());
  head.resize(std::min(head.find_first_of("\r\n"), head.size()));
  return head;
}

}  // namespace mien
