// What a command may write over: nothing that is somebody else's.
#pragma once

#include <filesystem>

#include "mien/report/rows.h"

namespace mien::cli {

/// Throws DataError where `file` is there and holds something else than rows of this program.
void check_replaceable(const std::filesystem::path& file, RowFormat format);
/// The same for an HTML page.
void check_replaceable_page(const std::filesystem::path& file);

}  // namespace mien::cli
