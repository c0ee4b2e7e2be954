// Where people are, second by second, in the clips that made_clip.h draws.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace mien::bench {

/// A face's middle and the longer side of its box, in heights of the frame: x runs to the frame's
/// aspect ratio, y to 1.
struct Place {
  double x = 0;
  double y = 0;
  double side = 0;
};

/// What hides whoever is behind it: a screen from the upper to the lower edge.
struct Screen {
  double left = 0;  ///< in heights of the frame
  double right = 0;
};

struct ClipScene {
  std::vector<std::function<Place(double seconds)>> people;  ///< from the back to the front
  std::vector<Screen> screens;                               ///< before all of them
};

struct ClipOptions {
  /// one: a face that moves, grows and shrinks; five: five that move; cross: two pairs that pass
  /// before each other; hide: three that go behind a screen and come back after 1 to 2 seconds, on
  /// either side.
  std::string scene = "one";
  std::int64_t width = 1280;  ///< pixels
  std::int64_t height = 720;
  std::int64_t frame_rate = 30;  ///< frames/s
  std::int64_t seconds = 10;
  std::int64_t seed = 1;  ///< the same seed gives the same clip
  /// Throws UsageError.
  void check() const;
};

/// Throws UsageError for a scene of another name.
ClipScene make_scene(const ClipOptions& options);

}  // namespace mien::bench
