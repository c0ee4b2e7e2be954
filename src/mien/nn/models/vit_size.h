// The sizes of vision transformers by name.
#pragma once

#include <cstdint>
#include <string>

namespace mien {

struct VitSize {
  std::int64_t width = 768;
  std::int64_t depth = 12;
  std::int64_t heads = 12;
  std::int64_t patch = 16;  ///< side of a patch, pixels
};

/// "B/16": T, S, B, L or H and the patch; or "192x6x3/8": width x depth x heads / patch.
/// Throws OptionError (model.vit) for anything else, or a width that the heads do not divide.
VitSize parse_vit_size(const std::string& text);
/// The same for square pictures of `picture` pixels. Throws OptionError (model.vit) where its
/// patches do not divide them.
VitSize parse_vit_size(const std::string& text, std::int64_t picture);
/// "512x8x16": width x depth x heads of MAE's decoder, whose patch is the encoder's (0 here).
/// Throws OptionError (model.decoder) for anything else, and for a width that the heads or 4 do not
/// divide.
VitSize parse_decoder_size(const std::string& text);

}  // namespace mien
