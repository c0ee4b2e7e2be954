#include "mien/core/option_values.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <type_traits>
#include <utility>

#include "mien/core/text.h"

namespace mien {
namespace {

template <typename Value>
struct IsList : std::false_type {};
template <typename Value>
struct IsList<std::vector<Value>> : std::true_type {};

// What was given as the type of the field, or nothing. An integer is a number too; else types must
// agree.
bool convert(const Given& given, double& out) {
  if (const auto* integer = std::get_if<std::int64_t>(&given.value)) {
    out = static_cast<double>(*integer);
    return true;
  }
  const auto* number = std::get_if<double>(&given.value);
  if (number != nullptr) out = *number;
  return number != nullptr && std::isfinite(*number);
}

template <typename Value>
bool convert(const Given& given, Value& out) {
  const auto* same = std::get_if<Value>(&given.value);
  if (same != nullptr) out = *same;
  return same != nullptr;
}

template <typename Value>
bool convert(const Given& given, std::vector<Value>& out) {
  const auto* items = std::get_if<std::vector<Given>>(&given.value);
  if (items == nullptr) return false;
  out.resize(items->size());
  for (std::size_t i = 0; i < items->size(); ++i) {
    Value item{};
    if (!convert((*items)[i], item)) return false;
    out[i] = item;
  }
  return true;
}

template <typename Value>
bool allowed(const Constraint& constraint, const Value& value) {
  if constexpr (IsList<Value>::value) {
    return std::all_of(
        value.begin(), value.end(), [&](const auto& item) { return allowed(constraint, item); });
  } else if constexpr (std::is_same_v<Value, std::string>) {
    const auto& choices = constraint.choices;
    return choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end();
  } else if constexpr (std::is_same_v<Value, bool>) {
    return true;
  } else {
    const auto number = static_cast<double>(value);
    const auto stands_for = [&](const auto& word) {
      return static_cast<double>(word.second) == number;
    };
    return (number >= constraint.minimum && number <= constraint.maximum) ||
           std::any_of(constraint.words.begin(), constraint.words.end(), stands_for);
  }
}

/// For messages: what was given, not longer than a line bears.
std::string shown(const Given& given) {
  constexpr std::size_t kLongest = 60;
  std::string text = std::visit(
      [](const auto& value) -> std::string {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, Foreign>) {
          return value.what;
        } else if constexpr (std::is_same_v<Value, bool>) {
          return value ? "true" : "false";
        } else if constexpr (std::is_same_v<Value, std::int64_t>) {
          return std::to_string(value);
        } else if constexpr (std::is_same_v<Value, double>) {
          return number_text(value);
        } else if constexpr (std::is_same_v<Value, std::string>) {
          return "'" + value + "'";
        } else {
          std::string list = "[";
          for (const Given& item : value) {
            if (list.size() > kLongest) break;
            list += (list.size() > 1 ? ", " : "") + shown(item);
          }
          return list + "]";
        }
      },
      given.value);
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "...";
  return text;
}

std::string range_text(const std::string& kind, const Constraint& constraint) {
  const bool has_minimum = std::isfinite(constraint.minimum);
  const bool has_maximum = std::isfinite(constraint.maximum);
  if (has_minimum && has_maximum) {
    return kind + " from " + number_text(constraint.minimum) + " to " +
           number_text(constraint.maximum);
  }
  if (has_minimum) return kind + " of at least " + number_text(constraint.minimum);
  if (has_maximum) return kind + " of at most " + number_text(constraint.maximum);
  return kind;
}

/// "a, b or c"
std::string choices_text(const std::vector<std::string>& choices) {
  std::string text;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
    text += choices[i];
  }
  return text;
}

std::string integer_text(const Constraint& constraint) {
  std::vector<std::string> choices = {range_text("an integer", constraint)};
  for (const auto& [word, value] : constraint.words) choices.push_back(word);
  return choices_text(choices);
}

/// The integer that a word of the field's stands for; nothing for anything else.
std::optional<Given> word_value(const Field& field, const Given& given) {
  const auto* text = std::get_if<std::string>(&given.value);
  if (text == nullptr || !std::holds_alternative<std::int64_t*>(field.value)) return std::nullopt;
  for (const auto& [word, value] : field.constraint.words) {
    if (word == *text) return Given{value};
  }
  return std::nullopt;
}

struct AcceptedText {
  const Constraint& constraint;
  std::string operator()(const bool*) const { return "true or false"; }
  std::string operator()(const std::int64_t*) const { return integer_text(constraint); }
  std::string operator()(const double*) const { return range_text("a number", constraint); }
  std::string operator()(const std::string*) const {
    return constraint.choices.empty() ? "text" : choices_text(constraint.choices);
  }
  std::string operator()(const std::vector<std::string>*) const {
    return constraint.choices.empty() ? "a list of texts"
                                      : "a list of " + choices_text(constraint.choices);
  }
  std::string operator()(const std::vector<std::int64_t>*) const {
    return "a list; each is " + range_text("an integer", constraint);
  }
  std::string operator()(const std::vector<double>*) const {
    return "a list; each is " + range_text("a number", constraint);
  }
};

void check_texts(const std::string& text, const std::string& key) {
  check_text(text, key);
}
void check_texts(const std::vector<std::string>& texts, const std::string& key) {
  for (const std::string& text : texts) check_text(text, key);
}
template <typename Value>
void check_texts(const Value&, const std::string&) {}

}  // namespace

std::string accepted_text(const Field& field) {
  return std::visit(AcceptedText{field.constraint}, field.value);
}

void assign(const Field& field,
            const std::string& key,
            const Given& given,
            const std::string& where) {
  const std::optional<Given> word = word_value(field, given);
  const Given& plain = word ? *word : given;
  std::visit(
      [&](auto* target) {
        std::decay_t<decltype(*target)> value{};
        if (!convert(plain, value) || !allowed(field.constraint, value)) {
          throw OptionError(
              key, where + key + " takes " + accepted_text(field) + ", not " + shown(given));
        }
        check_texts(value, key);
        *target = std::move(value);
      },
      field.value);
}

void check_values(const Fields& fields, const std::string& prefix) {
  for (const Field& field : fields.fields()) {
    const bool good = std::visit(
        [&](const auto* value) { return allowed(field.constraint, *value); }, field.value);
    if (good) continue;
    const std::string key = prefix + field.key;
    throw OptionError(key,
                      key + " takes " + accepted_text(field) + ", not " + value_text(field.value));
  }
}

std::string finite_text(double value, const std::string& key) {
  if (!std::isfinite(value)) throw OptionError(key, key + " is not a finite number");
  return number_text(value);
}

void check_text(const std::string& text, const std::string& key) {
  if (!is_utf8(text)) throw OptionError(key, key + " is not UTF-8 text; rename what it names");
}

}  // namespace mien
