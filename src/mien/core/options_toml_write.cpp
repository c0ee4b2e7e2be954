#include <algorithm>
#include <utility>

#include "mien/core/option_values.h"
#include "mien/core/options.h"
#include "mien/core/text.h"

namespace mien {
namespace {

std::string toml_value(bool value, const std::string&) {
  return value ? "true" : "false";
}

std::string toml_value(std::int64_t value, const std::string&) {
  return std::to_string(value);
}

std::string toml_value(double value, const std::string& key) {
  const std::string text = finite_text(value, key);
  // TOML tells a number from an integer by its point or exponent.
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string toml_value(const std::string& value, const std::string& key) {
  check_text(value, key);
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      text += "\\u00";
      text += kDigits[byte >> 4];
      text += kDigits[byte & 0xf];
    } else {
      text += c;
    }
  }
  return text + "\"";
}

template <typename Value>
std::string toml_value(const std::vector<Value>& list, const std::string& key) {
  std::vector<std::string> items;
  items.reserve(list.size());
  for (const Value& value : list) items.push_back(toml_value(value, key));
  return "[" + join(items, ", ") + "]";
}

/// One table's lines, under the name of its group ("" for the top).
struct Group {
  std::string name;
  std::string lines;
};

class TomlWriter {
 public:
  explicit TomlWriter(bool comments) : comments_(comments) {}

  /// Fields without a group, then a table a group. Lists of tables come last, since a key after
  /// their header would belong to them.
  std::string document(const Fields& fields) const {
    std::string text;
    for (const Group& group : groups(fields)) {
      if (!group.name.empty()) text += (text.empty() ? "[" : "\n[") + group.name + "]\n";
      text += group.lines;
    }
    return text + tables(fields, "");
  }

 private:
  std::string comment(const std::string& help, const std::string& accepted) const {
    if (!comments_) return "";
    return "# " + help + (accepted.empty() ? "" : " (" + accepted + ")") + "\n";
  }

  std::string line(const Field& field, const std::string& name) const {
    const std::string value =
        std::visit([&](auto* target) { return toml_value(*target, field.key); }, field.value);
    return comment(field.help, accepted_text(field)) + name + " = " + value + "\n";
  }

  std::vector<Group> groups(const Fields& fields) const {
    std::vector<Group> groups = {{"", ""}};
    const auto add = [&](const std::string& key, const auto& make_line) {
      const std::size_t dot = key.rfind('.');
      const std::string name = dot == std::string::npos ? "" : key.substr(0, dot);
      auto group = std::find_if(
          groups.begin(), groups.end(), [&](const Group& g) { return g.name == name; });
      if (group == groups.end()) group = groups.insert(groups.end(), {name, ""});
      group->lines += make_line(key.substr(dot + 1));  // npos + 1 is 0
    };
    for (const Field& field : fields.fields()) {
      add(field.key, [&](const std::string& name) { return line(field, name); });
    }
    // Without an entry there is no [[header]] that would say that the list is empty.
    for (const TableList& list : fields.lists()) {
      if (list.size() > 0) continue;
      add(list.key,
          [&](const std::string& name) { return comment(list.help, "tables") + name + " = []\n"; });
    }
    return groups;
  }

  std::string tables(const Fields& fields, const std::string& prefix) const {
    std::string text;
    for (const TableList& list : fields.lists()) {
      const std::string header = prefix + list.key;
      if (list.size() > 0) text += (comments_ ? "\n" : "") + comment(list.help, "");
      for (std::size_t i = 0; i < list.size(); ++i) {
        text += "\n[[" + header + "]]\n" + entry(list.element(i), header + ".");
      }
    }
    return text;
  }

  std::string entry(const Fields& fields, const std::string& prefix) const {
    std::string text;
    for (const Field& field : fields.fields()) text += line(field, field.key);
    for (const TableList& list : fields.lists()) {
      if (list.size() == 0) text += list.key + " = []\n";
    }
    return text + tables(fields, prefix);
  }

  bool comments_;
};

}  // namespace

std::string to_toml(const Fields& fields, bool comments) {
  return TomlWriter(comments).document(fields);
}

}  // namespace mien
