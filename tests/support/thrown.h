// What a call throws, as a text to look into.
#pragma once

#include <string>

#include "mien/error.h"

namespace mien::test {

/// "3 clip.mp4: is cut off": exit code and message of the Error; "" where the call throws none.
/// thrown<DataError>(call) lets every other kind through.
template <typename Kind = Error, typename Call>
std::string thrown(const Call& call) {
  try {
    call();
  } catch (const Kind& error) {
    return std::to_string(error.exit_code()) + " " + error.what();
  }
  return "";
}

/// Of an OptionError; both are empty where there is none.
struct Refusal {
  std::string key;
  std::string message;
};

template <typename Call>
Refusal refused(const Call& call) {
  try {
    call();
  } catch (const OptionError& error) {
    return {error.key(), error.what()};
  }
  return {};
}

}  // namespace mien::test
