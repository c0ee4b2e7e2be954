#include "mien/cli/help.h"

#include <algorithm>

#include "mien/cli/option_text.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/report/table.h"
#include "mien/report/text_width.h"

namespace mien::cli {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kMostNameColumns = 34;

/// The options that have an alias, then the others that the command calls its main ones.
std::vector<OptionEntry> main_entries(const Syntax& syntax, const std::vector<OptionEntry>& all) {
  std::vector<std::string> keys;
  keys.reserve(syntax.aliases.size() + syntax.main_options.size() + 2);
  for (const Alias& alias : syntax.aliases) keys.push_back(alias.key);
  keys.insert(keys.end(), syntax.main_options.begin(), syntax.main_options.end());
  keys.insert(keys.end(), {"quiet", "help"});
  std::vector<OptionEntry> result;
  for (const std::string& key : keys) {
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const OptionEntry& entry) { return entry.key == key; });
    if (found != all.end()) result.push_back(*found);
  }
  return result;
}

std::string wrapped(const std::string& text, std::size_t indent) {
  std::string result;
  std::size_t used = indent;
  for (const std::string_view word : split(text, ' ')) {
    const std::size_t width = text_width(word);
    if (!result.empty() && used + 1 + width > kColumns) {
      result += "\n" + std::string(indent, ' ');
      used = indent;
    } else if (!result.empty()) {
      result += " ";
      ++used;
    }
    result += word;
    used += width;
  }
  return result;
}

std::string options_text(const std::vector<OptionEntry>& entries) {
  std::size_t names = 0;
  for (const OptionEntry& entry : entries)
    names = std::max(names, text_width(join(entry.flags, ", ")));
  names = std::min(names, kMostNameColumns);
  const std::size_t indent = names + 4;
  std::string text;
  for (const OptionEntry& entry : entries) {
    const std::string flags = join(entry.flags, ", ");
    text += "  " + padded(flags, names, Align::kLeft) + "  ";
    if (text_width(flags) > names) text += "\n" + std::string(indent, ' ');
    text += wrapped(entry.help + entry.details(), indent) + "\n";
  }
  return text;
}

std::string head(const Syntax& syntax) {
  std::string text = "usage: " + syntax.usage + "\n\n" + wrapped(syntax.summary, 0) + "\n";
  for (const std::string& note : syntax.notes) text += "\n" + wrapped(note, 0) + "\n";
  if (!syntax.examples.empty()) text += "\nexamples:\n";
  for (const std::string& example : syntax.examples) text += "  " + example + "\n";
  return text;
}

std::string group_of(const OptionEntry& entry) {
  const std::size_t dot = entry.key.find('.');
  return dot == std::string::npos ? "" : entry.key.substr(0, dot);
}

/// Options by group, in the order in which groups first turn up; those without a group first.
std::vector<std::pair<std::string, std::vector<OptionEntry>>> grouped(
    const std::vector<OptionEntry>& entries) {
  std::vector<std::pair<std::string, std::vector<OptionEntry>>> groups = {{"", {}}};
  for (const OptionEntry& entry : entries) {
    const std::string name = group_of(entry);
    auto found = std::find_if(
        groups.begin(), groups.end(), [&](const auto& group) { return group.first == name; });
    if (found == groups.end()) found = groups.insert(groups.end(), {name, {}});
    found->second.push_back(entry);
  }
  return groups;
}

bool within(const OptionEntry& entry, const std::string& name) {
  return entry.key.compare(0, name.size() + 1, name + ".") == 0;
}

bool is_named(const OptionEntry& entry, const std::string& name) {
  const auto& flags = entry.flags;
  return entry.key == name || std::find(flags.begin(), flags.end(), name) != flags.end() ||
         std::find(flags.begin(), flags.end(), "--" + name) != flags.end();
}

/// One option as it is in one command.
std::string one_option(const OptionEntry& entry, const std::vector<std::string>& having) {
  return entry.key + ": " + entry.help + "\n\n  takes     " + entry.accepts + "\n  default   " +
         (entry.initial.empty() ? "(none)" : entry.initial) + "\n  flags     " +
         join(entry.flags, ", ") + "\n  commands  " + join(having, ", ") + "\n";
}

std::string not_found(const std::string& name, const std::vector<std::string>& known) {
  const std::string nearest = nearest_name(name, known);
  return "no command or option " + name +
         (nearest.empty() ? "; mien help lists them" : "; did you mean " + nearest + "?");
}

/// Lines that Markdown shows as they are.
std::string code_block(const std::string& title, const std::vector<std::string>& lines) {
  if (lines.empty()) return "";
  std::string text = "\n" + title + "\n\n";
  for (const std::string& line : lines) text += "    " + std::string(trim(line)) + "\n";
  return text;
}

std::string options_markdown(const std::vector<OptionEntry>& entries) {
  Table table{{"flag", "takes", "default", "what it does"}, {}};
  for (const OptionEntry& entry : entries) {
    const std::string flags = "`" + join(entry.flags, "`, `") + "`";
    table.rows.push_back({flags, entry.accepts, entry.initial, entry.help});
  }
  return to_markdown(table);
}

std::string command_markdown(Command& command) {
  const Syntax syntax = command.syntax();
  std::string text = "\n## mien " + syntax.name + "\n\n" + syntax.summary + "\n";
  for (const std::string& note : syntax.notes) text += "\n" + note + "\n";
  std::vector<std::string> usage;
  for (const std::string_view line : split(syntax.usage, '\n')) usage.emplace_back(line);
  text += code_block("Usage:", usage) + code_block("Examples:", syntax.examples);
  for (const auto& [name, entries] : grouped(option_entries(command))) {
    if (entries.empty()) continue;
    if (!name.empty()) text += "\n### mien " + syntax.name + ": " + name + "\n";
    text += "\n" + options_markdown(entries);
  }
  return text;
}

constexpr const char* kReferenceHead =
    "# Commands and options\n\n"
    "Made by `tools/make_options_page` from what `mien help reference` prints; do not edit.\n\n"
    "Every flag is a dotted key: `--optim.lr=0.001` on the command line is `lr = 0.001` under "
    "`[optim]` in a recipe. A flag and its value may also be two words: `--optim.lr 0.001`. A list "
    "is written `[a, b]` or `a,b`, and `N` in `data.sets.N.path` counts the sets from 0.\n\n"
    "`mien train` reads the recipe of the network's name unless `--recipe` names another: the "
    "defaults below hold where that recipe says nothing.\n";

}  // namespace

std::string program_help() {
  Table table;
  for (const CommandEntry& entry : commands()) {
    const Syntax syntax = entry.make()->syntax();
    table.rows.push_back({"  mien " + syntax.name, syntax.summary});
  }
  return "mien learns to read facial affect, and reads it: expression, action units, valence and "
         "arousal.\n\n" +
         to_text(table) +
         "\n  mien COMMAND --help       usage, examples and main options"
         "\n  mien help COMMAND         every option of a command"
         "\n  mien help OPTION          one option or group: mien help optim.layer_decay, mien "
         "help optim"
         "\n  mien --version\n";
}

std::string command_help(Command& command) {
  const Syntax syntax = command.syntax();
  const std::vector<OptionEntry> all = option_entries(command);
  const std::vector<OptionEntry> shown = main_entries(syntax, all);
  std::string text = head(syntax) + "\noptions:\n" + options_text(shown);
  if (shown.size() < all.size()) {
    text +=
        "\n" + std::to_string(all.size() - shown.size()) + " more: mien help " + syntax.name + "\n";
  }
  return text;
}

std::string full_command_help(Command& command) {
  std::string text = head(command.syntax());
  for (const auto& [name, entries] : grouped(option_entries(command))) {
    if (entries.empty()) continue;
    text += "\n" + (name.empty() ? std::string("options") : name) + ":\n" + options_text(entries);
  }
  return text;
}

std::string option_help(const std::string& name) {
  std::vector<OptionEntry> found;
  std::vector<std::vector<std::string>> having;
  std::vector<std::string> known;
  for (const CommandEntry& command : commands()) {
    known.push_back(command.name);
    for (const OptionEntry& entry : option_entries(*command.make())) {
      known.push_back(entry.key);
      if (!is_named(entry, name) && !within(entry, name)) continue;
      // Commands may give one key different meanings: each is shown once.
      const auto same = std::find(found.begin(), found.end(), entry);
      const auto at = static_cast<std::size_t>(same - found.begin());
      if (same == found.end()) {
        found.push_back(entry);
        having.emplace_back();
      }
      having[at].push_back(command.name);
    }
  }
  if (found.empty()) throw UsageError(not_found(name, known));
  std::string text;
  std::vector<OptionEntry> group;  // `data` is an alias and a group
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (is_named(found[i], name))
      text += (text.empty() ? "" : "\n") + one_option(found[i], having[i]);
    if (within(found[i], name)) group.push_back(found[i]);
  }
  if (group.empty()) return text;
  return text + (text.empty() ? "" : "\n") + name + ":\n" + options_text(group);
}

std::string reference_markdown() {
  std::string text = kReferenceHead;
  for (const CommandEntry& entry : commands()) text += command_markdown(*entry.make());
  return text;
}

}  // namespace mien::cli
