// The public header, as a program outside would use it.
#include <cmath>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "mien/image/image.h"
#include "mien/mien.h"

#include "../face/faces.h"
#include "patterns.h"
#include "temp_folder.h"
#include "tiny_network.h"

namespace mien::test {
namespace {

FaceReaderOptions crops_of(const std::string& weights) {
  FaceReaderOptions options;
  options.models = {weights};
  options.detector = "none";
  options.device = "cpu";
  options.precision = "float32";
  return options;
}

void expect_same(const PictureReading& first, const PictureReading& second) {
  ASSERT_EQ(first.frame.faces.size(), second.frame.faces.size());
  for (std::size_t i = 0; i < first.frame.faces.size(); ++i) {
    const Prediction& a = first.frame.faces[i].prediction;
    const Prediction& b = second.frame.faces[i].prediction;
    ASSERT_FALSE(a.expression.empty());
    ASSERT_EQ(a.expression.size(), b.expression.size());
    ASSERT_FALSE(first.features[i].empty());
    ASSERT_EQ(first.features[i].size(), second.features[i].size());
    for (std::size_t k = 0; k < a.expression.size(); ++k) {
      EXPECT_NEAR(a.expression[k], b.expression[k], 1e-3);
    }
    for (std::size_t k = 0; k < first.features[i].size(); ++k) {
      EXPECT_NEAR(first.features[i][k], second.features[i][k], 1e-3);
    }
  }
}

TEST(FaceReader, ReadsPixelsOfAnyStrideAndOrderLikeAFile) {
  const TempFolder folder;
  const FaceReader reader(crops_of(save_tiny(folder, "tiny")));
  const Image image = pattern(20, 24, 1);
  write_image(folder / "a.png", image);
  const PictureReading file = reader.read_file((folder / "a.png").string());
  ASSERT_EQ(file.frame.faces.size(), 1U);
  EXPECT_EQ(file.frame.faces[0].face_id, 1);
  EXPECT_EQ(file.frame.faces[0].prediction.expression.size(),
            reader.vocabulary().expressions.size());
  EXPECT_EQ(file.features[0].size(), 32U);
  expect_same(file, reader.read({image.pixels.data(), 20, 24}));

  constexpr std::size_t kStride = 71;
  std::vector<std::uint8_t> memory(kStride * 24, 200);
  for (std::size_t y = 0; y < 24; ++y) {
    for (std::size_t x = 0; x < 20; ++x) {
      for (std::size_t c = 0; c < 3; ++c) {
        memory[y * kStride + 3 * x + 2 - c] = image.pixels[(y * 20 + x) * 3 + c];
      }
    }
  }
  expect_same(file, reader.read({memory.data(), 20, 24, kStride, PixelOrder::kBgr}));
}

TEST(FaceReader, RefusesPixelsThatCannotBe) {
  const TempFolder folder;
  const FaceReader reader(crops_of(save_tiny(folder, "tiny")));
  const std::vector<std::uint8_t> memory(300);
  EXPECT_THROW(reader.read({nullptr, 10, 10}), UsageError);
  EXPECT_THROW(reader.read({memory.data(), 0, 10}), UsageError);
  EXPECT_THROW(reader.read({memory.data(), 10, -1}), UsageError);
  EXPECT_THROW(reader.read({memory.data(), 10, 10, 29}), UsageError);
  EXPECT_THROW(reader.read_file((folder / "nothing.png").string()), DataError);
}

TEST(FaceReader, SaysWhatIsWrongWithItsOptions) {
  EXPECT_THROW(FaceReader{FaceReaderOptions{}}, OptionError);
  EXPECT_THROW(FaceReader(crops_of("nothing.safetensors")), DataError);
}

TEST(FaceReader, ManyThreadsGetWhatOneGets) {
  const TempFolder folder;
  const FaceReader reader(crops_of(save_tiny(folder, "tiny")));
  constexpr unsigned kPictures = 24;
  std::vector<Image> images;
  std::vector<PictureReading> alone;
  for (unsigned i = 0; i < kPictures; ++i) {
    images.push_back(pattern(16, 16, i));
    alone.push_back(reader.read({images[i].pixels.data(), 16, 16}));
  }
  std::vector<PictureReading> together(kPictures);
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (unsigned t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (unsigned i = t; i < kPictures; i += 4) {
          together[i] = reader.read({images[i].pixels.data(), 16, 16});
        }
      });
    }
  }
  for (unsigned i = 0; i < kPictures; ++i) expect_same(alone[i], together[i]);
}

TEST(FaceReader, FindsTheFacesOfAPhotograph) {
  const TempFolder folder;
  FaceReaderOptions options = crops_of(save_tiny(folder, "tiny"));
  options.detector = "mtcnn";
  options.min_face = 40;
  const FaceReader reader(options);
  const Image image = astronaut();
  const PictureReading reading = reader.read({image.pixels.data(), image.width, image.height});
  ASSERT_EQ(reading.frame.faces.size(), 1U);
  const FaceReading& face = reading.frame.faces[0];
  EXPECT_GT(overlap_of_union(face.box, astronaut_face().box), 0.6);
  EXPECT_TRUE(face.landmarks.has_value());
  EXPECT_TRUE(face.pose.has_value());
  EXPECT_TRUE(face.quality.has_value());
  const Image empty(64, 64);
  EXPECT_TRUE(reader.read({empty.pixels.data(), 64, 64}).frame.faces.empty());
}

TEST(FaceFollower, TimesAreFiniteAndDoNotFall) {
  const TempFolder folder;
  const FaceReader reader(crops_of(save_tiny(folder, "tiny")));
  FaceFollower follower(reader);
  const Image image = pattern(16, 16, 1);
  const Pixels pixels{image.pixels.data(), 16, 16};
  follower.read(pixels, 1.0);
  EXPECT_THROW(follower.read(pixels, 0.5), UsageError);
  EXPECT_THROW(follower.read(pixels, std::nan("")), UsageError);
  EXPECT_EQ(follower.read(pixels, 1.0).frame.frame, 1) << "a refused frame has no number";
}

TEST(FaceFollower, NumbersFramesAndKeepsIdsThoughTheReaderIsMoved) {
  const TempFolder folder;
  FaceReader reader(crops_of(save_tiny(folder, "tiny")));
  FaceFollower follower(reader);
  const FaceReader moved = std::move(reader);
  const Image image = pattern(16, 16, 1);
  for (int i = 0; i < 3; ++i) {
    const PictureReading reading = follower.read({image.pixels.data(), 16, 16}, i / 25.0);
    EXPECT_EQ(reading.frame.frame, i);
    EXPECT_DOUBLE_EQ(reading.frame.timestamp, i / 25.0);
    ASSERT_EQ(reading.frame.faces.size(), 1U);
    EXPECT_EQ(reading.frame.faces[0].face_id, 1);
  }
}

}  // namespace
}  // namespace mien::test
