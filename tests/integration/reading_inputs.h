// Inputs of `mien read` and its like: made pictures and videos, and a network that reads them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "mien/core/files.h"
#include "mien/image/image.h"
#include "mien/image/video_writer.h"

#include "../infer/tiny_network.h"
#include "small_runs.h"

namespace mien::test {

class ReadingInputs : public testing::Test {
 protected:
  void SetUp() override { model_ = save_tiny(folder_, "tiny"); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  bool exists(const std::string& name) const { return std::filesystem::exists(folder_ / name); }
  std::string text(const std::string& name) const { return read_file(folder_ / name); }
  std::size_t lines(const std::string& name) const {
    const std::string all = text(name);
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), '\n'));
  }

  /// Every picture is one face: a drawn one would not be found by a detector.
  std::string options() const {
    return " --no-detect --threads 1 --device cpu --precision float32 --model " + model_;
  }
  static Image shaded(int side, int shade) {
    Image image(side, side);
    for (std::size_t i = 0; i < image.pixels.size(); ++i) {
      image.pixels[i] = static_cast<std::uint8_t>((static_cast<int>(i) / side + shade) % 256);
    }
    return image;
  }
  std::string picture(const std::string& name, int shade = 0) const {
    make_folder((folder_ / name).parent_path());
    write_image(folder_ / name, shaded(64, shade));
    return path(name);
  }
  std::string video(const std::string& name, int frames) const {
    make_folder((folder_ / name).parent_path());
    VideoWriter writer(folder_ / name, 64, 64);
    for (int i = 0; i < frames; ++i) writer.write(shaded(64, i));
    writer.finish();
    return path(name);
  }

  TempFolder folder_;
  std::string model_;
};

}  // namespace mien::test
