#include "mien/cli/command.h"

#include <algorithm>

namespace mien::cli {

const std::string* Arguments::find(const std::string& key) const {
  const auto found = std::find_if(
      settings.begin(), settings.end(), [&](const auto& setting) { return setting.first == key; });
  return found == settings.end() ? nullptr : &found->second;
}

void describe(GeneralOptions& options, Fields& fields) {
  fields.add("quiet", options.quiet, "say nothing but results, warnings and errors");
  fields.add("log",
             options.log,
             "what is said on the way: text, or a JSON object a line",
             one_of({"text", "json"}));
  fields.add("help", options.help, "show this help");
}

Fields Command::fields() {
  Fields fields;
  describe_options(fields);
  describe(general_, fields);
  return fields;
}

std::string flag_of(const std::string& key) {
  std::string flag = "--" + key;
  if (key.find('.') == std::string::npos) std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::vector<Alias> all_aliases(const Syntax& syntax) {
  std::vector<Alias> aliases = syntax.aliases;
  aliases.push_back({"-q", "quiet"});
  aliases.push_back({"-h", "help"});
  return aliases;
}

}  // namespace mien::cli
