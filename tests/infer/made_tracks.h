// People who move through a picture, made up, and how well their ids are kept.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "mien/core/random.h"
#include "mien/infer/tracker.h"

namespace mien::test {

/// Where a person's face is at a time; nothing while hidden or away.
using Path = std::function<std::optional<Box>(double)>;

inline Box face_at(double x, double y, double side) {
  return {static_cast<float>(x - side / 2),
          static_cast<float>(y - side / 2),
          static_cast<float>(side),
          static_cast<float>(side)};
}

/// Steadily from one point to another.
struct Walk {
  double x = 0;
  double y = 0;
  double x_speed = 0;  ///< pixels a second
  double y_speed = 0;
  double side = 100;
  std::optional<Box> operator()(double time) const {
    return face_at(x + x_speed * time, y + y_speed * time, side);
  }
};

/// The path, but nothing between two times.
inline Path hidden(const Path& path, double from, double to) {
  return [path, from, to](double time) -> std::optional<Box> {
    if (time >= from && time < to) return std::nullopt;
    return path(time);
  };
}

struct Scene {
  std::vector<Path> people;
  double seconds = 6;
  double rate = 25;
  double lost_frames = 0;  ///< part of the frames that are missing (variable rate)
  bool with_features = true;
  std::uint64_t seed = 1;
};

/// A frame and which person each face belongs to.
struct MadeFrame {
  FrameReading reading;
  std::vector<std::vector<float>> features;
  std::vector<std::size_t> people;
};

inline std::vector<MadeFrame> make_frames(const Scene& scene) {
  constexpr double kJitter = 0.03;  // of the side
  constexpr std::size_t kFeatures = 16;
  RandomStream random({scene.seed});
  std::vector<std::vector<double>> looks(scene.people.size(), std::vector<double>(kFeatures));
  for (auto& look : looks) {
    for (double& value : look) value = 2 + 0.5 * random.normal();
  }
  std::vector<MadeFrame> frames;
  for (int i = 0; i < static_cast<int>(scene.seconds * scene.rate); ++i) {
    if (random.chance(scene.lost_frames)) continue;
    MadeFrame frame;
    frame.reading.frame = i;
    frame.reading.timestamp = i / scene.rate;
    for (std::size_t person = 0; person < scene.people.size(); ++person) {
      const std::optional<Box> box = scene.people[person](frame.reading.timestamp);
      if (!box) continue;
      const auto side = static_cast<double>(box->width);
      FaceReading face;
      face.confidence = 0.99;
      face.box = face_at(static_cast<double>(box->x) + side / 2 + kJitter * side * random.normal(),
                         static_cast<double>(box->y) + side / 2 + kJitter * side * random.normal(),
                         side * (1 + kJitter * random.normal()));
      frame.reading.faces.push_back(face);
      frame.people.push_back(person);
      std::vector<float> features;
      for (const double value : looks[person]) {
        features.push_back(static_cast<float>(value + 0.15 * random.normal()));
      }
      if (scene.with_features) frame.features.push_back(std::move(features));
    }
    frames.push_back(std::move(frame));
  }
  return frames;
}

struct Outcome {
  int switches = 0;   ///< a person got the id that another had
  int fragments = 0;  ///< a person got another id that was new
  std::int64_t ids = 0;
  bool operator==(const Outcome&) const = default;
};

inline Outcome track(std::vector<MadeFrame> frames, Tracker tracker = Tracker()) {
  Outcome outcome;
  std::map<std::size_t, std::int64_t> id_of;
  std::map<std::int64_t, std::size_t> owner_of;
  for (MadeFrame& frame : frames) {
    tracker.follow(frame.reading, frame.features);
    for (std::size_t i = 0; i < frame.people.size(); ++i) {
      const std::size_t person = frame.people[i];
      const std::int64_t id = frame.reading.faces[i].face_id;
      const auto owner = owner_of.find(id);
      if (owner != owner_of.end() && owner->second != person) {
        ++outcome.switches;
      } else if (id_of.contains(person) && id_of[person] != id) {
        ++outcome.fragments;
      }
      id_of[person] = id;
      owner_of[id] = person;
    }
  }
  outcome.ids = tracker.count();
  return outcome;
}

inline Outcome track(const Scene& scene) {
  return track(make_frames(scene));
}

}  // namespace mien::test
