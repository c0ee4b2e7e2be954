// Names of tensors: how they begin, and how many of them a message shows.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mien {

bool begins_with_any(std::string_view name, const std::vector<std::string>& beginnings);

/// The name as a message shows it: one line, and the beginning of a long one ("abc..").
std::string shown_name(std::string_view name);
/// The first `most` names as messages show them, and how many more there are: "a, b and 3 more".
std::string first_names(const std::vector<std::string>& names, std::size_t most);

}  // namespace mien
