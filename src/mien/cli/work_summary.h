// What went wrong with which inputs, told as it happens, and what that means for the exit code.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "mien/cli/console.h"
#include "mien/error.h"

namespace mien::cli {

/// Runs `step`, and gives its error where a picture or the disk is to blame for it; what is wrong
/// with the call itself goes on up.
template <typename Step>
std::optional<Error> problem_in(Step step) {
  try {
    step();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kUsage || error.kind() == ErrorKind::kInterrupted) throw;
    return error;
  } catch (const std::filesystem::filesystem_error& error) {
    return FailureError(error.what());
  }
  return std::nullopt;
}

class WorkSummary {
 public:
  explicit WorkSummary(Console& console) : console_(console) {}

  /// Says the line; `kind` is kData or kFailure.
  void failed(const std::string& line, ErrorKind kind);
  void failed(const Error& problem) { failed(problem.what(), problem.kind()); }
  void done() { ++done_; }
  void kept() { ++kept_; }  ///< done with by an earlier call

  /// "3 inputs read, 1 done before, 1 failed (see above)"
  std::string text() const;
  /// 0; 1 where the machine failed, 3 where only data was bad.
  int exit_code() const;

 private:
  Console& console_;
  std::int64_t done_ = 0;
  std::int64_t kept_ = 0;
  std::int64_t data_ = 0;
  std::int64_t failures_ = 0;
};

}  // namespace mien::cli
