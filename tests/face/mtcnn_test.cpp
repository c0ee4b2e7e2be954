#include "mien/face/mtcnn.h"

#include <cmath>
#include <thread>
#include <vector>

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "faces.h"
#include "groups.h"
#include "shared_folder.h"
#include "temp_folder.h"

namespace mien {
namespace {

const FaceDetector& detector() {
  static const std::unique_ptr<FaceDetector> kMtcnn = make_detector("mtcnn");
  return *kMtcnn;
}

/// One face, where it should be.
void expect_only(const std::vector<Face>& faces, const Face& expected) {
  ASSERT_EQ(faces.size(), 1);
  EXPECT_GT(faces[0].score, 0.9);
  EXPECT_LE(faces[0].score, 1);
  EXPECT_GT(overlap_of_union(faces[0].box, expected.box), 0.6);
  EXPECT_TRUE(test::landmarks_near(
      faces[0].landmarks, expected.landmarks, 0.08F * expected.box.height + 0.5F));
}

void expect_equal(const std::vector<Face>& first, const std::vector<Face>& second) {
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_NEAR(first[i].box.x, second[i].box.x, 1e-2);
    EXPECT_NEAR(first[i].box.height, second[i].box.height, 1e-2);
    EXPECT_NEAR(first[i].score, second[i].score, 1e-4);
  }
}

TEST(Mtcnn, FindsTheOneFaceAndItsLandmarks) {
  expect_only(detector().detect(test::astronaut()), test::astronaut_face());
}

TEST(Mtcnn, FindsItAtEverySizeDownTo24Pixels) {
  const Image picture = test::astronaut();
  for (const int side : {2048, 1024, 700, 400, 300, 200, 150, 118}) {
    SCOPED_TRACE(side);
    expect_only(detector().detect(resize(picture, side, side, Interpolation::kBicubic)),
                test::scaled(test::astronaut_face(), static_cast<float>(side) / 512));
  }
}

TEST(Mtcnn, FindsItInTheMirroredPicture) {
  expect_only(detector().detect(flip_horizontal(test::astronaut())),
              test::mirrored(test::astronaut_face(), 512));
}

TEST(Mtcnn, FindsItInTheLeaningPicture) {
  const Image picture = test::astronaut();
  for (const double degrees : {-20.0, -10.0, 10.0, 20.0}) {
    SCOPED_TRACE(degrees);
    const std::vector<Face> faces = detector().detect(test::turned(picture, degrees));
    ASSERT_EQ(faces.size(), 1);
    Landmarks expected;
    for (std::size_t i = 0; i < kFacePoints; ++i) {
      expected[i] = test::turned(test::astronaut_face().landmarks[i], picture, degrees);
    }
    EXPECT_TRUE(test::landmarks_near(faces[0].landmarks, expected, 10));
  }
}

TEST(Mtcnn, FindsAFaceThatFillsThePicture) {
  const Box box = test::astronaut_face().box;
  const Image close = crop(test::astronaut(),
                           static_cast<int>(box.x),
                           static_cast<int>(box.y),
                           static_cast<int>(box.width),
                           static_cast<int>(box.height));
  const std::vector<Face> faces = detector().detect(close);
  ASSERT_EQ(faces.size(), 1);
  EXPECT_GT(overlap_of_union(faces[0].box, {0, 0, box.width, box.height}), 0.6);
}

TEST(Mtcnn, FindsNothingWhereThereIsNoFace) {
  for (const auto& [width, height] : {std::pair{1, 1}, {3, 400}, {400, 3}, {20, 20}, {640, 480}}) {
    EXPECT_TRUE(detector().detect(Image(width, height)).empty()) << width << " x " << height;
    EXPECT_TRUE(detector().detect(test::noise(width, height)).empty()) << width << " x " << height;
  }
  EXPECT_TRUE(detector().detect(Image()).empty());
}

TEST(Mtcnn, OptionsAreFollowed) {
  const Image picture = test::astronaut();
  DetectorOptions options;
  options.min_face = 200;
  EXPECT_TRUE(detector().detect(picture, options).empty());
  options.min_face = 60;
  EXPECT_EQ(detector().detect(picture, options).size(), 1);
  options.min_confidence = 1;
  EXPECT_TRUE(detector().detect(picture, options).empty());
}

TEST(Mtcnn, TheSameOnOneThreadAndTwoAndFromSeveralAtOnce) {
  const Image picture = test::astronaut();
  const int before = at::get_num_threads();
  at::set_num_threads(1);
  const std::vector<Face> alone = detector().detect(picture);
  at::set_num_threads(2);
  expect_equal(detector().detect(picture), alone);
  at::set_num_threads(before);
  std::vector<std::vector<Face>> results(3);
  std::vector<std::thread> threads;
  threads.reserve(results.size());
  for (std::vector<Face>& result : results) {
    threads.emplace_back([&] { result = detector().detect(picture); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<Face>& result : results) expect_equal(result, alone);
}

TEST(Mtcnn, FollowsAFaceAtEverySize) {
  for (const int side : {1500, 512, 200, 118}) {
    SCOPED_TRACE(side);
    const Image picture = resize(test::astronaut(), side, side, Interpolation::kBicubic);
    const Face found = detector().detect(picture).at(0);
    for (const float step : {-0.2F, 0.0F, 0.2F}) {
      Box before = found.box;
      before.x += step * before.width;
      before.y -= 0.1F * before.height;
      before.width *= 1.1F;
      const std::vector<Face> followed = detector().follow(picture, {before});
      ASSERT_EQ(followed.size(), 1) << step;
      EXPECT_GT(overlap_of_union(followed[0].box, found.box), 0.75) << step;
      EXPECT_TRUE(test::landmarks_near(
          followed[0].landmarks, found.landmarks, 0.08F * found.box.height + 0.5F));
    }
  }
}

TEST(Mtcnn, FollowsNothingWhereThereIsNoFace) {
  const Image picture = test::astronaut();
  EXPECT_TRUE(detector().follow(picture, {{20, 300, 90, 90}}).empty());
  EXPECT_TRUE(detector().follow(picture, {{600, 600, 90, 90}, {-90, 0, 90, 90}}).empty());
  EXPECT_TRUE(detector().follow(Image(), {{0, 0, 9, 9}}).empty());
}

TEST(Mtcnn, AFolderWithoutNetworksIsBadData) {
  const test::TempFolder folder;
  EXPECT_THROW(Mtcnn(folder.path()), DataError);
}

TEST(Mtcnn, FindsPeopleInGroups) {
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
