#include "mien/infer/tracker.h"

#include <algorithm>
#include <limits>
#include <set>

#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/face/boxes.h"

#include "made_tracks.h"

namespace mien {
namespace {

using test::hidden;
using test::make_frames;
using test::Outcome;
using test::Scene;
using test::track;
using test::Walk;

/// Ids kept: no switch, no fragment, one id a person.
void expect_kept(Scene scene) {
  for (const bool with_features : {true, false}) {
    for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
      scene.with_features = with_features;
      scene.seed = seed;
      const Outcome outcome = track(scene);
      EXPECT_EQ(outcome.switches, 0) << "features " << with_features << " seed " << seed;
      EXPECT_EQ(outcome.fragments, 0) << "features " << with_features << " seed " << seed;
      EXPECT_EQ(outcome.ids, static_cast<std::int64_t>(scene.people.size()));
    }
  }
}

/// Two who walk past each other; the one behind is not seen while they overlap.
Scene crossing(double speed) {
  const Walk front{100, 300, speed, 0, 110};
  const Walk behind{700, 320, -speed, 0, 95};
  const auto behind_front = [=](double time) -> std::optional<Box> {
    const std::optional<Box> box = behind(time);
    if (overlap_of_smaller(*box, *front(time)) > 0.5F) return std::nullopt;
    return box;
  };
  Scene scene;
  scene.people = {front, behind_front};
  scene.seconds = 600 / speed;
  return scene;
}

TEST(Tracker, IdsStartAtOneAndStay) {
  Scene scene;
  scene.people = {Walk{200, 200}, Walk{500, 220, 30, 10, 80}};
  expect_kept(scene);
  auto frames = make_frames(scene);
  Tracker tracker;
  tracker.follow(frames[0].reading, frames[0].features);
  EXPECT_EQ(frames[0].reading.faces[0].face_id, 1);
  EXPECT_EQ(frames[0].reading.faces[1].face_id, 2);
}

TEST(Tracker, TwoWhoCrossKeepTheirs) {
  for (const double speed : {80.0, 150.0, 300.0}) {
    SCOPED_TRACE(speed);
    expect_kept(crossing(speed));
  }
}

TEST(Tracker, HidingForTwoSeconds) {
  Scene scene;
  scene.people = {hidden(Walk{300, 300}, 2, 4), Walk{600, 300, 10}};
  expect_kept(scene);
}

TEST(Tracker, HidingForTwoSecondsOnTheMove) {
  Scene scene;
  scene.people = {hidden(Walk{100, 300, 90}, 2, 4), Walk{900, 300, -10}};
  expect_kept(scene);
}

/// Stands in one place, hides for a second and comes back in another.
struct Mover {
  double before = 0;
  double after = 0;
  std::optional<Box> operator()(double time) const {
    if (time >= 3 && time < 4) return std::nullopt;
    return test::face_at(time < 3 ? before : after, 300, 100);
  }
};

TEST(Tracker, TwoWhoChangePlacesUnseenAreToldApartByTheirLooks) {
  Scene scene;
  scene.people = {Mover{300, 420}, Mover{420, 300}};
  EXPECT_EQ(track(scene), (Outcome{0, 0, 2}));
}

TEST(Tracker, WhoLeavesAndWhoComes) {
  Scene scene;
  const Walk leaving{100, 200, 40};
  const auto leave = [=](double time) { return time < 3 ? leaving(time) : std::nullopt; };
  const Walk standing{700, 400};
  const auto come = [=](double time) { return time >= 4 ? standing(time) : std::nullopt; };
  scene.people = {leave, come};
  expect_kept(scene);
}

TEST(Tracker, AStrangerInTheSamePlaceIsSomebodyElse) {
  Scene scene;
  const Walk place{300, 300};
  const auto first = [=](double time) { return time < 3 ? place(time) : std::nullopt; };
  const auto second = [=](double time) { return time >= 4 ? place(time) : std::nullopt; };
  scene.people = {first, second, Walk{600, 300}};
  EXPECT_EQ(track(scene), (Outcome{0, 0, 3}));
}

TEST(Tracker, AnyFrameRate) {
  for (const double rate : {2.0, 5.0, 15.0, 60.0, 240.0}) {
    SCOPED_TRACE(rate);
    Scene scene = crossing(100);
    scene.people.push_back(hidden(Walk{400, 700, 20}, 2, 3.5));
    scene.rate = rate;
    expect_kept(scene);
    scene.lost_frames = rate > 10 ? 0.5 : 0;
    expect_kept(scene);
  }
}

TEST(Tracker, ACrowd) {
  Scene scene;
  for (int i = 0; i < 12; ++i) {
    const double x = 100 + 130 * (i % 4);
    const int row = i / 4;
    const double y = 100 + 150 * row;
    scene.people.emplace_back([=](double time) {
      return test::face_at(x + 40 * std::sin(time * (1 + 0.1 * i)), y + 30 * std::cos(time), 70);
    });
  }
  expect_kept(scene);
}

TEST(Tracker, AfterItsMemoryAnIdIsNotGivenAgain) {
  Scene scene;
  scene.people = {hidden(Walk{300, 300}, 1, 5.5)};
  const Outcome outcome = track(scene);
  EXPECT_EQ(outcome, (Outcome{0, 1, 2}));
  EXPECT_EQ(track(make_frames(scene), Tracker({10})), (Outcome{0, 0, 1}));
}

TEST(Tracker, TheOrderOfFacesMakesNoDifference) {
  Scene scene = crossing(120);
  scene.people.emplace_back(Walk{300, 500, 20});
  auto frames = make_frames(scene);
  auto turned = frames;
  for (test::MadeFrame& frame : turned) {
    std::reverse(frame.reading.faces.begin(), frame.reading.faces.end());
    std::reverse(frame.features.begin(), frame.features.end());
  }
  Tracker first;
  Tracker second;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    first.follow(frames[i].reading, frames[i].features);
    second.follow(turned[i].reading, turned[i].features);
    const auto& faces = frames[i].reading.faces;
    for (std::size_t j = 0; j < faces.size(); ++j) {
      EXPECT_EQ(faces[j].face_id, turned[i].reading.faces[faces.size() - 1 - j].face_id);
    }
  }
}

TEST(Tracker, NoIdTwiceInAFrame) {
  RandomStream random({5});
  Tracker tracker;
  for (int i = 0; i < 200; ++i) {
    FrameReading frame;
    frame.timestamp = i * 0.04;
    for (std::int64_t n = random.below(8); n > 0; --n) {
      FaceReading face;
      face.box = test::face_at(random.uniform(0, 300), random.uniform(0, 300), 80);
      frame.faces.push_back(face);
    }
    tracker.follow(frame);
    std::set<std::int64_t> ids;
    for (const FaceReading& face : frame.faces) {
      EXPECT_TRUE(ids.insert(face.face_id).second);
      EXPECT_GE(face.face_id, 1);
      EXPECT_LE(face.face_id, tracker.count());
    }
  }
}

TEST(Tracker, OddFramesDoNoHarm) {
  Tracker tracker;
  FrameReading empty;
  tracker.follow(empty);
  FrameReading frame;
  frame.timestamp = 1;
  frame.faces.resize(2);  // boxes without extent
  frame.faces[1].box.x = std::numeric_limits<float>::quiet_NaN();
  tracker.follow(frame);
  frame.timestamp = 0.5;  // back in time
  tracker.follow(frame);
  EXPECT_GE(tracker.count(), 2);
  EXPECT_THROW(Tracker({-1}), OptionError);
}

}  // namespace
}  // namespace mien
