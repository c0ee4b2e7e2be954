#include "mien/nn/import/choose.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "mien/core/names.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/models/vit_size.h"

namespace mien {
namespace {

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
  return first_names(names, kShown) + (state.tensors.size() > kShown ? ", .." : "");
}

[[noreturn]] void refuse_unknown(const StateDict& state, const std::string& file) {
  const std::vector<std::string> prefixes = prefixes_that_fit(state);
  if (!prefixes.empty()) {
    const std::string& prefix = prefixes.front();
    const std::string title = full_title(readings_of(without_prefix(state, prefix)).front());
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
    choices.push_back("--arch " + reading.architecture + " (" + full_title(reading) + ")");
  }
  throw DataError(file, "does not tell which it is; say it with " + join(choices, " or "));
}

/// The size "192x12x3/16" with as many heads as the configuration says.
std::string with_heads(const std::string& text, bool decoder, const HeadCounts& counts) {
  const std::int64_t heads = decoder ? counts.decoder : counts.encoder;
  VitSize size;
  try {
    size = decoder ? parse_decoder_size(text) : parse_vit_size(text);
  } catch (const OptionError& error) {
    throw DataError(counts.file, std::string("the weights beside it: ") + error.what());
  }
  if (size.heads == heads) return text;
  if (size.width % heads != 0) {
    throw DataError(counts.file,
                    "has " + std::to_string(heads) + " attention heads, which do not divide the " +
                        "width of the weights beside it, " + std::to_string(size.width));
  }
  return std::to_string(size.width) + "x" + std::to_string(size.depth) + "x" +
         std::to_string(heads) + (decoder ? "" : "/" + std::to_string(size.patch));
}

void take_heads(const HeadCounts& counts, ForeignNames& names) {
  for (auto& [key, text] : names.options) {
    const bool decoder = key == "model.decoder";
    if (!decoder && key != "model.vit") continue;
    if ((decoder ? counts.decoder : counts.encoder) == 0) continue;
    text = with_heads(text, decoder, counts);
    std::erase(names.assumed, key);
  }
}

ForeignNames likeliest(const StateDict& state, const ReadingHints& hints, const std::string& file) {
  std::vector<ForeignNames> readings = readings_of(state);
  if (readings.empty()) refuse_unknown(state, file);
  std::vector<ForeignNames> agreeing;
  std::copy_if(readings.begin(),
               readings.end(),
               std::back_inserter(agreeing),
               [&](const ForeignNames& reading) { return contradiction(reading, hints).empty(); });
  if (agreeing.empty()) {
    throw DataError(file,
                    contradiction(readings.front(), hints) + "; --arch " +
                        readings.front().architecture + " takes it in spite of that");
  }
  const bool same =
      agreeing.size() == 1 || (hints.classes_are_named && differ_in_classes_alone(agreeing));
  if (!same) refuse_several(agreeing, file);
  return std::move(agreeing.front());
}

}  // namespace

std::string contradiction(const ForeignNames& reading, const ReadingHints& hints) {
  for (const auto& [key, known] : hints.options) {
    for (const auto& [own_key, own] : reading.options) {
      if (!key.starts_with("model.") || own_key != key || own == known) continue;
      return "the configuration says " + key + "=" + known + ", and " + reading.title + " has " +
             own;
    }
  }
  return "";
}

ForeignNames chosen_reading(const StateDict& state,
                            const ReadingHints& hints,
                            const std::string& file) {
  ForeignNames names = hints.architecture.empty() ? likeliest(state, hints, file)
                                                  : names_as(state, hints.architecture, file);
  take_heads(hints.heads, names);
  return names;
}

}  // namespace mien
