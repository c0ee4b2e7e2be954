// Errors of the library: one root, kinds that carry the values a caller needs to react.
// The library never prints, exits or aborts; the program maps kinds to exit codes.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace mien {

/// What went wrong, in the groups that the program's exit codes distinguish.
enum class ErrorKind {
  kFailure = 1,        ///< The machine or the program failed: disk full, a loss became NaN.
  kUsage = 2,          ///< The request is wrong: unknown option, value out of range.
  kData = 3,           ///< A file is missing, damaged, of another kind or of another network.
  kInterrupted = 130,  ///< The user asked to stop; everything worth keeping has been saved.
};

/// Root of every exception that the library throws on purpose.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const noexcept { return kind_; }
  int exit_code() const noexcept { return static_cast<int>(kind_); }

 private:
  ErrorKind kind_;
};

/// The machine or the computation failed.
class FailureError : public Error {
 public:
  explicit FailureError(const std::string& message) : Error(ErrorKind::kFailure, message) {}
};

/// The call itself is wrong.
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& message) : Error(ErrorKind::kUsage, message) {}
};

/// An option has a wrong name, type or value. `key` is its dotted name.
class OptionError : public Error {
 public:
  OptionError(std::string key, const std::string& message)
      : Error(ErrorKind::kUsage, message), key_(std::move(key)) {}
  const std::string& key() const noexcept { return key_; }

 private:
  std::string key_;
};

/// A data file cannot be used. The message begins with `file:line:` (or `file:`).
class DataError : public Error {
 public:
  DataError(const std::string& file, const std::string& message)
      : Error(ErrorKind::kData, file + ": " + message), file_(file) {}
  DataError(const std::string& file, std::int64_t line, const std::string& message)
      : Error(ErrorKind::kData, file + ":" + std::to_string(line) + ": " + message),
        file_(file),
        line_(line) {}
  const std::string& file() const noexcept { return file_; }
  std::optional<std::int64_t> line() const noexcept { return line_; }

 private:
  std::string file_;
  std::optional<std::int64_t> line_;
};

/// Weights do not fit the network: every name that is missing, unexpected or of another shape.
class WeightsError : public Error {
 public:
  struct Names {
    std::vector<std::string> missing;
    std::vector<std::string> unexpected;
    std::vector<std::string> mismatched;  ///< "name: [a, b] in the file, [c, d] in the network"
  };
  WeightsError(const std::string& file, const std::string& message, Names names)
      : Error(ErrorKind::kData, file + ": " + message), names_(std::move(names)) {}
  const Names& names() const noexcept { return names_; }

 private:
  Names names_;
};

}  // namespace mien
