#include "mien/cli/face_source.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../face/faces.h"
#include "made_inputs.h"
#include "temp_folder.h"
#include "thrown.h"

namespace mien::cli {
namespace {

using test::thrown;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// Pictures are crops.
FaceSourceOptions crops(std::int64_t threads = 1) {
  FaceSourceOptions options;
  options.no_detect = true;
  options.threads = threads;
  return options;
}

class FaceSourceTest : public testing::Test {
 protected:
  Input picture(const std::string& name) const {
    return {test::write_picture(folder_ / name), InputKind::kPicture};
  }
  Input video(const std::string& name, int frames) const {
    return {test::write_video(folder_ / name, frames), InputKind::kVideo};
  }
  /// Notes "INPUT.FRAME" for what is taken, "INPUT done" or "INPUT failed".
  FaceReceivers receivers() {
    FaceReceivers noting;
    noting.take = [this](std::size_t index, const Image&, const FrameReading& frame) {
      events_.push_back(std::to_string(index) + "." + std::to_string(frame.frame));
    };
    noting.done = [this](std::size_t index, const std::optional<Error>& problem) {
      events_.push_back(std::to_string(index) + (problem ? " failed" : " done"));
      if (problem) problems_.emplace_back(problem->what());
    };
    return noting;
  }

  test::TempFolder folder_;
  StopFlag stop_;
  std::vector<std::string> events_;
  std::vector<std::string> problems_;
};

TEST_F(FaceSourceTest, EveryInputInItsPlaceOnAnyNumberOfThreads) {
  const std::vector<Input> inputs = {
      picture("a.png"), picture("b.png"), picture("c.png"), video("d.mp4", 3), picture("e.png")};
  for (const std::int64_t threads : {1, 3}) {
    events_.clear();
    FaceReceivers all = receivers();
    const auto note = all.take;
    all.take = [&](std::size_t index, const Image& image, const FrameReading& frame) {
      EXPECT_EQ(image.width, 64);
      EXPECT_EQ(frame.input, inputs.at(index).name);
      ASSERT_EQ(frame.faces.size(), 1U);
      EXPECT_EQ(frame.faces[0].face_id, 1);
      EXPECT_EQ(frame.faces[0].box, (Box{0, 0, 64, 64}));
      note(index, image, frame);
    };
    FaceSource(crops(threads)).run(inputs, all, stop_);
    EXPECT_THAT(events_,
                ElementsAre("0.0",
                            "0 done",
                            "1.0",
                            "1 done",
                            "2.0",
                            "2 done",
                            "3.0",
                            "3.1",
                            "3.2",
                            "3 done",
                            "4.0",
                            "4 done"))
        << threads;
  }
}

TEST_F(FaceSourceTest, WhatIsWrongWithAnInputIsItsOwnMatter) {
  const std::string words = folder_.write("words.mp4", "these are words").string();
  const std::vector<Input> inputs = {picture("a.png"),
                                     {(folder_ / "none.png").string(), InputKind::kPicture},
                                     {words, InputKind::kVideo},
                                     video("d.mp4", 1)};
  FaceSource(crops()).run(inputs, receivers(), stop_);
  EXPECT_THAT(events_, ElementsAre("0.0", "0 done", "1 failed", "2 failed", "3.0", "3 done"));
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("none.png"), StartsWith(words)));
}

TEST_F(FaceSourceTest, OfAVideoWithoutItsEndTheRestIsGiven) {
  const std::string cut = test::write_cut_video(folder_ / "cut.mp4");
  const std::vector<Input> inputs = {{cut, InputKind::kVideo}, picture("b.png")};
  FaceSource(crops()).run(inputs, receivers(), stop_);
  ASSERT_GT(events_.size(), 13U);
  EXPECT_LT(events_.size(), 103U);
  EXPECT_EQ(events_[10], "0.10");
  EXPECT_EQ(events_[events_.size() - 3], "0 failed");
  EXPECT_EQ(events_.back(), "1 done");
  EXPECT_THAT(problems_, ElementsAre(StartsWith(cut + ": ")));
}

TEST_F(FaceSourceTest, WhatTakingThrowsIsTheInputsProblem) {
  const std::vector<Input> inputs = {picture("a.png"), video("b.mp4", 3), picture("c.png")};
  FaceReceivers failing = receivers();
  failing.take = [&](std::size_t index, const Image&, const FrameReading&) {
    events_.push_back(std::to_string(index));
    if (index < 2) throw FailureError("full");
  };
  FaceSource(crops()).run(inputs, failing, stop_);
  EXPECT_THAT(events_, ElementsAre("0", "0 failed", "1", "1 failed", "2", "2 done"));
  failing.take = [](std::size_t, const Image&, const FrameReading&) {
    throw UsageError("a wrong call");
  };
  events_.clear();
  EXPECT_EQ(thrown([&] { FaceSource(crops()).run(inputs, failing, stop_); }), "2 a wrong call");
  EXPECT_TRUE(events_.empty());
}

TEST_F(FaceSourceTest, FramesAreChosen) {
  FaceSourceOptions options = crops();
  options.from = 0.1;
  options.to = 0.3;
  options.every = 2;
  const std::vector<Input> inputs = {video("a.mp4", 10)};
  FaceSource(options).run(inputs, receivers(), stop_);
  EXPECT_THAT(events_, ElementsAre("0.3", "0.5", "0.7", "0 done"));
}

TEST_F(FaceSourceTest, OnceStoppedNothingMoreIsGivenOrDone) {
  const std::vector<Input> pictures = {picture("a.png"), picture("b.png"), picture("c.png")};
  const std::vector<Input> videos = {video("d.mp4", 20), pictures[0]};
  const auto run = [&](const std::vector<Input>& inputs, const std::string& last) {
    StopFlag stop;
    events_.clear();
    FaceReceivers stopping = receivers();
    const auto note = stopping.take;
    stopping.take = [&](std::size_t index, const Image& image, const FrameReading& frame) {
      note(index, image, frame);
      if (events_.back() == last) stop.request();
    };
    FaceSource(crops()).run(inputs, stopping, stop);
    return events_;
  };
  EXPECT_THAT(run(pictures, "0.0"), ElementsAre("0.0")) << "b's faces are found already";
  EXPECT_THAT(run(pictures, "1.0"), ElementsAre("0.0", "0 done", "1.0"));
  EXPECT_THAT(run(videos, "0.1"), ElementsAre("0.0", "0.1"));
  EXPECT_THAT(run(videos, "0.19"), testing::Not(testing::Contains("0 done")));
  stop_.request();
  events_.clear();
  FaceSource(crops()).run(videos, receivers(), stop_);
  EXPECT_TRUE(events_.empty());
}

TEST_F(FaceSourceTest, FacesAreFoundWithPoseAndQuality) {
  write_image(folder_ / "photo.png", test::astronaut());
  const std::vector<Input> inputs = {{(folder_ / "photo.png").string(), InputKind::kPicture}};
  FaceSourceOptions options;
  options.threads = 1;
  options.faces.min_face = 40;
  FaceReceivers all = receivers();
  all.take = [&](std::size_t, const Image&, const FrameReading& frame) {
    ASSERT_EQ(frame.faces.size(), 1U);
    const FaceReading& face = frame.faces[0];
    EXPECT_GT(overlap_of_union(face.box, test::astronaut_face().box), 0.6);
    EXPECT_TRUE(face.landmarks.has_value());
    EXPECT_TRUE(face.pose.has_value());
    EXPECT_GT(face.quality.value_or(0), 0.1);
    EXPECT_EQ(face.face_id, 1);
    EXPECT_FALSE(face.prediction.valence.has_value()) << "no network reads it";
  };
  FaceSource(options).run(inputs, all, stop_);
  EXPECT_THAT(events_, ElementsAre("0 done"));
}

/// The key of the option that is wrong; empty where none is.
std::string wrong_option(const FaceSourceOptions& options) {
  try {
    options.check();
  } catch (const OptionError& error) {
    EXPECT_THROW(FaceSource{options}, OptionError) << error.key();
    return error.key();
  }
  return "";
}

TEST(FaceSourceOptions, SayWhetherFacesAreLookedFor) {
  FaceSourceOptions options;
  EXPECT_TRUE(options.detects());
  options.no_detect = true;
  EXPECT_FALSE(options.detects());
  EXPECT_EQ(wrong_option(options), "");
  options.no_detect = false;
  options.detector = "none";
  EXPECT_FALSE(options.detects());
  EXPECT_EQ(wrong_option(options), "");
}

TEST(FaceSourceOptions, AreChecked) {
  FaceSourceOptions options;
  options.no_detect = true;
  options.detector = "yunet.onnx";
  EXPECT_EQ(wrong_option(options), "no_detect") << "they exclude each other";
  EXPECT_THROW(static_cast<void>(options.detects()), OptionError);
  options = crops();
  options.from = 2;
  options.to = 1;
  EXPECT_EQ(wrong_option(options), "to");
  options = crops();
  options.every = 0;
  EXPECT_EQ(wrong_option(options), "every");
  options = crops();
  options.faces.min_face = 0;
  EXPECT_EQ(wrong_option(options), "min_face");
}

}  // namespace
}  // namespace mien::cli
