// Pictures as cameras, phones and programs make them: every turn in every form, inks, animations.
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>
#include <turbojpeg.h>

#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/image/exif.h"
#include "mien/image/image.h"

#include "pictures.h"
#include "remux.h"
#include "sample_files.h"
#include "temp_folder.h"

namespace mien {
namespace {

/// Four corners of their own colours; survives JPEG.
Image corners() {
  Image image(48, 32);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      std::uint8_t* to = image.row(y) + std::ptrdiff_t{x} * 3;
      to[0] = x < 24 ? 220 : 40;
      to[1] = y < 16 ? 200 : 60;
      to[2] = (x < 24) == (y < 16) ? 180 : 50;
    }
  }
  return image;
}

std::string webp(const Image& image) {
  std::vector<std::uint8_t> bytes;
  cv::Mat bgr(image.height, image.width, CV_8UC3);
  for (int y = 0; y < image.height; ++y) {
    for (int i = 0; i < image.width * 3; i += 3) {
      for (int c = 0; c < 3; ++c) bgr.ptr(y)[i + 2 - c] = image.row(y)[i + c];
    }
  }
  cv::imencode(".webp", bgr, bytes, {cv::IMWRITE_WEBP_QUALITY, 101});  // lossless
  return {bytes.begin(), bytes.end()};
}

std::string riff_chunk(const std::string& type, const std::string& data) {
  std::string bytes = type;
  test::append_u32(bytes, static_cast<std::uint32_t>(data.size()), false);
  return bytes + data + std::string(data.size() % 2, '\0');
}

/// The extended form: flags, size less one in 24 bits each.
std::string extended(unsigned flags, int width, int height) {
  std::string data(1, static_cast<char>(flags));
  data += std::string(3, '\0');
  for (const int size : {width - 1, height - 1}) {
    for (int shift = 0; shift < 24; shift += 8) data += static_cast<char>(size >> shift);
  }
  return riff_chunk("VP8X", data);
}

TEST(PictureKinds, AllTurnsOfJpeg) {
  const std::string jpeg = encode_jpeg(corners(), 95);
  for (int turn = 1; turn <= 8; ++turn) {
    const Image turned = decode_image(test::with_exif(jpeg, turn), "a");
    EXPECT_LE(test::largest_difference(turned, upright(decode_image(jpeg, "a"), turn)), 0) << turn;
    EXPECT_EQ(turned.width, turn < 5 ? 48 : 32) << turn;
  }
}

TEST(PictureKinds, AllTurnsOfPng) {
  for (int turn = 1; turn <= 8; ++turn) {
    std::string png = encode_png(corners());
    png.insert(8 + 25, test::png_chunk("eXIf", test::exif_block(turn, turn % 2 == 0)));
    EXPECT_EQ(decode_image(png, "a"), upright(corners(), turn)) << turn;
  }
}

TEST(PictureKinds, AllTurnsOfWebp) {
  const std::string still = webp(corners());
  for (int turn = 1; turn <= 8; ++turn) {
    const std::string body = "WEBP" + extended(8, 48, 32) + still.substr(12) +
                             riff_chunk("EXIF", test::exif_block(turn, true));
    EXPECT_EQ(decode_image(riff_chunk("RIFF", body), "a"), upright(corners(), turn)) << turn;
  }
}

TEST(PictureKinds, AllTurnsOfTiff) {
  for (int turn = 1; turn <= 8; ++turn) {
    std::string tiff = test::tiff_pair();
    // The entry for the planes' layout, which has its default value, becomes the orientation.
    const std::size_t entry = tiff.find(std::string("\x1C\x01\x03\0", 4));
    ASSERT_NE(entry, std::string::npos);
    tiff[entry] = '\x12';
    tiff[entry + 8] = static_cast<char>(turn);
    EXPECT_EQ(decode_image(tiff, "a"), upright(decode_image(test::tiff_pair(), "a"), turn)) << turn;
  }
}

// Inks are stored as their complement: 255 is none.
TEST(PictureKinds, InksBecomeLight) {
  constexpr int kSide = 16;
  std::vector<std::uint8_t> inks(std::size_t{kSide} * kSide * 4);
  for (std::size_t i = 0; i < inks.size(); i += 4) {
    inks[i] = 255;      // no cyan: red stays
    inks[i + 1] = 128;  // half magenta
    inks[i + 2] = 0;    // all yellow: no blue
    inks[i + 3] = 200;  // some black
  }
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  void* encoder = tjInitCompress();
  ASSERT_EQ(tjCompress2(
                encoder, inks.data(), kSide, 0, kSide, TJPF_CMYK, &bytes, &size, TJSAMP_444, 98, 0),
            0);
  const Image image = decode_image({reinterpret_cast<char*>(bytes), size}, "a");
  tjFree(bytes);
  tjDestroy(encoder);
  EXPECT_NEAR(image.row(8)[24], 200, 4);
  EXPECT_NEAR(image.row(8)[25], 100, 4);
  EXPECT_NEAR(image.row(8)[26], 0, 4);
}

TEST(PictureKinds, ColoursOfSixteenBitsAndAlpha) {
  const std::string row("\x80\x80\x00\x00\xFF\xFF\xFF\xFF\x80\x80\x00\x00\xFF\xFF\x00\x00", 16);
  const Image image = decode_image(test::png_row(2, 16, 6, row), "a");
  EXPECT_LE(test::largest_difference(image, test::picture(2, 1, {128, 0, 255, 255, 255, 255})), 1);
}

TEST(PictureKinds, AnimatedWebpGivesItsFirstFrame) {
  const test::TempFolder folder;
  std::vector<std::vector<std::uint8_t>> pictures(
      3, std::vector<std::uint8_t>(std::size_t{32} * 20 * 4, 255));
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t p = 0; p < pictures[i].size(); p += 4) {
      for (std::size_t c = 0; c < 3; ++c) pictures[i][p + c] = c == i ? 210 : 30;
    }
  }
  if (!test::encode_animation(folder / "a.webp", "libwebp_anim", AV_PIX_FMT_BGRA, pictures, 32)) {
    GTEST_SKIP() << "this FFmpeg has no libwebp";
  }
  const Image image = read_image(folder / "a.webp");
  ASSERT_EQ(image.width, 32);
  ASSERT_EQ(image.height, 20);
  EXPECT_NEAR(image.row(10)[30], 30, 12);
  EXPECT_NEAR(image.row(10)[32], 210, 12) << "blue is the first";
}

TEST(PictureKinds, AWebpFrameLiesWhereItSays) {
  const std::string still = webp(corners());
  const auto animation = [&](int x, int y) {
    std::string frame;
    for (const int value : {x / 2, y / 2, 47, 31, 100}) {
      for (int shift = 0; shift < 24; shift += 8) frame += static_cast<char>(value >> shift);
    }
    frame += std::string(1, '\0') + still.substr(12);
    return riff_chunk("RIFF", "WEBP" + extended(2, 64, 64) + riff_chunk("ANMF", frame));
  };
  const Image image = decode_image(animation(10, 20), "a");
  ASSERT_EQ(image.width, 64);
  EXPECT_EQ(crop(image, 10, 20, 48, 32), corners());
  EXPECT_EQ(image.row(19)[std::ptrdiff_t{10} * 3], 255);
  EXPECT_EQ(image.row(25)[std::ptrdiff_t{9} * 3], 255);
  EXPECT_THROW(decode_image(animation(18, 20), "a"), DataError) << "it reaches over the edge";
  const std::string whole = animation(0, 0);
  for (std::size_t length = 12; length < whole.size(); length += 5) {
    EXPECT_THROW(decode_image(whole.substr(0, length), "a"), DataError) << length;
  }
}

TEST(PictureKinds, SaysWhatToDoWithOtherKinds) {
  const auto complaint = [](const std::string& bytes) {
    try {
      decode_image(bytes, "a");
    } catch (const DataError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(complaint(std::string("\0\0\0\x18", 4) + "ftypheic").find("convert it"),
            std::string::npos);
  EXPECT_NE(complaint("GIF89a").find("animated GIF"), std::string::npos);
}

}  // namespace
}  // namespace mien
