// `mien read` as users call it.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "mien/image/video_reader.h"

#include "reading_inputs.h"
#include "shared_folder.h"

namespace mien::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ReadCommand : public ReadingInputs {
 protected:
  ProgramResult read(const std::string& inputs, const std::string& more = "") const {
    return mien("read " + inputs + options() + " " + more);
  }
  ProgramResult read_to_out(const std::string& inputs, const std::string& more = "") const {
    return read(inputs, "-o " + path("out") + " " + more);
  }
};

TEST_F(ReadCommand, ManyPicturesGiveRowsPicturesASheetAndAPage) {
  picture("in/a.png", 1);
  picture("in/b.jpg", 9);
  picture("in/deep/a.png", 50);
  folder_.write("in/notes.txt", "no picture");
  const ProgramResult result = read_to_out(path("in"), "--recursive");
  EXPECT_EQ(result.code, 0) << result.err;
  for (const char* name : {"a.mien.png",
                           "b.mien.png",
                           "deep/a.mien.png",
                           "pictures.csv",
                           "pictures.mien.png",
                           "pictures.html"}) {
    EXPECT_TRUE(exists(std::string("out/") + name)) << name;
  }
  EXPECT_EQ(lines("out/pictures.csv"), 4U);
  EXPECT_THAT(text("out/pictures.csv"), HasSubstr(path("in/deep/a.png") + ",0,0.000,1,1,"));
  EXPECT_THAT(result.out, HasSubstr("3 inputs read"));
  EXPECT_FALSE(exists("out/pictures.csv.part"));
}

TEST_F(ReadCommand, NamesThatMeetAreNumbered) {
  const std::string names = picture("one/a.png", 1) + " " + picture("two/a.jpg", 2);
  EXPECT_EQ(read_to_out(names).code, 0);
  EXPECT_TRUE(exists("out/a.mien.png"));
  EXPECT_TRUE(exists("out/a-2.mien.png"));
}

TEST_F(ReadCommand, AVideoGivesRowsAVideoATimelineAndAPage) {
  const ProgramResult result = read_to_out(video("clip.mp4", 30));
  EXPECT_EQ(result.code, 0) << result.err;
  for (const char* name : {"clip.mien.mp4", "clip.timeline.png", "clip.html"}) {
    EXPECT_TRUE(exists(std::string("out/") + name)) << name;
  }
  EXPECT_EQ(lines("out/clip.csv"), 31U);
  EXPECT_THAT(text("out/clip.csv"), HasSubstr(path("clip.mp4") + ",29,1.160,1,1,"));
  VideoReader written(path("out/clip.mien.mp4"));
  EXPECT_FALSE(written.skip(31));
  EXPECT_EQ(written.info().width, 64);
}

TEST_F(ReadCommand, TimesAndStepsAreTheVideosOwn) {
  const std::string clip = video("clip.mp4", 50);
  EXPECT_EQ(read_to_out(clip, "--from 0.4 --to 1.2 --every 5").code, 0);
  EXPECT_EQ(lines("out/clip.csv"), 5U);
  EXPECT_THAT(text("out/clip.csv"), HasSubstr(",10,0.400,"));
  EXPECT_THAT(text("out/clip.csv"), HasSubstr(",25,1.000,"));
  const ProgramResult nothing = read(clip, "--from 60 -o " + path("late"));
  EXPECT_EQ(nothing.code, 3);
  EXPECT_THAT(nothing.err, HasSubstr("no frame between --from and --to"));
}

TEST_F(ReadCommand, EveryFormatSmoothedAndCorrected) {
  const std::string clip = video("clip.mp4", 60);
  EXPECT_EQ(read(clip, "--format jsonl -o " + path("json")).code, 0);
  EXPECT_EQ(lines("json/clip.jsonl"), 60U);
  const ProgramResult adjusted =
      read(clip, "--smooth 0.2 --neutral --resting.frames 10 -o " + path("adjusted"));
  EXPECT_EQ(adjusted.code, 0) << adjusted.err;
  EXPECT_EQ(lines("adjusted/clip.csv"), 61U);
  EXPECT_THAT(text("adjusted/clip.csv"), HasSubstr("adjusted_valence"));
  for (const auto& entry : fs::directory_iterator(folder_ / "adjusted")) {
    EXPECT_NE(entry.path().extension(), ".part") << entry.path();
  }
  const ProgramResult abaw = read(clip, "--format abaw -o " + path("abaw"));
  EXPECT_EQ(abaw.code, 2) << "the tiny network lacks classes";
  EXPECT_THAT(abaw.err, HasSubstr("abaw"));
}

TEST_F(ReadCommand, TheVideoOfCorrectedReadingsHasTheFramesOfTheRows) {
  const std::string clip = video("clip.mp4", 60);
  const ProgramResult result =
      read(clip, "--neutral --resting.frames 5 --every 3 --from 0.5 -o " + path("out"));
  EXPECT_EQ(result.code, 0) << result.err;
  VideoReader annotated(path("out/clip.mien.mp4"));
  std::size_t frames = 0;
  for (VideoFrame frame; annotated.read(frame);) ++frames;
  EXPECT_GT(frames, 10U);
  EXPECT_EQ(lines("out/clip.csv"), frames + 1);
}

TEST_F(ReadCommand, OnePictureGivesATable) {
  const std::string file = picture("photo.png");
  const fs::path before = fs::current_path();
  fs::current_path(folder_.path());
  const ProgramResult result = read(file);
  fs::current_path(before);
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("expression"));
  EXPECT_THAT(result.out, HasSubstr("64x64 at 0,0"));
  EXPECT_TRUE(exists("photo.mien.png"));
  EXPECT_FALSE(exists("pictures.csv"));
}

TEST_F(ReadCommand, TheSameCommandGoesOnAndOtherOptionsBeginAnew) {
  picture("in/a.png", 1);
  const std::string clip = " " + video("clip.mp4", 20);
  ASSERT_EQ(read_to_out(path("in") + clip).code, 0);
  picture("in/b.png", 2);
  const ProgramResult more = read_to_out(path("in") + clip);
  EXPECT_THAT(more.out, HasSubstr("1 input read, 2 done before"));
  EXPECT_EQ(lines("out/pictures.csv"), 3U);
  const ProgramResult nothing = read_to_out(path("in") + clip);
  EXPECT_THAT(nothing.out, HasSubstr("0 inputs read, 3 done before"));
  const ProgramResult other = read_to_out(path("in") + clip, "--every 2");
  EXPECT_THAT(other.out, HasSubstr("3 inputs read"));
  EXPECT_THAT(other.err, HasSubstr("2 of the pictures were read with other options"));
  EXPECT_EQ(lines("out/clip.csv"), 11U);
  const ProgramResult one = read_to_out(path("in/a.png"), "--every 3");
  EXPECT_EQ(one.code, 2);
  EXPECT_THAT(one.err, HasSubstr("does not name"));
  EXPECT_EQ(lines("out/pictures.csv"), 3U) << "b's row is not lost";
  EXPECT_EQ(read_to_out(clip, "--every 3").code, 0) << "a video's rows are its own";
}

TEST_F(ReadCommand, AnotherCallsInputOfTheSameNameKeepsItsOutputs) {
  const std::string first = video("a/clip.mp4", 5);
  const std::string second = video("b/clip.mp4", 7);
  ASSERT_EQ(read_to_out(first).code, 0);
  ASSERT_EQ(read_to_out(second).code, 0);
  EXPECT_EQ(lines("out/clip.csv"), 6U);
  EXPECT_EQ(lines("out/clip-2.csv"), 8U);
  EXPECT_THAT(read_to_out(second).out, HasSubstr("1 done before"));
  ASSERT_EQ(read_to_out(second, "--every 2").code, 0) << "under other options too";
  EXPECT_EQ(lines("out/clip.csv"), 6U);
  EXPECT_EQ(lines("out/clip-2.csv"), 5U);
}

TEST_F(ReadCommand, TheChallengesListGoesOnToo) {
  TinyNetwork tiny;
  tiny.vocabulary = abaw_mtl_vocabulary();
  const std::string model = save_tiny(folder_, "abaw", tiny);
  picture("in/a.png", 1);
  const std::string command = "read " + path("in") + " --no-detect --threads 1 --device cpu" +
                              " --precision float32 --format abaw -o " + path("out") + " --model ";
  ASSERT_EQ(mien(command + model).code, 0);
  EXPECT_EQ(lines("out/pictures.txt"), 2U);
  picture("in/b.png", 2);
  const ProgramResult more = mien(command + model);
  EXPECT_THAT(more.out, HasSubstr("1 input read, 1 done before"));
  EXPECT_EQ(lines("out/pictures.txt"), 3U);
  EXPECT_FALSE(exists("out/pictures.csv"));
  tiny.seed = 2;
  const std::string before = text("out/pictures.txt");
  ASSERT_EQ(mien(command + save_tiny(folder_, "other", tiny)).code, 0);
  EXPECT_EQ(lines("out/pictures.txt"), 3U);
  EXPECT_NE(text("out/pictures.txt"), before) << "no row of the first network's is left";
}

TEST_F(ReadCommand, AfterAKillItGoesOnWithWhatIsLeft) {
  for (int i = 0; i < 40; ++i) picture("in/" + std::to_string(i) + ".png", i);
  const std::string command = "read " + path("in") + options() + " -o " + path("out");
  {
    RunningMien running(command);
    ASSERT_TRUE(wait_for_file(folder_ / "out/3.mien.png"));
    running.send(SIGKILL);
    EXPECT_EQ(running.wait().signal, SIGKILL);
  }
  EXPECT_FALSE(exists("out/pictures.csv"));
  const ProgramResult result = mien(command);
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("done before"));
  EXPECT_EQ(lines("out/pictures.csv"), 41U) << "each picture once";
}

TEST_F(ReadCommand, WhenStoppedItLeavesCompleteRowsAndNoBrokenVideo) {
  const std::string clip = video("clip.mp4", 4000);
  RunningMien running("read " + clip + options() + " -o " + path("out"));
  ASSERT_TRUE(wait_for_file(folder_ / "out/clip.csv.part"));
  running.send(SIGINT);
  const ProgramResult result = running.wait();
  EXPECT_EQ(result.code, 130) << result.err;
  EXPECT_THAT(result.err, HasSubstr("clip.csv.part"));
  const std::string rows = text("out/clip.csv.part");
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows.back(), '\n');
  for (const char* name : {"clip.csv", "clip.mien.mp4", "clip.html"}) {
    EXPECT_FALSE(exists(std::string("out/") + name)) << name;
  }
  EXPECT_EQ(read_to_out(clip, "").code, 0);
  EXPECT_EQ(lines("out/clip.csv"), 4001U);
}

TEST_F(ReadCommand, WhatIsBadIsOneLineAndTheOthersGoOn) {
  const std::string good = picture("good.png");
  const std::string bytes = text("good.png");
  folder_.write("half.png", bytes.substr(0, bytes.size() / 2));
  folder_.write("words.mp4", "these are words");
  const ProgramResult result = read_to_out(good + " " + path("half.png") + " " + path("words.mp4") +
                                           " " + path("missing.jpg"));
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.out, HasSubstr("1 input read, 3 failed"));
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 3) << result.err;
  EXPECT_EQ(lines("out/pictures.csv"), 2U);
}

TEST_F(ReadCommand, AVideoWithoutItsEndIsReadAndReported) {
  video("clip.mp4", 100);
  const std::string bytes = text("clip.mp4");
  folder_.write("cut.mp4", bytes.substr(0, bytes.size() * 3 / 5));
  for (int call = 0; call < 2; ++call) {  // the second finds it done with
    const ProgramResult result = read_to_out(path("cut.mp4"));
    EXPECT_EQ(result.code, 3) << result.err;
    EXPECT_THAT(result.err, HasSubstr("cut.mp4"));
    EXPECT_GT(lines("out/cut.csv"), 10U);
    EXPECT_LT(lines("out/cut.csv"), 101U);
    EXPECT_TRUE(exists("out/cut.html"));
  }
}

TEST_F(ReadCommand, APageOfSomebodyElseIsNotOverwritten) {
  const std::string clip = video("clip.mp4", 5);
  folder_.write("out/clip.html", "<p>mine</p>");
  const ProgramResult result = read_to_out(clip);
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.err, HasSubstr("holds no page of mien"));
  EXPECT_EQ(text("out/clip.html"), "<p>mine</p>");
  fs::remove(folder_ / "out/clip.html");
  EXPECT_EQ(read_to_out(clip).code, 0);
  EXPECT_EQ(read_to_out(clip, "--every 2").code, 0) << "its own page it may";
}

TEST_F(ReadCommand, AFileOfSomebodyElseIsNotOverwritten) {
  const std::string clip = video("clip.mp4", 5);
  folder_.write("out/clip.csv", "my,own,table\n");
  const ProgramResult result = read_to_out(clip);
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.err, HasSubstr("holds no rows of mien"));
  EXPECT_EQ(text("out/clip.csv"), "my,own,table\n");
}

TEST_F(ReadCommand, ADiskThatIsFullIsOneLine) {
  const std::string clip = video("clip.mp4", 300);
  RunningMien running("read " + clip + options() + " -o " + path("out"), 20000);
  const ProgramResult result = running.wait();
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  EXPECT_FALSE(exists("out/clip.csv"));
}

TEST_F(ReadCommand, WrongCallsSaySo) {
  const std::string file = picture("a.png");
  const ProgramResult no_model = mien("read " + file);
  if (no_model.code != 0) {  // no network came with this build
    EXPECT_EQ(no_model.code, 2);
    EXPECT_THAT(no_model.err, HasSubstr("--model"));
  }
  EXPECT_EQ(read(file, "--to 1 --from 2").code, 2);
  EXPECT_EQ(read(file, "--detector nothing.onnx").code, 2);
  folder_.write("plain", "");
  EXPECT_EQ(read(file, "-o " + path("plain/out")).code, 1);
  EXPECT_EQ(read("camera:987").code, 3);
  make_folder(folder_ / "empty");
  EXPECT_EQ(read(path("empty")).code, 3);
}

TEST_F(ReadCommand, WhereNoneIsNamedTheNetworkThatCameAlongReads) {
  make_folder(folder_ / "bin");
  fs::copy_file(kProgram, folder_ / "bin/mien");
  const auto read_with_its_own = [&] {
    return run_program(path("bin/mien"),
                       words_of("read " + picture("photo.png") + " --no-detect --threads 1 " +
                                "--device cpu --precision float32 -o " + path("out")));
  };
  const ProgramResult without = read_with_its_own();
  EXPECT_EQ(without.code, 2);
  EXPECT_THAT(without.err, HasSubstr("share/mien/models/emma-*.safetensors"));
  EXPECT_THAT(without.err, HasSubstr("--model FILE|RUN"));
  EXPECT_FALSE(exists("out"));
  // Only one of them is weights: the last in natural order of the program's own folder.
  for (const char* other : {"share/mien/models/emma-9.safetensors",
                            "share/mien/models/emma-11.md",
                            "share/mien/models/vit-12.safetensors",
                            "models/emma-13.safetensors"}) {
    folder_.write(other, "no weights");
  }
  fs::copy_file(model_, folder_ / "share/mien/models/emma-10.safetensors");
  const ProgramResult with = read_with_its_own();
  EXPECT_EQ(with.code, 0) << with.err;
  EXPECT_EQ(lines("out/pictures.csv"), 2U);
  fs::remove_all(folder_ / "share");
  const ProgramResult sources = read_with_its_own();
  EXPECT_EQ(sources.code, 3) << "in the sources they lie in models/";
  EXPECT_THAT(sources.err, HasSubstr("models/emma-13.safetensors"));
}

TEST_F(ReadCommand, AWindowNeedsADisplay) {
  const ProgramResult result = run_program(
      "/usr/bin/env",
      words_of("-u DISPLAY -u WAYLAND_DISPLAY " + std::string(kProgram) + " read --show " +
               video("clip.mp4", 5) + options() + " -o " + path("out")));
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("needs a display"));
}

TEST_F(ReadCommand, ANamedPipeIsACamera) {
  const std::string bytes = read_file(picture("frame.jpg"));
  ASSERT_EQ(mkfifo(path("camera").c_str(), 0600), 0);
  RunningMien running("read " + path("camera") + options() + " --save -o " + path("out"));
  {
    std::ofstream pipe(folder_ / "camera", std::ios::binary);
    for (int i = 0; i < 5; ++i) pipe << bytes;
  }
  const ProgramResult result = running.wait();
  EXPECT_EQ(result.code, 3) << "it went away";
  EXPECT_THAT(result.err, HasSubstr("gone"));
  EXPECT_EQ(lines("out/camera.csv"), 6U);
  EXPECT_TRUE(exists("out/camera.mien.mp4"));
}

TEST_F(ReadCommand, FacesOfPhotographsAreFound) {
  const auto groups = shared_path("data/groups");
  if (!groups) GTEST_SKIP() << kNoShared;
  const ProgramResult result =
      mien("read " + (*groups / "2008_002506.jpg").string() + " " +
           (*groups / "2007_007763.jpg").string() + " --min-face 40 --threads 1 --model " + model_ +
           " -o " + path("out"));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_GE(lines("out/pictures.csv"), 4U);
  EXPECT_THAT(text("out/pictures.csv"), HasSubstr("2007_007763.jpg,0,0.000,2,1,"));
}

TEST_F(ReadCommand, NoFaceIsAResult) {
  const ProgramResult result = mien("read " + picture("plain.png") + " --threads 1 --model " +
                                    model_ + " -o " + path("out"));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(text("out/pictures.csv"), HasSubstr("plain.png,0,0.000,,0,"));
  EXPECT_TRUE(exists("out/plain.mien.png"));
}

}  // namespace
}  // namespace mien::test
