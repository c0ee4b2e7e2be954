#include "mien/cli/read_video.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "mien/core/files.h"
#include "mien/image/video_reader.h"

#include "files_below.h"
#include "made_inputs.h"
#include "reading_parts.h"
#include "thrown.h"

namespace mien::cli {
namespace {

using test::files_below;
using test::thrown;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class ReadVideo : public testing::Test {
 protected:
  VideoResult read(const std::string& file, InputKind kind = InputKind::kVideo) const {
    return read_video({{file, kind}, folder_ / "out/clip"}, parts_.context);
  }
  std::string video(int frames) const { return test::write_video(folder_ / "clip.mp4", frames); }
  std::string text(const std::string& name) const { return read_file(folder_ / "out" / name); }
  std::size_t lines(const std::string& name) const {
    const std::string all = text(name);
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), '\n'));
  }
  /// When the frames of the annotated video are shown.
  std::vector<double> shown_at() const {
    VideoReader annotated((folder_ / "out/clip.mien.mp4").string());
    std::vector<double> times;
    for (VideoFrame frame; annotated.read(frame);) times.push_back(frame.timestamp);
    return times;
  }

  test::TempFolder folder_;
  test::ReadingParts parts_{folder_};
};

TEST_F(ReadVideo, CountsWhatItReadAndWritesAllOfIt) {
  const VideoResult result = read(video(12));
  EXPECT_EQ(result.frames, 12);
  EXPECT_EQ(result.people, 1);
  EXPECT_EQ(result.faces, 12);
  EXPECT_EQ(result.problem, "");
  EXPECT_THAT(files_below(folder_ / "out"),
              ElementsAre("clip.csv", "clip.html", "clip.mien.mp4", "clip.timeline.png"));
  EXPECT_EQ(lines("clip.csv"), 13U);
}

TEST_F(ReadVideo, TheAnnotatedVideoRunsAsFastAsTheOtherOne) {
  parts_.options.video.every = 3;
  EXPECT_EQ(read(video(12)).frames, 4);
  const auto at = [](double time) { return DoubleNear(time, 1e-3); };
  EXPECT_THAT(shown_at(), ElementsAre(at(0), at(0.12), at(0.24), at(0.36)));
}

TEST_F(ReadVideo, RowsHaveTheVideosTimeAndTheAnnotatedVideoItsOwn) {
  parts_.options.video.from = 0.18;
  EXPECT_EQ(read(video(12)).frames, 7);
  EXPECT_THAT(text("clip.csv"), HasSubstr("clip.mp4,5,0.200,1,1,"));
  const std::vector<double> times = shown_at();
  ASSERT_EQ(times.size(), 7U);
  EXPECT_NEAR(times[0], 0, 1e-3);
  EXPECT_NEAR(times[6], 0.24, 1e-3);
}

TEST_F(ReadVideo, NothingIsLeftWhereNoFrameIs) {
  parts_.options.video.from = 60;
  const std::string clip = video(5);
  EXPECT_EQ(thrown([&] { read(clip); }), "3 " + clip + ": has no frame between --from and --to");
  EXPECT_TRUE(files_below(folder_ / "out").empty());
}

TEST_F(ReadVideo, WhatIsNoVideoIsSaidBeforeAnythingIsWritten) {
  const std::string words = folder_.write("words.mp4", "these are words").string();
  EXPECT_THAT(thrown([&] { read(words); }), StartsWith("3 " + words));
  EXPECT_THAT(thrown([&] { read(words + "x"); }), StartsWith("3 " + words + "x"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
}

TEST_F(ReadVideo, WhereTheEndIsMissingTheRestIsThere) {
  const std::string clip = test::write_cut_video(folder_ / "cut.mp4");
  const VideoResult result = read(clip);
  EXPECT_GT(result.frames, 10);
  EXPECT_LT(result.frames, 100);
  EXPECT_THAT(result.problem, StartsWith(clip + ": "));
  EXPECT_THAT(result.problem,
              HasSubstr("; the " + std::to_string(result.frames) + " frames before are read"));
  EXPECT_EQ(static_cast<std::int64_t>(lines("clip.csv")), result.frames + 1);
  EXPECT_EQ(files_below(folder_ / "out").size(), 4U);
}

TEST_F(ReadVideo, StoppedItLeavesTheRowsSoFar) {
  const std::string clip = video(40);
  StopFlag stop;
  test::StoppingLog buffer(stop);
  std::ostream log(&buffer);
  Console console(parts_.out, log, true);  // the first frame's bar is written at once
  const ReadContext context{parts_.options, parts_.analyser, console, stop};
  const std::filesystem::path base = folder_ / "out/clip";
  EXPECT_EQ(thrown([&] { read_video({{clip, InputKind::kVideo}, base}, context); }),
            "130 stopped; the rows so far are in " + base.string() + ".csv.part");
  EXPECT_THAT(files_below(folder_ / "out"), ElementsAre("clip.csv.part"));
  EXPECT_EQ(lines("clip.csv.part"), 2U) << "the columns and the one frame before";
}

TEST_F(ReadVideo, AFolderThatCannotBeMadeIsAFailure) {
  const std::string clip = video(3);
  folder_.write("out", "a file");
  EXPECT_THAT(thrown([&] { read(clip); }), StartsWith("1 " + (folder_ / "out").string()));
}

TEST_F(ReadVideo, OfACameraNoVideoIsKeptUnlessAskedFor) {
  const std::string pipe = (folder_ / "camera").string();
  const std::string jpeg = encode_jpeg(test::shaded(0), 90);
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const std::jthread camera([&] {
    std::ofstream out(pipe, std::ios::binary);
    for (int i = 0; i < 5; ++i) out << jpeg;
  });
  const VideoResult result = read(pipe, InputKind::kCamera);
  EXPECT_EQ(result.frames, 5);
  EXPECT_THAT(result.problem, HasSubstr("the 5 frames before are read")) << "it went away";
  EXPECT_THAT(files_below(folder_ / "out"),
              ElementsAre("clip.csv", "clip.html", "clip.timeline.png"));
}

}  // namespace
}  // namespace mien::cli
