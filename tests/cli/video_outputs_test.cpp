#include "mien/cli/video_outputs.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/files.h"

#include "fake_player.h"
#include "files_below.h"
#include "full_disk.h"
#include "made_inputs.h"
#include "reading_parts.h"
#include "thrown.h"

namespace mien::cli {
namespace {

using test::files_below;
using test::thrown;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr float kTolerance = 0.003F;  // medians are exact to 0.002

/// A frame in which person 1, 2, ... have these valences.
FrameReading frame_of(std::int64_t number, const std::vector<float>& valences) {
  FrameReading frame;
  frame.input = "clip.mp4";
  frame.frame = number;
  frame.timestamp = static_cast<double>(number) / 25;
  frame.faces.reserve(valences.size());
  for (const float valence : valences) {
    FaceReading face;
    face.face_id = static_cast<std::int64_t>(frame.faces.size()) + 1;
    face.box = {static_cast<float>(30 * frame.faces.size()), 4, 30, 30};
    face.confidence = 1;
    face.prediction = {valence, 0.25F, {0.5F, 0.375F, 0.125F}, {0.75F, 0.125F}};
    frame.faces.push_back(face);
  }
  return frame;
}

class VideoOutputsTest : public testing::Test {
 protected:
  VideoTask task(InputKind kind = InputKind::kVideo) const {
    return {{"clip.mp4", kind}, folder_ / "out/deep/clip"};
  }
  std::filesystem::path output(const std::string& ending) const {
    return folder_ / ("out/deep/clip" + ending);
  }
  static void take(VideoOutputs& outputs, const std::vector<std::vector<float>>& valences) {
    for (std::size_t i = 0; i < valences.size(); ++i) {
      const auto number = static_cast<std::int64_t>(i);
      EXPECT_TRUE(outputs.take(test::shaded(0), frame_of(number, valences[i])));
    }
  }
  std::vector<FrameReading> rows() const {
    RowReader reader(output(".csv"), RowFormat::kCsv);
    std::vector<FrameReading> frames;
    for (FrameReading frame; reader.next(frame);) frames.push_back(frame);
    return frames;
  }
  /// The adjusted valence of the person that stands there in the frame.
  static std::optional<float> adjusted(const FrameReading& frame, std::size_t person) {
    const FaceReading& face = frame.faces.at(person);
    return face.adjusted ? face.adjusted->valence : std::nullopt;
  }

  test::TempFolder folder_;
  test::ReadingParts parts_{folder_};
};

TEST_F(VideoOutputsTest, HaveTheirNamesOnceAllIsThere) {
  VideoOutputs outputs(task(), parts_.context, 25);
  take(outputs, {{0.1F, 0.2F}, {0.3F}, {}});
  EXPECT_EQ(outputs.frames(), 3);
  EXPECT_EQ(outputs.faces(), 3);
  EXPECT_EQ(outputs.people(), 2);
  EXPECT_EQ(outputs.part(), output(".csv.part"));
  for (const char* ending : {".csv", ".html", ".mien.mp4", ".timeline.png"}) {
    EXPECT_FALSE(std::filesystem::exists(output(ending))) << ending;
  }
  outputs.finish();
  EXPECT_THAT(
      files_below(folder_ / "out"),
      ElementsAre(
          "deep/clip.csv", "deep/clip.html", "deep/clip.mien.mp4", "deep/clip.timeline.png"));
  const std::vector<FrameReading> frames = rows();
  ASSERT_EQ(frames.size(), 3U);
  ASSERT_EQ(frames[0].faces.size(), 2U);
  EXPECT_NEAR(frames[0].faces[1].prediction.valence.value(), 0.2, 1e-6);
  EXPECT_FALSE(frames[0].faces[1].adjusted.has_value());
  EXPECT_TRUE(frames[2].faces.empty());
  EXPECT_THAT(read_file(output(".html")), HasSubstr("<title>clip.mp4</title>"));
}

TEST_F(VideoOutputsTest, WithoutARateThereIsNoVideo) {
  VideoOutputs outputs(task(InputKind::kCamera), parts_.context, 0);
  take(outputs, {{0.1F}});
  outputs.finish();
  EXPECT_THAT(files_below(folder_ / "out"),
              ElementsAre("deep/clip.csv", "deep/clip.html", "deep/clip.timeline.png"));
}

TEST_F(VideoOutputsTest, UnfinishedTheyLeaveCompleteRowsOnly) {
  {
    VideoOutputs outputs(task(), parts_.context, 25);
    take(outputs, {{0.1F}, {0.2F}});
  }
  EXPECT_THAT(files_below(folder_ / "out"), ElementsAre("deep/clip.csv.part"));
  const std::string text = read_file(output(".csv.part"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_TRUE(text.ends_with('\n'));
}

TEST_F(VideoOutputsTest, DiscardedTheyLeaveNothing) {
  VideoOutputs outputs(task(), parts_.context, 25);
  outputs.discard();
  EXPECT_TRUE(files_below(folder_ / "out").empty());
}

TEST_F(VideoOutputsTest, SomebodyElsesFilesStayAsTheyAre) {
  for (const std::string ending : {".csv", ".html"}) {
    folder_.write("out/deep/clip" + ending, "wheat,barley\n");
    EXPECT_THAT(thrown([&] { const VideoOutputs outputs(task(), parts_.context, 25); }),
                StartsWith("3 " + output(ending).string() + ": is there already"));
    EXPECT_THAT(files_below(folder_ / "out"), ElementsAre("deep/clip" + ending));
    EXPECT_EQ(read_file(output(ending)), "wheat,barley\n");
    std::filesystem::remove(output(ending));
  }
}

TEST_F(VideoOutputsTest, TakeThePlaceOfThoseBefore) {
  for (const float valence : {0.25F, 0.5F}) {
    VideoOutputs outputs(task(), parts_.context, 0);
    take(outputs, {{valence}});
    outputs.finish();
    ASSERT_EQ(rows().size(), 1U);
    EXPECT_NEAR(rows()[0].faces.at(0).prediction.valence.value(), valence, 1e-6);
  }
}

TEST_F(VideoOutputsTest, ADiskThatFillsUpAtTheEndLeavesNoHalfFile) {
  std::string error;
  {
    VideoOutputs outputs(task(), parts_.context, 25);
    take(outputs, {{0.1F}, {0.2F}});
    const test::FullDisk full(1000);
    error = thrown([&] { outputs.finish(); });
  }
  EXPECT_THAT(error, StartsWith("1 "));
  EXPECT_THAT(files_below(folder_ / "out"), ElementsAre("deep/clip.csv.part"));
}

TEST_F(VideoOutputsTest, RestingFacesAreTakenOutInASecondPass) {
  parts_.options.neutral = true;
  parts_.options.resting.frames = 3;
  {
    VideoOutputs outputs(task(), parts_.context, 0);
    take(outputs, {{0.4F, 0.8F}, {0.4F}, {0.7F, 0.2F}});
    outputs.finish();
  }
  EXPECT_THAT(files_below(folder_ / "out"),
              ElementsAre("deep/clip.csv", "deep/clip.html", "deep/clip.timeline.png"));
  const std::vector<FrameReading> frames = rows();
  ASSERT_EQ(frames.size(), 3U);
  const std::vector<float> expected = {0, 0, 0.3F};  // less the median, 0.4
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_THAT(adjusted(frames[i], 0),
                testing::Optional(testing::FloatNear(expected[i], kTolerance)));
  }
  EXPECT_NEAR(frames[0].faces[0].prediction.valence.value(), 0.4, 1e-6) << "stays beside it";
  EXPECT_FALSE(adjusted(frames[0], 1).has_value()) << "seen in two frames only";
  const std::vector<float>& units = frames[0].faces[0].adjusted.value().action_units;
  ASSERT_EQ(units.size(), 2U);
  EXPECT_NEAR(units[0], 0.1, 0.01) << "always at 0.75, so that is this person's rest";
  EXPECT_THAT(read_file(output(".html")), HasSubstr("clip.mp4, resting faces taken out"));
}

TEST_F(VideoOutputsTest, PagesSayWhatWasDoneToReadings) {
  parts_.options.neutral = true;
  parts_.options.video.smoothing.seconds = 0.3;
  VideoOutputs outputs(task(), parts_.context, 0);
  take(outputs, {{0.4F}});
  outputs.finish();
  EXPECT_THAT(read_file(output(".html")),
              HasSubstr("clip.mp4, smoothed over 0.3 s, resting faces taken out"));
}

TEST_F(VideoOutputsTest, StoppedInTheSecondPassTheRowsOfTheFirstAreKept) {
  parts_.options.neutral = true;
  std::string error;
  {
    VideoOutputs outputs(task(), parts_.context, 0);
    take(outputs, {{0.4F}, {0.4F}});
    parts_.stop.request();
    error = thrown([&] { outputs.finish(); });
  }
  EXPECT_EQ(error,
            "130 stopped; the rows, not corrected yet, are in " + output(".raw.csv.part").string());
  EXPECT_THAT(files_below(folder_ / "out"),
              ElementsAre("deep/clip.csv.part", "deep/clip.raw.csv.part"));
  RowReader reader(output(".raw.csv.part"), RowFormat::kCsv);
  FrameReading frame;
  EXPECT_TRUE(reader.next(frame) && reader.next(frame));
}

TEST_F(VideoOutputsTest, OfACameraTheSecondPassIsFinishedAllTheSame) {
  parts_.options.neutral = true;
  VideoOutputs outputs(task(InputKind::kCamera), parts_.context, 0);
  take(outputs, {{0.4F}, {0.4F}});
  parts_.stop.request();
  outputs.finish();
  EXPECT_EQ(rows().size(), 2U);
  EXPECT_THAT(files_below(folder_ / "out"),
              ElementsAre("deep/clip.csv", "deep/clip.html", "deep/clip.timeline.png"));
}

TEST_F(VideoOutputsTest, AVideoThatLostFramesSinceIsAFailure) {
  parts_.options.neutral = true;
  const std::string clip = test::write_video(folder_ / "clip.mp4", 2);
  std::string error;
  {
    VideoOutputs outputs({{clip, InputKind::kVideo}, output("")}, parts_.context, 25);
    take(outputs, {{0.4F}, {0.4F}, {0.4F}});
    error = thrown([&] { outputs.finish(); });
  }
  EXPECT_EQ(error, "1 " + clip + ": changed while it was read");
  EXPECT_THAT(files_below(folder_ / "out"),
              ElementsAre("deep/clip.csv.part", "deep/clip.raw.csv.part"));
}

TEST_F(VideoOutputsTest, TheWindowIsClosedOnce) {
  const test::FakePlayer player("exit 0\n");
  parts_.options.show = true;
  VideoOutputs outputs(task(), parts_.context, 0);
  std::int64_t frames = 0;
  const auto watched = [&] { return outputs.take(test::shaded(0), frame_of(frames++, {0.25F})); };
  EXPECT_TRUE(test::eventually([&] { return !watched(); }));
  EXPECT_TRUE(watched()) << "nobody asks for a window any more";
  outputs.finish();
  EXPECT_EQ(static_cast<std::int64_t>(rows().size()), frames) << "the rows go on";
}

TEST_F(VideoOutputsTest, AWindowThatCannotBeLeavesNothing) {
  const test::TempFolder empty;
  const test::ScopedVariable path("PATH", empty.path().string());
  const test::ScopedVariable display("DISPLAY", ":987");
  parts_.options.show = true;
  EXPECT_THAT(thrown([&] { const VideoOutputs outputs(task(), parts_.context, 25); }),
              HasSubstr("ffplay"));
  EXPECT_TRUE(files_below(folder_ / "out").empty());
}

class ChallengeOutputs : public testing::Test {
 protected:
  static test::SmallWeights challenge() {
    test::SmallWeights small;
    small.vocabulary = abaw_mtl_vocabulary();
    return small;
  }
  test::TempFolder folder_;
  test::ReadingParts parts_{folder_, challenge()};
};

TEST_F(ChallengeOutputs, AreMadeOfRowsThatGoAgain) {
  parts_.options.format = "abaw";
  VideoOutputs outputs({{"clip.mp4", InputKind::kVideo}, folder_ / "out/clip"}, parts_.context, 0);
  EXPECT_EQ(outputs.part(), folder_ / "out/clip.csv.part");
  FrameReading frame = frame_of(0, {-0.5F});
  Prediction& prediction = frame.faces[0].prediction;
  prediction.expression = {0.125F, 0.125F, 0.25F, 0.125F, 0.125F, 0.125F, 0.0625F, 0.0625F};
  prediction.action_units.assign(12, 0.25F);
  prediction.action_units[1] = 0.75F;
  EXPECT_TRUE(outputs.take(test::shaded(0), frame));
  EXPECT_TRUE(outputs.take(test::shaded(0), frame_of(1, {})));
  outputs.finish();
  EXPECT_THAT(files_below(folder_ / "out"),
              ElementsAre("clip.html", "clip.timeline.png", "clip.txt"));
  EXPECT_EQ(read_file(folder_ / "out/clip.txt"),
            "image,valence,arousal,expression,aus\n"
            "clip/00001.jpg,-0.500000,0.250000,2,0,1,0,0,0,0,0,0,0,0,0,0\n"
            "clip/00002.jpg,-5,-5,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1\n");
}

}  // namespace
}  // namespace mien::cli
