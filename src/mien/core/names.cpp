#include "mien/core/names.h"

#include <algorithm>

#include "mien/core/text.h"

namespace mien {

bool begins_with_any(std::string_view name, const std::vector<std::string>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(), [&](const std::string& beginning) {
    return name.starts_with(beginning);
  });
}

std::string shown_name(std::string_view name) {
  constexpr std::size_t kLongest = 100;
  constexpr unsigned char kFirstPrintable = ' ';
  std::string shown(name.substr(0, kLongest));
  std::replace_if(
      shown.begin(),
      shown.end(),
      [](char character) { return static_cast<unsigned char>(character) < kFirstPrintable; },
      '?');
  if (name.size() > kLongest) shown += "..";
  return shown;
}

std::string first_names(const std::vector<std::string>& names, std::size_t most) {
  std::vector<std::string> shown;
  for (const std::string& name : names) {
    if (shown.size() == most) break;
    shown.push_back(shown_name(name));
  }
  const std::size_t more = names.size() - shown.size();
  return join(shown, ", ") + (more == 0 ? "" : " and " + std::to_string(more) + " more");
}

}  // namespace mien
