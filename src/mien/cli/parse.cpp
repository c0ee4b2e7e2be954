#include "mien/cli/parse.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <variant>

#include "mien/core/text.h"

namespace mien::cli {
namespace {

bool is_list(const Field* field) {
  return field != nullptr && (std::holds_alternative<std::vector<std::string>*>(field->value) ||
                              std::holds_alternative<std::vector<std::int64_t>*>(field->value) ||
                              std::holds_alternative<std::vector<double>*>(field->value));
}
bool is_flag(const Field* field) {
  return field != nullptr && std::holds_alternative<bool*>(field->value);
}

/// "data.sets.0.path" for the list "data.sets": what is inside is checked when it is set.
bool is_table_key(const Fields& fields, const std::string& key) {
  const auto& lists = fields.lists();
  return std::any_of(lists.begin(), lists.end(), [&](const TableList& list) {
    return key.compare(0, list.key.size() + 1, list.key + ".") == 0;
  });
}

std::string without_brackets(const std::string& text) {
  const std::string_view inner = trim(text);
  if (inner.size() < 2 || inner.front() != '[' || inner.back() != ']') return text;
  return std::string(inner.substr(1, inner.size() - 2));
}

/// "min-face" as the key that it means, "min_face".
std::string with_underscores(std::string flag) {
  std::replace(flag.begin(), flag.end(), '-', '_');
  return flag;
}

class Parser {
 public:
  Parser(const Syntax& syntax, const Fields& fields, const std::vector<std::string>& words)
      : syntax_(syntax), fields_(fields), aliases_(all_aliases(syntax)), words_(words) {}

  Arguments parse() {
    while (at_ < words_.size()) {
      const std::string& word = words_[at_++];
      if (word == "--") {
        arguments_.positionals.insert(
            arguments_.positionals.end(), words_.begin() + offset(), words_.end());
        break;
      }
      if (is_option(word)) {
        take_option(word);
      } else {
        arguments_.positionals.push_back(word);
      }
    }
    if (arguments_.find("help") == nullptr) check_positionals();
    return std::move(arguments_);
  }

 private:
  std::ptrdiff_t offset() const { return static_cast<std::ptrdiff_t>(at_); }

  /// A command that explains flags takes those that it does not have as words.
  bool is_option(const std::string& word) const {
    if (word.size() < 2 || word[0] != '-' || parse_double(word)) return false;
    return !syntax_.explains_flags || has_flag(word);
  }

  bool has_flag(const std::string& word) const {
    const std::string flag = word.substr(0, word.find('='));
    const auto same = [&](const Alias& alias) { return alias.flag == flag; };
    return std::any_of(aliases_.begin(), aliases_.end(), same) ||
           (flag.compare(0, 2, "--") == 0 &&
            (fields_.find(flag.substr(2)) != nullptr ||
             fields_.find(with_underscores(flag.substr(2))) != nullptr));
  }

  void take_option(const std::string& word) {
    const std::size_t equals = std::min(word.find('='), word.size());
    const std::string flag = word.substr(0, equals);
    std::optional<std::string> value;
    if (equals < word.size()) value = word.substr(equals + 1);
    const std::string key = key_of(flag);
    const Field* field = fields_.find(key);
    if (!value) value = value_after(flag, field);
    store(flag, key, field, *value);
  }

  std::string key_of(const std::string& flag) const {
    for (const Alias& alias : aliases_) {
      if (alias.flag == flag) return alias.key;
    }
    const std::string key = flag.compare(0, 2, "--") == 0 ? flag.substr(2) : "";
    for (const std::string& meant : {key, with_underscores(key)}) {
      if (fields_.find(meant) != nullptr || is_table_key(fields_, meant)) return meant;
    }
    throw unknown_flag(syntax_, fields_, flag);
  }

  std::string value_after(const std::string& flag, const Field* field) {
    const bool more = at_ < words_.size();
    if (is_flag(field)) {
      const bool given = more && (words_[at_] == "true" || words_[at_] == "false");
      return given ? words_[at_++] : "true";
    }
    if (!more || words_[at_].compare(0, 2, "--") == 0) {
      throw UsageError(flag + " needs a value" +
                       (field != nullptr ? ": " + accepted_text(*field) : ""));
    }
    return words_[at_++];
  }

  void store(const std::string& flag,
             const std::string& key,
             const Field* field,
             const std::string& value) {
    for (auto& [known, text] : arguments_.settings) {
      if (known != key) continue;
      if (!is_list(field)) throw UsageError(flag + " is given twice");
      text = without_brackets(text) + "," + without_brackets(value);
      return;
    }
    arguments_.settings.emplace_back(key, value);
  }

  void check_positionals() const {
    const std::size_t count = arguments_.positionals.size();
    const auto& names = syntax_.positionals;
    const bool open = !names.empty() && names.back().size() > 3 &&
                      names.back().compare(names.back().size() - 3, 3, "...") == 0;
    if (count < syntax_.required) {
      throw UsageError(names[count] + " is missing; usage: " + syntax_.usage);
    }
    if (count > names.size() && !open) {
      throw UsageError("'" + arguments_.positionals[names.size()] +
                       "' is one argument too many; usage: " + syntax_.usage);
    }
  }

  const Syntax& syntax_;
  const Fields& fields_;
  const std::vector<Alias> aliases_;
  const std::vector<std::string>& words_;
  std::size_t at_ = 0;
  Arguments arguments_;
};

}  // namespace

Arguments parse_arguments(const Syntax& syntax,
                          const Fields& fields,
                          const std::vector<std::string>& words) {
  return Parser(syntax, fields, words).parse();
}

UsageError unknown_flag(const Syntax& syntax, const Fields& fields, const std::string& flag) {
  std::vector<std::string> known;
  for (const Alias& alias : all_aliases(syntax)) known.push_back(alias.flag);
  for (const Field& field : fields.fields()) known.push_back(flag_of(field.key));
  std::string nearest = nearest_name(flag, known);
  if (nearest.empty()) {
    // `--batch` for `--optim.batch`: the last part of a key is what people remember.
    std::vector<std::string> last_parts;
    last_parts.reserve(known.size());
    for (const std::string& name : known)
      last_parts.push_back("--" + name.substr(name.find_last_of(".-") + 1));
    const std::string part = nearest_name(flag, last_parts);
    const auto found = std::find(last_parts.begin(), last_parts.end(), part);
    if (!part.empty()) nearest = known[static_cast<std::size_t>(found - last_parts.begin())];
  }
  return UsageError(
      "unknown option " + flag +
      (nearest.empty() ? "; see: mien help " + syntax.name : "; did you mean " + nearest + "?"));
}

}  // namespace mien::cli
