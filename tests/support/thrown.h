// What a call throws, as a text to look into.
#pragma once

#include <string>

#include "mien/error.h"

namespace mien::test {

/// "3 clip.mp4: is cut off": exit code and message of the Error; "" where the call throws none.
template <typename Call>
std::string thrown(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return std::to_string(error.exit_code()) + " " + error.what();
  }
  return "";
}

}  // namespace mien::test
