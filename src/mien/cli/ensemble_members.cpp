#include "mien/cli/ensemble_members.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <system_error>

#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/ensemble.h"
#include "mien/train/run_folder.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEpochs = "@epoch=";

[[noreturn]] void refuse_epochs(const std::string& word) {
  throw UsageError("'" + word + "' names no epochs: write RUN@epoch=3, RUN@epoch=3,5 or " +
                   "RUN@epoch=3..6");
}

std::int64_t epoch_number(std::string_view text, const std::string& word) {
  const auto number = parse_integer(text);
  if (!number || *number < 1) refuse_epochs(word);
  return *number;
}

std::string kept_text(const std::vector<std::int64_t>& kept) {
  if (kept.empty()) return "it keeps none: train with --train.keep=every:1";
  std::vector<std::string> texts;
  texts.reserve(kept.size());
  for (const std::int64_t epoch : kept) texts.push_back(std::to_string(epoch));
  return "it keeps " + join(texts, ", ");
}

/// The epochs of one part of the list, "3" or "3..6", that the run kept.
std::vector<std::int64_t> chosen_epochs(std::string_view part,
                                        const std::vector<std::int64_t>& kept,
                                        const std::string& word) {
  const std::size_t dots = part.find("..");
  const std::int64_t first = epoch_number(part.substr(0, dots), word);
  const std::int64_t last =
      dots == std::string_view::npos ? first : epoch_number(part.substr(dots + 2), word);
  if (last < first) refuse_epochs(word);
  std::vector<std::int64_t> chosen;
  for (const std::int64_t epoch : kept) {
    if (epoch >= first && epoch <= last) chosen.push_back(epoch);
  }
  if (chosen.empty()) {
    throw DataError(
        word, "the run has no weights of epoch " + std::string(part) + "; " + kept_text(kept));
  }
  return chosen;
}

std::vector<fs::path> epoch_files(const std::string& word, std::size_t at) {
  const fs::path run = word.substr(0, at);
  std::error_code error;
  if (!fs::is_directory(run, error)) throw DataError(run.string(), "is no run folder");
  const std::vector<std::int64_t> kept = RunFolder::kept_epochs(run);
  std::vector<fs::path> files;
  for (const std::string_view part :
       split(std::string_view(word).substr(at + kEpochs.size()), ',')) {
    for (const std::int64_t epoch : chosen_epochs(part, kept, word)) {
      files.push_back(run / RunFolder::epoch_name(epoch));
    }
  }
  return files;
}

}  // namespace

std::vector<fs::path> named_members(const std::vector<std::string>& words) {
  std::vector<fs::path> files;
  for (const std::string& word : words) {
    const std::size_t at = word.rfind(kEpochs);
    if (at != std::string::npos) {
      for (fs::path& file : epoch_files(word, at)) files.push_back(std::move(file));
      continue;
    }
    if (is_ensemble_file(word)) {
      throw DataError(word, "is an ensemble: name its networks, an ensemble holds no others");
    }
    files.push_back(weights_file(word));
  }
  std::vector<fs::path> places;
  for (const fs::path& file : files) {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) throw DataError(file.string(), "no such file");
    const fs::path place = fs::canonical(file);
    if (std::find(places.begin(), places.end(), place) != places.end()) {
      throw UsageError(file.string() + " is named twice: --weights counts a network more");
    }
    places.push_back(place);
  }
  return files;
}

}  // namespace mien::cli
