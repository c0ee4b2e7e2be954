// Where the data that lies beside the project is: golden values, face sets. Tests skip without it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>

#include "test_paths.h"

namespace mien::test {

/// The folder named by MIEN_SHARED, else `shared` beside the source folder; nothing if there is
/// none.
inline std::optional<std::filesystem::path> shared_folder() {
  const char* named = std::getenv("MIEN_SHARED");
  std::filesystem::path folder = named != nullptr
                                     ? std::filesystem::path(named)
                                     : std::filesystem::path(kSourceDir).parent_path() / "shared";
  if (!std::filesystem::is_directory(folder)) return std::nullopt;
  return folder;
}

/// A file or folder in it, or nothing if it is not there. Used as:
///   const auto file = shared_path("golden/dan.safetensors");
///   if (!file) GTEST_SKIP() << kNoShared;
inline std::optional<std::filesystem::path> shared_path(std::string_view name) {
  const auto folder = shared_folder();
  if (!folder || !std::filesystem::exists(*folder / name)) return std::nullopt;
  return *folder / name;
}

inline constexpr std::string_view kNoShared =
    "needs the shared data: set MIEN_SHARED to its folder, or put it beside the sources";

}  // namespace mien::test
