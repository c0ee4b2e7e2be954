// The error for an option of this module whose value cannot be used.
#pragma once

#include <string>

#include "mien/error.h"

namespace mien {

inline OptionError bad_option(const std::string& key, const std::string& why) {
  return {key, key + ": " + why};
}

}  // namespace mien
