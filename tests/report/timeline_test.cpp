#include "mien/report/timeline.h"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/report/painter.h"

#include "readings.h"

namespace mien {
namespace {

using test::kSmallVocabulary;

FrameReading frame_at(double time, const std::vector<std::int64_t>& ids, float valence = 0.5F) {
  FrameReading frame;
  frame.timestamp = time;
  for (const std::int64_t id : ids) {
    FaceReading face;
    face.face_id = id;
    face.prediction = {valence, -0.5F, {0.25F, 0.75F}, {0.125F, 1.0F}};
    frame.faces.push_back(face);
  }
  return frame;
}

std::int64_t count_pixels(const Image& image, Rgb colour) {
  std::int64_t count = 0;
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
    count += std::abs(image.pixels[i] - colour.red) + std::abs(image.pixels[i + 1] - colour.green) +
                 std::abs(image.pixels[i + 2] - colour.blue) <
             6;
  }
  return count;
}

TEST(Timeline, CountsFramesAndPersons) {
  Timeline timeline(kSmallVocabulary);
  timeline.add(frame_at(2.0, {1, 2}));
  timeline.add(frame_at(2.5, {2}));
  timeline.add(frame_at(3.0, {}));
  EXPECT_EQ(timeline.frames(), 3);
  EXPECT_EQ(timeline.frames_without_face(), 1);
  EXPECT_EQ(timeline.persons(), 2);
  EXPECT_EQ(timeline.begin(), 2.0);
  EXPECT_EQ(timeline.end(), 3.5);
  const auto persons = timeline.by_presence(5);
  ASSERT_EQ(persons.size(), 2U);
  EXPECT_EQ(persons[0]->face_id, 2);
  EXPECT_EQ(persons[0]->frames, 2);
  EXPECT_EQ(persons[0]->first, 2.0);
  EXPECT_EQ(persons[0]->last, 2.5);
  EXPECT_EQ(timeline.by_presence(1).size(), 1U);
}

TEST(Timeline, KeepsMeansWhateverItsLength) {
  Timeline timeline(kSmallVocabulary);
  double sum = 0;
  constexpr int kFrames = 200000;
  for (int i = 0; i < kFrames; ++i) {
    const float valence = static_cast<float>(i % 7) / 7;
    sum += static_cast<double>(valence);
    timeline.add(frame_at(i / 30.0, {1}, valence));
  }
  EXPECT_LE(timeline.frames_in().size(), 1024U);
  EXPECT_GE(timeline.frames_in().size(), 512U);
  EXPECT_EQ(std::accumulate(timeline.frames_in().begin(), timeline.frames_in().end(), 0), kFrames);
  const PersonTimeline& person = *timeline.by_presence(1)[0];
  EXPECT_EQ(person.bins.size(), timeline.frames_in().size());
  std::int64_t frames = 0;
  for (const auto& bin : person.bins) frames += bin.frames;
  EXPECT_EQ(frames, kFrames);
  EXPECT_NEAR(person.mean[0], sum / kFrames, 1e-6);
  EXPECT_NEAR(*person.value(100, 0), sum / kFrames, 0.01);
  EXPECT_NEAR(*person.value(100, timeline.first_class() + 1), 0.75, 1e-6);
  EXPECT_NEAR(*person.value(100, timeline.first_unit()), 0.125, 1e-6);
}

TEST(Timeline, AbsenceHasNoBins) {
  Timeline timeline(kSmallVocabulary);
  for (int i = 0; i < 1000; ++i) {
    const bool away = i >= 400 && i < 600;
    timeline.add(
        frame_at(i / 10.0, away ? std::vector<std::int64_t>{} : std::vector<std::int64_t>{1}));
  }
  for (const auto& bin : timeline.by_presence(1)[0]->bins) {
    const double time = timeline.time_of(bin.index);
    EXPECT_FALSE(time > 40.2 && time < 59.8) << time;
  }
}

TEST(Timeline, AStretchWithoutFramesIsNoGap) {
  Timeline timeline(kSmallVocabulary);
  timeline.add(frame_at(0, {1}));
  timeline.add(frame_at(0.5, {1}));
  EXPECT_EQ(timeline.next_with_frames(0), timeline.by_presence(1)[0]->bins[1].index);
}

TEST(Timeline, ManyPersonsTakeBoundedMemory) {
  Timeline timeline(kSmallVocabulary);
  for (int i = 0; i < 5000; ++i) timeline.add(frame_at(i, {1, 10 + i}));
  EXPECT_EQ(timeline.persons(), 5001);
  EXPECT_LE(timeline.by_presence(100000).size(), 401U);
  EXPECT_EQ(timeline.by_presence(1)[0]->face_id, 1);
  EXPECT_EQ(timeline.by_presence(1)[0]->frames, 5000);
}

TEST(Timeline, TakesWhatVideosMayGive) {
  Timeline timeline(kSmallVocabulary);
  timeline.add(frame_at(5, {1}));
  timeline.add(frame_at(NAN, {1}));
  timeline.add(frame_at(4, {1}));
  timeline.add(frame_at(1e300, {1}, NAN));
  FrameReading unread = frame_at(6, {1});
  unread.faces[0].prediction = {};
  timeline.add(unread);
  EXPECT_EQ(timeline.by_presence(1)[0]->frames, 5);
  EXPECT_EQ(timeline.by_presence(1)[0]->mean[0], 0.5);
  EXPECT_NO_THROW(draw_timeline(timeline, "t"));
  unread.faces[0].prediction.expression = {1.0F};
  EXPECT_THROW(timeline.add(unread), UsageError);
}

TEST(DrawTimeline, GreyWhereThePersonWasAbsent) {
  const Rgb absent{233, 235, 238};
  const auto grey_pixels = [&](int from, int to) {
    Timeline timeline(kSmallVocabulary);
    for (int i = 0; i < 100; ++i) {
      timeline.add(i >= from && i < to ? frame_at(i, {}) : frame_at(i, {1}));
    }
    return count_pixels(draw_timeline(timeline, "clip"), absent);
  };
  // Grid lines and the legend have pixels of that colour too.
  const std::int64_t always = grey_pixels(0, 0);
  const std::int64_t quarter = grey_pixels(25, 50) - always;
  EXPECT_GT(quarter, 20000);
  EXPECT_NEAR(static_cast<double>(grey_pixels(25, 75) - always),
              2 * static_cast<double>(quarter),
              0.05 * static_cast<double>(quarter));
}

TEST(DrawTimeline, GrowsWithPersonsUpToALimit) {
  const auto height = [](std::int64_t persons) {
    Timeline timeline(kSmallVocabulary);
    std::vector<std::int64_t> ids(static_cast<std::size_t>(persons));
    std::iota(ids.begin(), ids.end(), 1);
    timeline.add(frame_at(0, ids));
    return draw_timeline(timeline, "clip").height;
  };
  const auto most = static_cast<std::int64_t>(kDrawnPersons);
  EXPECT_EQ(height(0), height(1));
  EXPECT_GT(height(2), height(1));
  EXPECT_EQ(height(most + 5), height(most));
  EXPECT_THROW(draw_timeline(Timeline(kSmallVocabulary), "clip"), UsageError);
}

TEST(DrawTimeline, TakesAnyNetwork) {
  for (const Vocabulary& vocabulary :
       {Vocabulary{}, Vocabulary{{"a"}, {}, false}, Vocabulary{{}, {}, true}}) {
    Timeline timeline(vocabulary);
    FrameReading frame;
    frame.faces.resize(1);
    timeline.add(frame);
    EXPECT_NO_THROW(draw_timeline(
        timeline, "a \"title\" that is far too long to stand here " + std::string(300, 'x')));
  }
}

}  // namespace
}  // namespace mien
