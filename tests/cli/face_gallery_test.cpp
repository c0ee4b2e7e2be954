#include "mien/cli/face_gallery.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien::cli {
namespace {

using testing::HasSubstr;

FrameReading frame_at(double seconds, std::int64_t people) {
  FrameReading frame;
  frame.input = "clip.mp4";
  frame.timestamp = seconds;
  for (std::int64_t id = 1; id <= people; ++id) {
    FaceReading face;
    face.face_id = id;
    face.box = {4, 4, 16, 16};
    face.prediction.expression = {1.0F};
    frame.faces.push_back(face);
  }
  return frame;
}

TEST(VideoThumbnails, AreBoundedAndReachToTheEnd) {
  const Image image(32, 32);
  VideoThumbnails thumbnails(40);
  for (int i = 0; i < 600; ++i) thumbnails.add(image, frame_at(i, 2));
  const auto taken = thumbnails.take();
  EXPECT_LE(taken.size(), 40U);
  EXPECT_GE(taken.size(), 15U);
  std::set<std::int64_t> people;
  double time = -1;
  for (const ReportThumbnail& thumbnail : taken) {
    EXPECT_GE(thumbnail.time, time);
    EXPECT_FALSE(thumbnail.jpeg.empty());
    time = thumbnail.time;
    people.insert(thumbnail.face_id);
  }
  EXPECT_EQ(people.size(), 2U);
  EXPECT_GT(time, 500);
}

TEST(VideoThumbnails, AreNotTakenOfEveryFrame) {
  VideoThumbnails thumbnails;
  for (int i = 0; i < 25; ++i) thumbnails.add(Image(32, 32), frame_at(i / 25.0, 1));
  EXPECT_EQ(thumbnails.take().size(), 2U) << "at 0 and 0.52 seconds";
}

TEST(PictureGallery, ShowsFacesAndPicturesWithoutOne) {
  PictureGallery gallery({{"neutral"}, {}, false}, {});
  gallery.add(Image(64, 32), frame_at(0, 2));
  FrameReading empty;
  empty.input = "folder/sea.jpg";
  gallery.add(Image(640, 320), empty);
  gallery.add(Image(), empty);
  EXPECT_EQ(gallery.entries(), 4U);
  EXPECT_FALSE(gallery.sheet().empty());
  EXPECT_THAT(gallery.page("Holiday"), HasSubstr("Holiday"));
}

TEST(FacePicture, OfACropIsTheWholeCrop) {
  Image image(20, 20);
  image.pixels.assign(image.pixels.size(), 9);
  const Image small = face_picture(image, {0, 0, 20, 20}, 10);
  EXPECT_EQ(small.width, 10);
  EXPECT_EQ(small.pixels, std::vector<std::uint8_t>(300, 9));
}

}  // namespace
}  // namespace mien::cli
