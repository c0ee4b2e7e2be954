// NumPy's .npy files that hold one value: what AffectNet keeps its labels in.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace mien {

/// The one number of a .npy file: shape () or (1,), of integers, floats, or digits as text (S, U).
/// Throws DataError for another version, type, shape or length. Nothing in the file is executed.
double read_npy_number(const std::filesystem::path& file);
double parse_npy_number(std::string_view bytes, const std::string& name);

}  // namespace mien
