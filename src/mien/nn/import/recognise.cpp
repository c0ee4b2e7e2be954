// Files beside the tables of names.
#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string_view>

#include "mien/core/names.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/import/architectures.h"
#include "mien/nn/import/foreign_names.h"

namespace mien {

bool Shapes::is(const std::string& name, const std::vector<std::int64_t>& sizes) const {
  const auto found = state_.tensors.find(name);
  return found != state_.tensors.end() && found->second.sizes() == at::IntArrayRef(sizes);
}

bool Shapes::all(std::string_view pattern,
                 std::int64_t count,
                 const std::vector<std::int64_t>& sizes) const {
  const std::size_t place = pattern.find('#');
  const std::string before(pattern.substr(0, place));
  const std::string after(pattern.substr(place + 1));
  for (std::int64_t number = 0; number < count; ++number) {
    if (!is(before + std::to_string(number) + after, sizes)) return false;
  }
  return true;
}

std::int64_t Shapes::side(const std::string& name, std::size_t dimension) const {
  const auto found = state_.tensors.find(name);
  if (found == state_.tensors.end()) return 0;
  constexpr std::int64_t kLargestSide = 1 << 20;
  const at::IntArrayRef sizes = found->second.sizes();
  return dimension < sizes.size() && sizes[dimension] <= kLargestSide ? sizes[dimension] : 0;
}

std::int64_t Shapes::count(std::string_view pattern) const {
  const std::size_t place = pattern.find('#');
  const std::string before(pattern.substr(0, place));
  const std::string after(pattern.substr(place + 1));
  for (std::int64_t number = 0;; ++number) {
    const std::string beginning = before + std::to_string(number) + after;
    const auto first = state_.tensors.lower_bound(beginning);
    if (first == state_.tensors.end() || !first->first.starts_with(beginning)) return number;
  }
}

const std::vector<Architecture>& architectures() {
  static const std::vector<Architecture> kAll = [] {
    std::vector<Architecture> all;
    for (const auto& family : {resnet_architectures(),
                               inception_architectures(),
                               efficientnet_architectures(),
                               vgg_face_architectures(),
                               vit_architectures(),
                               transformers_architectures(),
                               clip_architectures(),
                               face_architectures()}) {
      all.insert(all.end(), family.begin(), family.end());
    }
    return all;
  }();
  return kAll;
}

namespace {

/// A file read as one architecture, and what speaks against that.
struct Reading {
  ForeignNames names;
  std::vector<std::string> unknown;  ///< names in the file that no rule knows
  std::vector<std::string> lacking;  ///< names that the file should have
  bool told = false;                 ///< the shapes are the architecture's

  bool fits() const { return unknown.empty() && lacking.empty() && told; }
};

/// Sorts the file's names by the rules. Joined tensors come together.
void sort_names(const StateDict& state, const Architecture& architecture, Reading& reading) {
  std::map<std::string, TensorParts> taken;
  std::map<std::string, TensorParts> last;
  for (const auto& [name, tensor] : state.tensors) {
    const NameRule* used = nullptr;
    std::string here;
    for (const NameRule& rule : architecture.rules) {
      auto found = renamed(rule, name);
      if (!found) continue;
      here = *std::move(found);
      used = &rule;
      break;
    }
    if (used == nullptr) {
      reading.unknown.push_back(name);
    } else if (used->kind == NameRule::Kind::kLeave) {
      reading.names.left.push_back(name);
    } else {
      auto& kind = used->kind == NameRule::Kind::kHead ? last : taken;
      TensorParts& place = kind[here];
      place.name = here;
      place.parts.resize(static_cast<std::size_t>(used->parts));
      std::string& part = place.parts.at(static_cast<std::size_t>(used->part));
      if (part.empty()) {
        part = name;
      } else {
        reading.unknown.push_back(name);  // two names for one place
      }
    }
  }
  for (auto& [here, parts] : taken) {
    for (const std::string& part : parts.parts) {
      if (part.empty()) reading.lacking.push_back("a part of " + shown_name(here));
    }
    reading.names.tensors.push_back(std::move(parts));
  }
  for (auto& [here, parts] : last) reading.names.head.push_back(std::move(parts));
}

Reading read_as(const Architecture& architecture, const StateDict& state) {
  Reading reading;
  reading.names.architecture = architecture.name;
  reading.names.title = architecture.title;
  reading.names.network = architecture.network;
  for (const std::string& mark : architecture.marks) {
    if (!state.tensors.contains(mark)) reading.lacking.push_back(mark);
  }
  sort_names(state, architecture, reading);
  if (reading.lacking.empty()) reading.told = architecture.tell(Shapes(state), reading.names);
  return reading;
}

[[noreturn]] void refuse(const Architecture& architecture,
                         Reading reading,
                         const std::string& file) {
  constexpr std::size_t kShown = 5;
  const auto shown = [&](const char* what, const std::vector<std::string>& list) -> std::string {
    return list.empty() ? "" : std::string("; ") + what + " " + first_names(list, kShown);
  };
  std::string message = "is no " + architecture.title;
  if (reading.unknown.empty() && reading.lacking.empty()) {
    message += ": the names are, the shapes are those of another one";
  }
  message += shown("missing", reading.lacking) + shown("not in it", reading.unknown);
  throw WeightsError(file, message, {std::move(reading.lacking), std::move(reading.unknown), {}});
}

}  // namespace

std::vector<ForeignNames> readings_of(const StateDict& state) {
  std::vector<ForeignNames> fitting;
  for (const Architecture& architecture : architectures()) {
    // Asked before it is read: that spares sorting the names of what cannot fit.
    const auto& marks = architecture.marks;
    const bool marked = std::all_of(marks.begin(), marks.end(), [&](const std::string& mark) {
      return state.tensors.contains(mark);
    });
    if (architecture.only_by_name || !marked) continue;
    Reading reading = read_as(architecture, state);
    if (reading.fits() && !reading.names.only_by_name) fitting.push_back(std::move(reading.names));
  }
  return fitting;
}

std::string full_title(const ForeignNames& names) {
  return names.title + (names.classes_of.empty() ? "" : ", trained on " + names.classes_of);
}

ForeignNames names_as(const StateDict& state, const std::string& name, const std::string& file) {
  const Architecture* nearest = nullptr;
  std::optional<Reading> best;
  for (const Architecture& architecture : architectures()) {
    if (architecture.name != name) continue;
    Reading reading = read_as(architecture, state);
    if (reading.fits()) return reading.names;
    // Of several ways to name its tensors the one that explains most of the file's names.
    if (best && best->unknown.size() <= reading.unknown.size()) continue;
    best = std::move(reading);
    nearest = &architecture;
  }
  if (nearest == nullptr || !best) {
    throw UsageError("there is no architecture " + name + " to import; there are " +
                     join(architecture_names(), ", "));
  }
  refuse(*nearest, *std::move(best), file);
}

std::vector<std::string> architecture_names() {
  std::set<std::string> names;
  for (const Architecture& architecture : architectures()) names.insert(architecture.name);
  return {names.begin(), names.end()};
}

StateDict without_prefix(const StateDict& state, const std::string& prefix) {
  StateDict below;
  below.metadata = state.metadata;
  for (auto at = state.tensors.lower_bound(prefix); at != state.tensors.end(); ++at) {
    if (!at->first.starts_with(prefix)) break;
    if (at->first.size() > prefix.size()) {
      below.tensors[at->first.substr(prefix.size())] = at->second;
    }
  }
  return below;
}

std::vector<std::string> prefixes_that_fit(const StateDict& state) {
  constexpr std::size_t kLeastNames = 8;     // fewer are no network
  constexpr std::size_t kMostPrefixes = 64;  // a file is not searched for longer than that takes
  constexpr std::size_t kMostDots = 4;
  constexpr std::size_t kLongestPrefix = 200;
  std::map<std::string, std::size_t> counts;
  for (const auto& [name, tensor] : state.tensors) {
    std::size_t dot = name.find('.');
    for (std::size_t i = 0; i < kMostDots && dot < kLongestPrefix; ++i) {
      ++counts[name.substr(0, dot + 1)];
      dot = name.find('.', dot + 1);
    }
  }
  std::vector<std::string> prefixes;
  for (const auto& [prefix, count] : counts) {
    if (count >= kLeastNames) prefixes.push_back(prefix);
  }
  std::stable_sort(prefixes.begin(), prefixes.end(), [](const auto& a, const auto& b) {
    return a.size() < b.size();
  });
  prefixes.resize(std::min(prefixes.size(), kMostPrefixes));
  std::vector<std::string> fitting;
  for (const std::string& prefix : prefixes) {
    if (!readings_of(without_prefix(state, prefix)).empty()) fitting.push_back(prefix);
  }
  return fitting;
}

}  // namespace mien
