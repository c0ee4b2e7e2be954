#include "mien/nn/models/vit_size.h"

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

constexpr std::int64_t kLargest = 16384;

[[noreturn]] void refuse_size(const std::string& text, const std::string& why) {
  throw OptionError("model.vit",
                    "model.vit: '" + text + "' " + why +
                        "; needed is T, S, B, L or H and the patch side (B/16), or width x depth x "
                        "heads and the patch side (192x6x3/8)");
}

/// width, depth, heads; the sizes of Dosovitskiy et al. 2021 and Touvron et al. 2021.
std::optional<VitSize> named_size(std::string_view name) {
  static const std::map<std::string_view, VitSize> kSizes = {
      {"T", {192, 12, 3, 0}},
      {"S", {384, 12, 6, 0}},
      {"B", {768, 12, 12, 0}},
      {"L", {1024, 24, 16, 0}},
      {"H", {1280, 32, 16, 0}},
  };
  const auto found = kSizes.find(name);
  if (found == kSizes.end()) return std::nullopt;
  return found->second;
}

std::int64_t positive(std::string_view part, const std::string& text) {
  const auto value = parse_integer(part);
  if (!value || *value < 1 || *value > kLargest) refuse_size(text, "is no size");
  return *value;
}

}  // namespace

VitSize parse_vit_size(const std::string& text) {
  const auto halves = split(text, '/');
  if (halves.size() != 2) refuse_size(text, "has no patch side");
  VitSize size;
  if (const auto named = named_size(halves[0])) {
    size = *named;
  } else {
    const auto parts = split(halves[0], 'x');
    if (parts.size() != 3) refuse_size(text, "is no size");
    size.width = positive(parts[0], text);
    size.depth = positive(parts[1], text);
    size.heads = positive(parts[2], text);
  }
  size.patch = positive(halves[1], text);
  if (size.width % size.heads != 0) refuse_size(text, "has a width that its heads do not divide");
  return size;
}

}  // namespace mien
