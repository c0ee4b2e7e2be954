#include "mien/cli/folder_reading.h"

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "files_below.h"
#include "made_inputs.h"
#include "reading_parts.h"
#include "thrown.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;
using test::thrown;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class FolderReadingTest : public testing::Test {
 protected:
  FolderReadingTest() { make_folder(folder_ / "out"); }

  Input picture(const std::string& name, int shade = 0) const {
    return {test::write_picture(folder_ / name, shade), InputKind::kPicture};
  }
  Input video(const std::string& name, int frames = 5) const {
    return {test::write_video(folder_ / name, frames), InputKind::kVideo};
  }
  fs::path out(const std::string& name) const { return folder_ / "out" / name; }
  std::size_t lines(const std::string& name) const {
    const std::string text = read_file(out(name));
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
  /// What a call says that reads these.
  std::string read(const std::vector<Input>& inputs) { return read(inputs, parts_.context); }
  std::string read(const std::vector<Input>& inputs, const ReadContext& context) const {
    WorkSummary summary(context.console);
    std::vector<std::string> named;
    named.reserve(inputs.size());
    for (const Input& input : inputs) named.push_back(input.name);
    OutputNames names(named);
    names.reserve("pictures");
    FolderReading(context, summary, folder_ / "out").read(inputs, names);
    return std::to_string(summary.exit_code()) + " " + summary.text();
  }

  test::TempFolder folder_;
  test::ReadingParts parts_{folder_};
};

TEST_F(FolderReadingTest, WhatIsDoneStaysDone) {
  const std::vector<Input> inputs = {video("c.mp4"), picture("a.png", 1), picture("b.png", 2)};
  EXPECT_EQ(read(inputs), "0 3 inputs read");
  EXPECT_THAT(test::files_below(folder_ / "out"),
              testing::IsSupersetOf({"a.mien.png",
                                     "b.mien.png",
                                     "c.csv",
                                     "c.html",
                                     "c.mien.mp4",
                                     "c.timeline.png",
                                     "pictures.csv",
                                     "pictures.html",
                                     "pictures.mien.png"}));
  EXPECT_EQ(lines("pictures.csv"), 3U);
  EXPECT_THAT(parts_.log.str(), HasSubstr("c.mp4: 5 frames, 5 readings of 1 person\n"));
  EXPECT_EQ(read(inputs), "0 0 inputs read, 3 done before");
  EXPECT_EQ(read({inputs[0], picture("d.png", 3)}), "0 1 input read, 1 done before");
  EXPECT_EQ(lines("pictures.csv"), 4U) << "rows of pictures that are not named stay";
}

TEST_F(FolderReadingTest, WhatChangedOrIsGoneIsMadeAgain) {
  const std::vector<Input> inputs = {picture("a.png", 1), picture("b.png", 2), video("c.mp4")};
  ASSERT_EQ(read(inputs), "0 3 inputs read");
  fs::remove(out("a.mien.png"));
  EXPECT_EQ(read(inputs), "0 1 input read, 2 done before");
  EXPECT_TRUE(fs::exists(out("a.mien.png")));
  EXPECT_EQ(lines("pictures.csv"), 3U) << "each picture once";
  fs::remove(out("pictures.csv"));
  EXPECT_EQ(read(inputs), "0 2 inputs read, 1 done before");
  EXPECT_EQ(lines("pictures.csv"), 3U);
  fs::remove(out("c.html"));
  EXPECT_EQ(read(inputs), "0 0 inputs read, 3 done before") << "the rows say that all was there";
  fs::remove(out("c.csv"));
  EXPECT_EQ(read(inputs), "0 1 input read, 2 done before");
  EXPECT_TRUE(fs::exists(out("c.html")));
  video("c.mp4", 7);
  EXPECT_EQ(read(inputs), "0 1 input read, 2 done before");
  EXPECT_EQ(lines("c.csv"), 8U);
}

TEST_F(FolderReadingTest, StoppedBetweenPicturesItGoesOnFromThere) {
  const std::vector<Input> inputs = {{(folder_ / "none.png").string(), InputKind::kPicture},
                                     picture("a.png", 1),
                                     picture("b.png", 2),
                                     picture("c.png", 3)};
  {
    StopFlag stop;
    test::StoppingLog buffer(stop);  // the first picture is missing, and that is said
    std::ostream log(&buffer);
    Console console(parts_.out, log, false);
    const ReadContext context{parts_.options, parts_.analyser, console, stop};
    EXPECT_EQ(thrown([&] { read(inputs, context); }),
              "130 stopped; the same command goes on with what is left");
  }
  EXPECT_EQ(lines("pictures.csv.part"), 2U);
  EXPECT_THAT(test::files_below(folder_ / "out"),
              AllOf(Contains("a.mien.png"),
                    Not(Contains("b.mien.png")),
                    Not(Contains("pictures.csv")),
                    Not(Contains("pictures.html"))));
  EXPECT_EQ(read(inputs), "3 2 inputs read, 1 done before, 1 failed (see above)");
  EXPECT_EQ(lines("pictures.csv"), 4U);
  EXPECT_FALSE(fs::exists(out("pictures.csv.part")));
  EXPECT_FALSE(fs::exists(out("pictures.csv.kept")));
}

TEST_F(FolderReadingTest, StoppedInAVideoItBeginsThatOneAnew) {
  const std::vector<Input> inputs = {video("a.mp4", 20)};
  StopFlag stop;
  test::StoppingLog buffer(stop);
  std::ostream log(&buffer);
  Console console(parts_.out, log, true);
  const ReadContext context{parts_.options, parts_.analyser, console, stop};
  EXPECT_THAT(thrown([&] { read(inputs, context); }), StartsWith("130 stopped; the rows so far"));
  EXPECT_FALSE(fs::exists(out("a.csv")));
  EXPECT_EQ(read(inputs), "0 1 input read");
  EXPECT_EQ(lines("a.csv"), 21U);
  EXPECT_FALSE(fs::exists(out("a.csv.part")));
}

TEST_F(FolderReadingTest, AVideoWithoutItsEndIsReadOnceAndToldEachTime) {
  const std::vector<Input> inputs = {
      {test::write_cut_video(folder_ / "cut.mp4"), InputKind::kVideo}};
  EXPECT_EQ(read(inputs), "3 0 inputs read, 1 failed (see above)");
  const auto written = fs::last_write_time(out("cut.csv"));
  const std::string said = parts_.log.str();
  EXPECT_THAT(said, HasSubstr("frames before are read"));
  parts_.log.str("");
  EXPECT_EQ(read(inputs), "3 0 inputs read, 1 failed (see above)");
  EXPECT_EQ(fs::last_write_time(out("cut.csv")), written);
  EXPECT_THAT(said, HasSubstr(parts_.log.str()));
  EXPECT_THAT(parts_.log.str(), StartsWith("mien: " + inputs[0].name));
}

TEST_F(FolderReadingTest, WhatCannotBeReadIsTriedAgain) {
  const std::string words = folder_.write("words.mp4", "these are words").string();
  const std::vector<Input> inputs = {{words, InputKind::kVideo}};
  for (int call = 0; call < 2; ++call) {
    EXPECT_EQ(read(inputs), "3 0 inputs read, 1 failed (see above)");
    EXPECT_THAT(test::files_below(folder_ / "out"),
                testing::ElementsAre(".lock", ".mien-read.jsonl"));
  }
}

TEST_F(FolderReadingTest, RowsOfOtherOptionsAreNotMixed) {
  const Input a = picture("a.png", 1);
  const Input b = picture("b.png", 2);
  ASSERT_EQ(read({a, b}), "0 2 inputs read");
  const std::string before = read_file(out("pictures.csv"));
  parts_.options.video.every = 2;
  EXPECT_THAT(thrown([&] { read({a}); }),
              AllOf(StartsWith("2 " + (folder_ / "out").string()),
                    HasSubstr("does not name (" + fs::canonical(b.name).string() + ")")));
  EXPECT_EQ(read_file(out("pictures.csv")), before);
  EXPECT_EQ(read({a, b}), "0 2 inputs read");
  EXPECT_THAT(parts_.log.str(), HasSubstr("2 of the pictures were read with other options"));
}

TEST_F(FolderReadingTest, TheFolderIsHeldAndCleared) {
  folder_.write("out/c.mien.mp4.tmp-99-0", "half a video of a call that was killed");
  folder_.write("out/notes.txt", "mine");
  WorkSummary summary(parts_.console);
  const auto open = [&](const std::string& name) {
    return thrown([&] { const FolderReading reading(parts_.context, summary, folder_ / name); });
  };
  {
    const FolderReading held(parts_.context, summary, folder_ / "out");
    EXPECT_FALSE(fs::exists(out("c.mien.mp4.tmp-99-0")));
    EXPECT_TRUE(fs::exists(out("notes.txt")));
    EXPECT_THAT(open("out"), AllOf(StartsWith("2 "), HasSubstr("in use by another process")));
  }
  EXPECT_EQ(open("out"), "");
  EXPECT_THAT(open("none"), StartsWith("1 "));
}

}  // namespace
}  // namespace mien::cli
