#include "mien/nn/import/choose.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

using OptionTexts = std::vector<std::pair<std::string, std::string>>;

/// Whether no option of the reading is known to be another.
bool agrees(const ForeignNames& reading, const OptionTexts& known) {
  return std::all_of(known.begin(), known.end(), [&](const auto& option) {
    return std::none_of(reading.options.begin(), reading.options.end(), [&](const auto& own) {
      return own.first.starts_with("model.") && own.first == option.first &&
             own.second != option.second;
    });
  });
}

bool differ_in_classes_alone(const std::vector<ForeignNames>& readings) {
  const ForeignNames& first = readings.front();
  return std::all_of(readings.begin(), readings.end(), [&](const ForeignNames& reading) {
    return reading.network == first.network && reading.options == first.options;
  });
}

std::string some_names(const StateDict& state) {
  constexpr std::size_t kShown = 3;
  std::vector<std::string> names;
  names.reserve(kShown);
  for (const auto& [name, tensor] : state.tensors) {
    if (names.size() == kShown) break;
    names.push_back(name);
  }
  return join(names, ", ") + (state.tensors.size() > kShown ? ", .." : "");
}

[[noreturn]] void refuse_unknown(const StateDict& state, const std::string& file) {
  const std::vector<std::string> prefixes = prefixes_that_fit(state);
  if (!prefixes.empty()) {
    const std::string& prefix = prefixes.front();
    const std::string title = readings_of(without_prefix(state, prefix)).front().title;
    throw DataError(file,
                    "holds nothing known under the names that it has, and below '" + prefix + "' " +
                        title + ": give --prefix " + prefix);
  }
  throw DataError(file,
                  "holds no architecture that is known (its " +
                      std::to_string(state.tensors.size()) + " tensors: " + some_names(state) +
                      "); with --arch NAME the error says what speaks against it: " +
                      join(architecture_names(), ", "));
}

[[noreturn]] void refuse_several(const std::vector<ForeignNames>& readings,
                                 const std::string& file) {
  std::vector<std::string> choices;
  choices.reserve(readings.size());
  for (const ForeignNames& reading : readings) {
    choices.push_back("--arch " + reading.architecture + " (" + reading.title + ")");
  }
  throw DataError(file, "does not tell which it is; say it with " + join(choices, " or "));
}

}  // namespace

ForeignNames chosen_reading(const StateDict& state,
                            const ReadingHints& hints,
                            const std::string& file) {
  if (!hints.architecture.empty()) return names_as(state, hints.architecture, file);
  std::vector<ForeignNames> readings = readings_of(state);
  if (readings.empty()) refuse_unknown(state, file);
  std::vector<ForeignNames> agreeing;
  std::copy_if(readings.begin(),
               readings.end(),
               std::back_inserter(agreeing),
               [&](const ForeignNames& reading) { return agrees(reading, hints.options); });
  if (agreeing.empty()) agreeing = std::move(readings);
  const bool same =
      agreeing.size() == 1 || (hints.classes_are_named && differ_in_classes_alone(agreeing));
  if (!same) refuse_several(agreeing, file);
  return std::move(agreeing.front());
}

}  // namespace mien
