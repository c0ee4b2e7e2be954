#include "mien/cli/option_text.h"

#include <variant>

namespace mien::cli {
namespace {

OptionEntry entry_of(const Field& field,
                     const std::string& prefix,
                     const std::vector<Alias>& aliases) {
  OptionEntry entry;
  entry.key = prefix + field.key;
  for (const Alias& alias : aliases) {
    if (alias.key == entry.key) entry.flags.push_back(alias.flag);
  }
  entry.flags.push_back(flag_of(entry.key));
  entry.help = field.help;
  entry.accepts = accepted_text(field);
  entry.initial = value_text(field.value);
  if (entry.initial == "[]") entry.initial.clear();
  entry.flag = std::holds_alternative<bool*>(field.value);
  return entry;
}

}  // namespace

std::string OptionEntry::details() const {
  const std::string shown = initial.empty() ? "" : "default " + initial;
  if (flag) return initial == "true" ? " (default true)" : "";
  if (accepts == "text") return shown.empty() ? "" : " (" + shown + ")";
  return " (" + accepts + (shown.empty() ? "" : "; ") + shown + ")";
}

std::vector<OptionEntry> option_entries(Command& command) {
  const std::vector<Alias> aliases = all_aliases(command.syntax());
  const Fields fields = command.fields();
  std::vector<OptionEntry> entries;
  for (const Field& field : fields.fields()) entries.push_back(entry_of(field, "", aliases));
  for (const TableList& list : fields.lists()) {
    // What an entry holds is known only from an entry: borrow one.
    const std::size_t size = list.size();
    if (size == 0) list.resize(1);
    const Fields inside = list.element(0);
    for (const Field& field : inside.fields()) {
      entries.push_back(entry_of(field, list.key + ".N.", aliases));
    }
    list.resize(size);
  }
  return entries;
}

}  // namespace mien::cli
