#include "mien/core/options.h"

#include <algorithm>

#include "mien/core/option_values.h"
#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

/// Every key below `fields`, entries of lists of tables as entry 0.
std::vector<std::string> all_keys(const Fields& fields) {
  std::vector<std::string> keys;
  for (const Field& field : fields.fields()) keys.push_back(field.key);
  for (const TableList& list : fields.lists()) {
    // What an entry holds is known only from an entry: borrow one.
    const std::size_t size = list.size();
    if (size == 0) list.resize(1);
    for (const std::string& key : all_keys(list.element(0))) {
      keys.push_back(list.key + ".0." + key);
    }
    if (size == 0) list.resize(0);
  }
  return keys;
}

std::string last_part(const std::string& key) {
  return key.substr(key.rfind('.') + 1);  // npos + 1 is 0
}

/// The nearest key; failing that, the key whose last part is nearest to all that was written.
std::string nearest_key(const std::string& key, const std::vector<std::string>& keys) {
  std::string nearest = nearest_name(key, keys);
  if (!nearest.empty()) return nearest;
  std::vector<std::string> parts;
  parts.reserve(keys.size());
  for (const std::string& candidate : keys) parts.push_back(last_part(candidate));
  const std::string part = nearest_name(last_part(key), parts);
  const auto found = std::find(parts.begin(), parts.end(), part);
  return part.empty() ? "" : keys[static_cast<std::size_t>(found - parts.begin())];
}

/// Sets `key` within `fields`; `written` is the whole key for messages.
void set_within(const Fields& fields,
                const std::string& key,
                const std::string& text,
                const std::string& written) {
  if (const Field* field = fields.find(key)) {
    assign(*field, written, given_text(*field, text), "");
    return;
  }
  const std::string prefix = written.substr(0, written.size() - key.size());
  for (const TableList& list : fields.lists()) {
    if (key.compare(0, list.key.size() + 1, list.key + ".") != 0) continue;
    const std::string rest = key.substr(list.key.size() + 1);
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    const auto index = parse_integer(std::string_view(rest).substr(0, dot));
    const std::size_t size = list.size();
    if (!index || dot == rest.size() || *index < 0) break;
    const auto i = static_cast<std::size_t>(*index);
    if (i > size) {
      throw OptionError(
          written,
          written + ": the next entry of " + prefix + list.key + " is " + std::to_string(size));
    }
    if (i == size) list.resize(size + 1);
    try {
      set_within(list.element(i), rest.substr(dot + 1), text, written);
    } catch (...) {
      list.resize(size);
      throw;
    }
    return;
  }
  throw unknown_option(fields, key, "", prefix);
}

}  // namespace

Constraint between(double minimum, double maximum) {
  return {minimum, maximum, {}, {}};
}

Constraint at_least(double minimum) {
  Constraint constraint;
  constraint.minimum = minimum;
  return constraint;
}

Constraint one_of(std::vector<std::string> choices) {
  Constraint constraint;
  constraint.choices = std::move(choices);
  return constraint;
}

Constraint or_words(Constraint constraint,
                    std::vector<std::pair<std::string, std::int64_t>> words) {
  constraint.words = std::move(words);
  return constraint;
}

const Field* Fields::find(std::string_view key) const {
  const auto found = std::find_if(
      fields_.begin(), fields_.end(), [&](const Field& field) { return field.key == key; });
  return found == fields_.end() ? nullptr : &*found;
}

const TableList* find_list(const Fields& fields, std::string_view key) {
  const auto& lists = fields.lists();
  const auto found = std::find_if(
      lists.begin(), lists.end(), [&](const TableList& list) { return list.key == key; });
  return found == lists.end() ? nullptr : &*found;
}

bool is_group(const Fields& fields, std::string_view name) {
  const std::string prefix = std::string(name) + ".";
  const auto below = [&](const auto& item) {
    return item.key.compare(0, prefix.size(), prefix) == 0;
  };
  return std::any_of(fields.fields().begin(), fields.fields().end(), below) ||
         std::any_of(fields.lists().begin(), fields.lists().end(), below);
}

OptionError unknown_option(const Fields& fields,
                           const std::string& key,
                           const std::string& where,
                           const std::string& prefix) {
  const std::string written = prefix + key;
  const std::vector<std::string> keys = all_keys(fields);
  std::vector<std::string> inside;
  for (const std::string& candidate : keys) {
    if (candidate.compare(0, key.size() + 1, key + ".") == 0) inside.push_back(prefix + candidate);
  }
  if (!inside.empty()) {
    return {written, where + written + " is a group of options: " + join(inside, ", ")};
  }
  const std::string nearest = nearest_key(key, keys);
  return {written,
          where + "unknown option " + written +
              (nearest.empty() ? "" : "; did you mean " + prefix + nearest + "?")};
}

void set_option(const Fields& fields, const std::string& key, const std::string& text) {
  set_within(fields, key, text, key);
}

}  // namespace mien
