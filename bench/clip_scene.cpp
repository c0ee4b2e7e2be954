#include "clip_scene.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numbers>

#include "mien/core/random.h"
#include "mien/error.h"

namespace mien::bench {
namespace {

/// A value that swings about its middle.
struct Swing {
  double middle = 0;
  double reach = 0;
  double period = 1;  ///< seconds
  double phase = 0;   ///< turns
  double at(double seconds) const {
    return middle + reach * std::sin(2 * std::numbers::pi * (seconds / period + phase));
  }
};

Swing swing(double middle, double reach, double period, RandomStream& random) {
  return {middle, reach, period * random.uniform(0.8, 1.2), random.uniform()};
}

/// About `home`, as far as `reach` in each direction.
std::function<Place(double)> wander(const Place& home, const Place& reach, RandomStream& random) {
  const Swing x = swing(home.x, reach.x, 7, random);
  const Swing y = swing(home.y, reach.y, 4, random);
  const Swing side = swing(home.side, reach.side, 9, random);
  return [=](double seconds) { return Place{x.at(seconds), y.at(seconds), side.at(seconds)}; };
}

ClipScene one(double aspect, const ClipOptions& /*options*/, RandomStream& random) {
  return {{wander({aspect / 2, 0.5, 0.28}, {0.25 * aspect, 0.1, 0.07}, random)}, {}};
}

ClipScene five(double aspect, const ClipOptions& /*options*/, RandomStream& random) {
  ClipScene scene;
  const Place reach{0.03 * aspect, 0.03, 0.02};
  for (const double x : {0.18, 0.5, 0.82}) {
    scene.people.push_back(wander({x * aspect, 0.28, 0.19}, reach, random));
  }
  for (const double x : {0.34, 0.66}) {
    scene.people.push_back(wander({x * aspect, 0.74, 0.19}, reach, random));
  }
  return scene;
}

ClipScene cross(double aspect, const ClipOptions& /*options*/, RandomStream& random) {
  ClipScene scene;
  for (const double lane : {0.28, 0.73}) {
    const Swing way = swing(0, 0.33 * aspect, 8, random);
    for (const double sign : {-1.0, 1.0}) {
      const Swing y = swing(lane, 0.03, 3, random);
      const double side = sign < 0 ? 0.19 : 0.21;  // who is nearer is larger
      scene.people.emplace_back([=](double seconds) {
        return Place{aspect / 2 + sign * way.at(seconds), y.at(seconds), side};
      });
    }
  }
  return scene;
}

double eased(double part) {
  const double x = std::clamp(part, 0.0, 1.0);
  return x * x * (3 - 2 * x);
}

constexpr double kCycle = 5;  // seconds from one vanishing to the next

/// Stands at one side of the screen, goes behind it, waits, and comes out on the side that the
/// next entry of `sides` (-1 or 1) says.
struct Hiding {
  Place home;  ///< x: the screen's middle
  double away = 0;
  double start = 0;  ///< seconds
  double wait = 0;
  std::vector<double> sides;

  Place at(double seconds) const {
    const double time = std::max(0.0, seconds - start);
    const auto cycle = static_cast<std::size_t>(time / kCycle);
    const double now = time - kCycle * static_cast<double>(cycle);
    const double before = sides[cycle] * (1 - eased(now));
    const double after = sides[cycle + 1] * eased(now - 1 - wait);
    return {home.x + away * (before + after), home.y, home.side};
  }
};

ClipScene hide(double aspect, const ClipOptions& options, RandomStream& random) {
  constexpr double kHalf = 0.3;  // of the screen's width
  ClipScene scene;
  scene.screens = {{aspect / 2 - kHalf, aspect / 2 + kHalf}};
  double start = 1;
  for (const double lane : {0.19, 0.5, 0.81}) {
    Hiding hiding{{aspect / 2, lane, 0.16}, 2 * kHalf, start, random.uniform(0.6, 1.1), {}};
    const auto cycles = static_cast<std::size_t>(static_cast<double>(options.seconds) / kCycle);
    for (std::size_t i = 0; i < cycles + 2; ++i) {
      hiding.sides.push_back(random.chance(0.5) ? 1 : -1);
    }
    scene.people.emplace_back([hiding](double seconds) { return hiding.at(seconds); });
    start += random.uniform(0.5, 1.5);
  }
  return scene;
}

using SceneMaker = ClipScene (*)(double, const ClipOptions&, RandomStream&);
const std::map<std::string, SceneMaker>& scenes() {
  static const std::map<std::string, SceneMaker> kScenes = {
      {"one", one}, {"five", five}, {"cross", cross}, {"hide", hide}};
  return kScenes;
}

void check_range(const std::string& name, std::int64_t value, std::int64_t low, std::int64_t high) {
  if (value >= low && value <= high) return;
  throw UsageError("--" + name + " is " + std::to_string(value) + ", but must be " +
                   std::to_string(low) + " to " + std::to_string(high));
}

}  // namespace

void ClipOptions::check() const {
  if (!scenes().contains(scene)) {
    throw UsageError("no scene '" + scene + "'; there are: one, five, cross, hide");
  }
  check_range("width", width, 160, 7680);
  check_range("height", height, 120, 4320);
  check_range("rate", frame_rate, 1, 240);
  check_range("seconds", seconds, 1, 86'400);
  check_range("seed", seed, 0, 1'000'000'000);
}

ClipScene make_scene(const ClipOptions& options) {
  options.check();
  RandomStream random({static_cast<std::uint64_t>(options.seed), 1});
  const double aspect = static_cast<double>(options.width) / static_cast<double>(options.height);
  return scenes().at(options.scene)(aspect, options, random);
}

}  // namespace mien::bench
