// Small sets made for tests: a picture of one colour a sample, labels by a rule.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mien/data/sets.h"
#include "mien/image/image.h"

#include "temp_folder.h"

namespace mien::test {

/// A picture whose pixels tell its number: red = number, a ramp in the other channels.
inline Image numbered_picture(int number, int side = 16) {
  Image image(side, side);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      std::uint8_t* pixel = image.row(y) + static_cast<std::ptrdiff_t>(3) * x;
      pixel[0] = static_cast<std::uint8_t>(number);
      pixel[1] = static_cast<std::uint8_t>(8 * x);
      pixel[2] = static_cast<std::uint8_t>(8 * y);
    }
  }
  return image;
}

/// `count` samples in ABAW's vocabulary with PNG pictures in the folder. Sample i has expression
/// i % 8 (missing where i % 3 == 2), VA where i % 4 == 0, units where i % 5 != 0.
inline SampleSet made_set(const TempFolder& folder, int count, const std::string& name = "set") {
  SampleSet set{name, abaw_mtl_vocabulary(), {}};
  for (int i = 0; i < count; ++i) {
    Sample sample;
    sample.name = name + "/" + std::to_string(i) + ".png";
    sample.file = folder / sample.name;
    std::filesystem::create_directories(sample.file.parent_path());
    write_image(sample.file, numbered_picture(i));
    sample.label.expression = i % 3 == 2 ? -1 : i % 8;
    if (i % 4 == 0) sample.label.valence = sample.label.arousal = static_cast<float>(i % 10) / 10;
    sample.label.action_units.assign(12, i % 5 == 0 ? std::int8_t{-1} : std::int8_t(i % 2));
    set.samples.push_back(std::move(sample));
  }
  return set;
}

/// The same without files, for what never looks at pictures.
inline SampleSet label_set(int count, const std::string& name = "set") {
  SampleSet set{name, abaw_mtl_vocabulary(), {}};
  for (int i = 0; i < count; ++i) {
    Sample sample;
    sample.name = name + "/" + std::to_string(i) + ".png";
    sample.file = sample.name;
    sample.label.action_units.assign(12, -1);
    set.samples.push_back(std::move(sample));
  }
  return set;
}

/// What `call` throws as an Error, or "" when it throws nothing.
template <typename Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

inline SetOptions set_at(const std::filesystem::path& path, const std::string& format = "auto") {
  SetOptions options;
  options.path = path.string();
  options.format = format;
  return options;
}

inline constexpr const char* kMtlHeader = "image,valence,arousal,expression,aus\n";

}  // namespace mien::test
