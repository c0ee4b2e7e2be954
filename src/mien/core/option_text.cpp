// Values of options as text: what the command line gives, and `value_text` as its way back.
#include <algorithm>
#include <optional>
#include <type_traits>

#include "mien/core/option_values.h"
#include "mien/core/text.h"

namespace mien {
namespace {

/// Splits "a, 'b c', \"d\"" at commas outside quotes, or nothing where a quote stays open or is
/// followed by more text. Within double quotes a backslash takes the next character as it is.
class ListReader {
 public:
  explicit ListReader(std::string_view text) : rest_(text) {}

  std::optional<std::vector<std::string>> read() {
    std::vector<std::string> items;
    while (true) {
      const auto item = read_item();
      if (!item) return std::nullopt;
      items.push_back(*item);
      if (rest_.empty()) return items;
      rest_.remove_prefix(1);  // the comma
    }
  }

 private:
  std::optional<std::string> read_item() {
    const std::size_t begin = rest_.find_first_not_of(" \t");
    if (begin != std::string_view::npos && (rest_[begin] == '"' || rest_[begin] == '\'')) {
      rest_.remove_prefix(begin);
      return read_quoted();
    }
    const std::size_t end = std::min(rest_.find(','), rest_.size());
    std::string item(trim(rest_.substr(0, end)));
    rest_.remove_prefix(end);
    return item;
  }

  std::optional<std::string> read_quoted() {
    const char quote = rest_.front();
    std::string item;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == quote) {
        rest_ = trim(rest_.substr(i + 1));
        if (!rest_.empty() && rest_.front() != ',') return std::nullopt;
        return item;
      }
      if (quote == '"' && rest_[i] == '\\') ++i;
      if (i == rest_.size()) return std::nullopt;
      item += rest_[i];
    }
    return std::nullopt;
  }

  std::string_view rest_;
};

std::optional<std::vector<std::string>> list_items(std::string_view text) {
  text = trim(text);
  if (!text.empty() && text.front() == '[') {
    if (text.size() < 2 || text.back() != ']') return std::nullopt;
    text = trim(text.substr(1, text.size() - 2));
  }
  if (text.empty()) return std::vector<std::string>{};
  return ListReader(text).read();
}

/// The text as one value of the type that the pointer names; a string where it does not fit.
Given read_scalar(const bool*, std::string_view text) {
  if (text == "true") return {true};
  if (text == "false") return {false};
  return {std::string(text)};
}
Given read_scalar(const std::int64_t*, std::string_view text) {
  if (const auto value = parse_integer(text)) return {*value};
  return {std::string(text)};
}
Given read_scalar(const double*, std::string_view text) {
  if (const auto value = parse_double(text)) return {*value};
  return {std::string(text)};
}
Given read_scalar(const std::string*, std::string_view text) {
  return {std::string(text)};
}

template <typename Value>
Given read_scalar(const std::vector<Value>*, std::string_view text) {
  const auto items = list_items(text);
  if (!items) return {std::string(text)};
  std::vector<Given> list;
  for (const std::string& item : *items) {
    list.push_back(read_scalar(static_cast<const Value*>(nullptr), item));
  }
  return {std::move(list)};
}

std::string scalar_text(bool value) {
  return value ? "true" : "false";
}
std::string scalar_text(std::int64_t value) {
  return std::to_string(value);
}
std::string scalar_text(double value) {
  return number_text(value);
}

/// An entry of a list, quoted where it would not read back as it is.
std::string item_text(const std::string& text) {
  const bool plain = !text.empty() && text.find_first_of(" \t\r\n,[]\"'\\") == std::string::npos;
  if (plain) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}
template <typename Number>
std::string item_text(Number value) {
  return scalar_text(value);
}

std::string scalar_text(const std::string& value) {
  return value;
}
template <typename Value>
std::string scalar_text(const std::vector<Value>& list) {
  std::vector<std::string> items;
  items.reserve(list.size());
  for (const Value& value : list) items.push_back(item_text(value));
  return "[" + join(items, ", ") + "]";
}

}  // namespace

Given given_text(const Field& field, std::string_view text) {
  return std::visit([&](auto* target) { return read_scalar(target, text); }, field.value);
}

std::string value_text(const FieldPointer& value) {
  return std::visit([](auto* target) { return scalar_text(*target); }, value);
}

}  // namespace mien
