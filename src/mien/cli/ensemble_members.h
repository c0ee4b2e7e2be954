// Which weights files the words of `mien ensemble` name.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mien::cli {

/// Of each word its files: a weights file; a run folder's best weights; of RUN@epoch=3,
/// RUN@epoch=3,5 or RUN@epoch=3..6 the weights that the run kept of those epochs: of each one that
/// is named, of a range those that are there. Throws UsageError (a word that says no epochs, a file
/// that is named twice) and DataError (files that are not there; an ensemble's file).
std::vector<std::filesystem::path> named_members(const std::vector<std::string>& words);

}  // namespace mien::cli
