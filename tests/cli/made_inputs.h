// Pictures and videos to read, none of which shows a face.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "mien/core/files.h"
#include "mien/image/image.h"
#include "mien/image/video_writer.h"

namespace mien::test {

/// Grows lighter to the bottom; each shade is another picture.
inline Image shaded(int shade, int side = 64) {
  Image image(side, side);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    image.pixels[i] = static_cast<std::uint8_t>((static_cast<int>(i) / side + shade) % 256);
  }
  return image;
}

inline std::string write_picture(const std::filesystem::path& file, int shade = 0) {
  make_folder(file.parent_path());
  write_image(file, shaded(shade));
  return file.string();
}

/// 25 frames a second.
inline std::string write_video(const std::filesystem::path& file, int frames) {
  make_folder(file.parent_path());
  VideoWriter writer(file, 64, 64);
  for (int i = 0; i < frames; ++i) writer.write(shaded(i));
  writer.finish();
  return file.string();
}

/// The beginning of a video of 100 frames.
inline std::string write_cut_video(const std::filesystem::path& file) {
  const std::string bytes = read_file(write_video(file, 100));
  write_file_atomically(file, bytes.substr(0, bytes.size() * 3 / 5));
  return file.string();
}

}  // namespace mien::test
