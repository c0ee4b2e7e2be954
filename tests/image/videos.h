// Videos for the tests of this folder: every frame carries its number as a bar code.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "mien/image/image.h"
#include "mien/image/video_reader.h"
#include "mien/image/video_writer.h"

namespace mien::test {

inline constexpr int kVideoWidth = 192;
inline constexpr int kVideoHeight = 96;
inline constexpr int kCodeBits = 12;
inline constexpr int kCodeHeight = 24;

struct Box {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

inline void fill_box(Image& image, const Box& box, std::uint8_t value) {
  for (int row = box.y; row < box.y + box.height; ++row) {
    std::fill_n(image.row(row) + std::ptrdiff_t{box.x} * 3, box.width * 3, value);
  }
}

/// The number as twelve bars along the top, below them a square that moves to the right.
inline Image numbered(int number, int width = kVideoWidth, int height = kVideoHeight) {
  Image image(width, height);
  std::fill(image.pixels.begin(), image.pixels.end(), std::uint8_t{90});
  const int bar = width / kCodeBits;
  for (int bit = 0; bit < kCodeBits; ++bit) {
    fill_box(image, {bit * bar, 0, bar, kCodeHeight}, (number >> bit & 1) != 0 ? 235 : 20);
  }
  constexpr int kSide = 20;
  fill_box(image, {number * 3 % (width - kSide), kCodeHeight + 10, kSide, kSide}, 200);
  return image;
}

inline int number_of(const Image& image) {
  const int bar = image.width / kCodeBits;
  int number = 0;
  for (int bit = 0; bit < kCodeBits; ++bit) {
    const int x = bit * bar + bar / 2;
    if (image.row(kCodeHeight / 2)[x * 3 + 1] > 128) number |= 1 << bit;
  }
  return number;
}

/// Frames numbered from 0, at the options' rate.
inline std::filesystem::path write_numbered(const std::filesystem::path& file,
                                            int frames,
                                            const VideoWriterOptions& options = {}) {
  VideoWriter writer(file, kVideoWidth, kVideoHeight, options);
  for (int i = 0; i < frames; ++i) writer.write(numbered(i));
  writer.finish();
  return file;
}

struct SeenFrame {
  std::int64_t index = 0;
  int number = 0;
  double timestamp = 0;
};

/// What is left in the reader.
inline std::vector<SeenFrame> read_all(VideoReader& reader) {
  std::vector<SeenFrame> seen;
  VideoFrame frame;
  while (reader.read(frame)) seen.push_back({frame.index, number_of(frame.image), frame.timestamp});
  return seen;
}

inline std::vector<SeenFrame> read_all(const std::filesystem::path& file) {
  VideoReader reader(file.string());
  return read_all(reader);
}

}  // namespace mien::test
