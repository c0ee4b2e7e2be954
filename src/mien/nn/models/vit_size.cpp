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

/// The option that a size is given by, for messages.
struct SizeOption {
  std::string key;
  std::string needed;
};

const SizeOption& vit_option() {
  static const SizeOption kOption = {
      "model.vit",
      "T, S, B, L or H and the patch side (B/16), or width x depth x heads and the patch side "
      "(192x6x3/8)"};
  return kOption;
}

const SizeOption& decoder_option() {
  static const SizeOption kOption = {"model.decoder", "width x depth x heads (512x8x16)"};
  return kOption;
}

[[noreturn]] void refuse_size(const SizeOption& option,
                              const std::string& text,
                              const std::string& why) {
  throw OptionError(option.key,
                    option.key + ": '" + text + "' " + why + "; needed is " + option.needed);
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

std::int64_t positive(std::string_view part, const SizeOption& option, const std::string& text) {
  const auto value = parse_integer(part);
  if (!value || *value < 1 || *value > kLargest) refuse_size(option, text, "is no size");
  return *value;
}

/// "512x8x16" out of the whole `text`.
VitSize parse_shape(std::string_view shape, const SizeOption& option, const std::string& text) {
  const auto parts = split(shape, 'x');
  if (parts.size() != 3) refuse_size(option, text, "is no size");
  VitSize size;
  size.width = positive(parts[0], option, text);
  size.depth = positive(parts[1], option, text);
  size.heads = positive(parts[2], option, text);
  size.patch = 0;
  if (size.width % size.heads != 0) {
    refuse_size(option, text, "has a width that its heads do not divide");
  }
  return size;
}

}  // namespace

VitSize parse_vit_size(const std::string& text) {
  const auto halves = split(text, '/');
  if (halves.size() != 2) refuse_size(vit_option(), text, "has no patch side");
  const auto named = named_size(halves[0]);
  VitSize size = named ? *named : parse_shape(halves[0], vit_option(), text);
  size.patch = positive(halves[1], vit_option(), text);
  return size;
}

VitSize parse_vit_size(const std::string& text, std::int64_t picture) {
  const VitSize size = parse_vit_size(text);
  if (picture % size.patch != 0) {
    throw OptionError(
        "model.vit",
        "model.vit: patches of " + std::to_string(size.patch) +
            " pixels do not divide pictures of input.size = " + std::to_string(picture));
  }
  return size;
}

VitSize parse_decoder_size(const std::string& text) {
  const VitSize size = parse_shape(text, decoder_option(), text);
  if (size.width % 4 != 0) {
    refuse_size(decoder_option(), text, "has a width that is no multiple of 4");
  }
  return size;
}

}  // namespace mien
