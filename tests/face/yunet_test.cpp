#include "mien/face/yunet.h"

#include <optional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "mien/error.h"

#include "faces.h"
#include "groups.h"
#include "shared_folder.h"

namespace mien {
namespace {

class YunetTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto file = test::shared_path("models/face_detection_yunet_2026may.onnx");
    if (!file) GTEST_SKIP() << test::kNoShared;
    detector_ = make_detector(file->string());
  }
  const FaceDetector& detector() const { return *detector_; }

 private:
  std::unique_ptr<FaceDetector> detector_;
};

void expect_only(const std::vector<Face>& faces, const Face& expected) {
  ASSERT_EQ(faces.size(), 1);
  EXPECT_GT(overlap_of_union(faces[0].box, expected.box), 0.6);
  EXPECT_TRUE(test::landmarks_near(
      faces[0].landmarks, expected.landmarks, 0.08F * expected.box.height + 0.5F));
}

TEST_F(YunetTest, FollowsAFace) {
  for (const int side : {1500, 512, 200}) {
    SCOPED_TRACE(side);
    const Image picture = resize(test::astronaut(), side, side, Interpolation::kBicubic);
    const Face expected = test::scaled(test::astronaut_face(), static_cast<float>(side) / 512);
    Box before = expected.box;
    before.x += 0.2F * before.width;
    expect_only(detector().follow(picture, {before}), expected);
  }
  EXPECT_TRUE(detector().follow(test::astronaut(), {{20, 300, 90, 90}}).empty());
}

TEST_F(YunetTest, FindsTheOneFaceAtEverySize) {
  const Image picture = test::astronaut();
  for (const int side : {2600, 1024, 512, 301, 150, 118}) {
    SCOPED_TRACE(side);
    expect_only(detector().detect(resize(picture, side, side, Interpolation::kBicubic)),
                test::scaled(test::astronaut_face(), static_cast<float>(side) / 512));
  }
}

TEST_F(YunetTest, FindsItInTheMirroredPicture) {
  expect_only(detector().detect(flip_horizontal(test::astronaut())),
              test::mirrored(test::astronaut_face(), 512));
}

TEST_F(YunetTest, FindsNothingWhereThereIsNoFace) {
  for (const auto& [width, height] : {std::pair{1, 1}, {3, 400}, {640, 480}}) {
    EXPECT_TRUE(detector().detect(Image(width, height)).empty()) << width << " x " << height;
    EXPECT_TRUE(detector().detect(test::noise(width, height)).empty()) << width << " x " << height;
  }
}

TEST_F(YunetTest, WorksFromSeveralThreadsAtOnce) {
  const Image picture = test::astronaut();
  const std::vector<Face> alone = detector().detect(picture);
  std::vector<std::vector<Face>> results(3);
  std::vector<std::thread> threads;
  threads.reserve(results.size());
  for (std::vector<Face>& result : results) {
    threads.emplace_back([&] { result = detector().detect(picture); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<Face>& result : results) {
    ASSERT_EQ(result.size(), alone.size());
    EXPECT_EQ(result[0].box.x, alone[0].box.x);
  }
}

TEST_F(YunetTest, FindsPeopleInGroups) {
  const auto folder = test::shared_path("data/groups");
  if (!folder) GTEST_SKIP() << test::kNoShared;
  const test::Tally tally = test::tally_of(detector(), *folder);
  RecordProperty("found", static_cast<int>(tally.found));
  EXPECT_EQ(tally.faces, 43);
  EXPECT_GE(tally.found, 42);
  EXPECT_EQ(tally.false_alarms, 0);
}

}  // namespace
}  // namespace mien
