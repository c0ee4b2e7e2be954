#include <algorithm>
#include <cstdint>

#include "mien/image/video_reader.h"
#include "mien/image/video_writer.h"

#include "figures.h"

namespace mien::bench {

void read_video(const Flags& flags) {
  VideoReaderOptions options;
  options.threads = static_cast<int>(flags.number("threads", 1));
  const std::string file = flags.text("video", "");
  const bool convert = flags.number("convert", 1) != 0;
  VideoFrame frame;
  std::int64_t frames = 0;
  const Timing timing = timed(flags, [&] {
    VideoReader reader(file, options);
    frames = 0;
    while (convert ? reader.read(frame) : reader.skip(1)) ++frames;
  });
  report("read-video", static_cast<double>(frames), timing);
}

void write_video(const Flags& flags) {
  const auto width = static_cast<int>(flags.number("width", 320));
  const auto height = static_cast<int>(flags.number("height", 180));
  const std::int64_t frames = flags.number("frames", 750);
  VideoWriterOptions options;
  options.threads = static_cast<int>(flags.number("threads", 1));
  const std::string file = flags.text("out", "");
  Image image(width, height);
  std::uint32_t state = 1;
  for (std::uint8_t& value : image.pixels) {
    state = state * 1664525U + 1013904223U;  // the numbers of Numerical Recipes
    value = static_cast<std::uint8_t>(state >> 24);
  }
  image = blur(image, 3);
  const Timing timing = timed(flags, [&] {
    VideoWriter writer(file, width, height, options);
    for (std::int64_t i = 0; i < frames; ++i) {
      // A bright square that moves over a still ground.
      Image frame = image;
      const int side = height / 4;
      const auto x = static_cast<int>(i * 3 % (width - side));
      for (int y = side; y < 2 * side; ++y) {
        std::fill_n(frame.row(y) + std::ptrdiff_t{x} * 3, side * 3, std::uint8_t{220});
      }
      writer.write(frame);
    }
    writer.finish();
  });
  report("write-video", static_cast<double>(frames), timing);
}

}  // namespace mien::bench
