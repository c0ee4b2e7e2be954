#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include <toml++/toml.h>

#include "mien/core/files.h"
#include "mien/core/option_values.h"
#include "mien/core/options.h"
#include "mien/core/program_folders.h"
#include "mien/core/toml_guard.h"
#include "mien/error.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

Given given_toml(const toml::node& node) {
  if (const auto* value = node.as_boolean()) return {value->get()};
  if (const auto* value = node.as_integer()) return {value->get()};
  if (const auto* value = node.as_floating_point()) return {value->get()};
  if (const auto* value = node.as_string()) return {unguard_text(value->get())};
  if (const auto* array = node.as_array()) {
    std::vector<Given> items;
    for (const toml::node& item : *array) {
      items.push_back(item.is_array() ? Given{Foreign{"a list"}} : given_toml(item));
    }
    return {std::move(items)};
  }
  return {Foreign{node.is_table() ? "a table" : "a date or time"}};
}

std::int64_t line_of(const toml::node& node) {
  return static_cast<std::int64_t>(node.source().begin.line);
}

toml::table parse_toml(std::string_view text, const std::string& name) {
  const std::string guarded = guard_toml(text, name);
  try {
    return toml::parse(std::string_view(guarded), name);
  } catch (const toml::parse_error& error) {
    std::string what(error.description());
    // Letters are named by number: show them from where they came.
    for (std::size_t at = what.find("\\U000F"); at != std::string::npos;
         at = what.find("\\U000F")) {
      what.replace(at, 6, "\\u");
    }
    throw DataError(name, static_cast<std::int64_t>(error.source().begin.line), what);
  }
}

/// Walks tables into fields; `file` begins the messages.
class TomlReader {
 public:
  explicit TomlReader(std::string file) : file_(std::move(file)) {}

  /// `group` is the dotted path of `table` within `fields`, `prefix` that of the fields in all.
  void read(const Fields& fields,
            const toml::table& table,
            const std::string& group,
            const std::string& prefix) const {
    for (const auto& [name, node] : table) {
      const std::string key = group + unguard_text(name.str());
      const bool one_name = name.str().find('.') == std::string_view::npos;
      const Field* field = one_name ? fields.find(key) : nullptr;
      const TableList* list = one_name ? find_list(fields, key) : nullptr;
      if (field != nullptr) {
        assign(*field, prefix + key, given_toml(node), where(node));
      } else if (list != nullptr) {
        read_list(*list, node, prefix + key);
      } else if (one_name && node.is_table() && is_group(fields, key)) {
        read(fields, *node.as_table(), key + ".", prefix);
      } else {
        throw unknown_option(fields, key, where(node), prefix);
      }
    }
  }

 private:
  std::string where(const toml::node& node) const {
    return file_ + ":" + std::to_string(line_of(node)) + ": ";
  }

  void read_list(const TableList& list, const toml::node& node, const std::string& key) const {
    const toml::array* array = node.as_array();
    if (array == nullptr) {
      throw OptionError(key, where(node) + key + " takes tables: [[" + key + "]]");
    }
    list.resize(0);  // new entries begin with the defaults, not with what the base gave
    list.resize(array->size());
    for (std::size_t i = 0; i < array->size(); ++i) {
      const toml::node& entry = *array->get(i);
      const std::string name = key + "." + std::to_string(i);
      if (!entry.is_table()) throw OptionError(name, where(entry) + name + " takes a table");
      read(list.element(i), *entry.as_table(), "", name + ".");
    }
  }

  std::string file_;
};

/// The file that `base` names, beside `file` or among the recipes that came with the program;
/// nothing where there is no base.
std::optional<fs::path> take_base(toml::table& table, const fs::path& file) {
  const toml::node* node = table.get("base");
  if (node == nullptr) return std::nullopt;
  const auto* text = node->as_string();
  if (text == nullptr) throw DataError(file.string(), line_of(*node), "base takes a file's name");
  const std::string name = unguard_text(text->get());
  const fs::path beside = file.parent_path() / name;
  const auto base = fs::exists(beside) ? beside : shipped_recipe(name);
  if (!base) {
    throw DataError(file.string(),
                    line_of(*node),
                    "base: there is no file " + beside.string() + ", and no recipe of that name");
  }
  table.erase("base");
  return base;
}

/// `chain` holds the files that led here, each the base of the one before.
void read_chain(const Fields& fields, const fs::path& file, std::vector<fs::path>& chain) {
  toml::table table = parse_toml(read_file(file), file.string());
  const fs::path place = fs::weakly_canonical(file);
  chain.push_back(place);
  if (const auto base = take_base(table, file)) {
    if (std::find(chain.begin(), chain.end(), fs::weakly_canonical(*base)) != chain.end()) {
      throw DataError(
          file.string(),
          "base leads back to " + base->string() + ", which itself is based on this file");
    }
    read_chain(fields, *base, chain);
  }
  TomlReader(file.string()).read(fields, table, "", "");
}

}  // namespace

void read_toml(const Fields& fields, const fs::path& file) {
  std::vector<fs::path> chain;
  read_chain(fields, file, chain);
}

void read_toml_text(const Fields& fields, std::string_view text, const std::string& name) {
  const toml::table table = parse_toml(text, name);
  if (const toml::node* base = table.get("base")) {
    throw DataError(name, line_of(*base), "base is only for files, which it is looked for beside");
  }
  TomlReader(name).read(fields, table, "", "");
}

}  // namespace mien
