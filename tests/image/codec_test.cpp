#include <gtest/gtest.h>

#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/image/image.h"

#include "pictures.h"
#include "sample_files.h"
#include "temp_folder.h"

namespace mien {
namespace {

using test::largest_difference;
using test::picture;
using test::png_row;
using test::rough;

Image soft(int width, int height) {
  return blur(rough(width, height), 3);
}

TEST(Codec, PngKeepsEveryPixel) {
  EXPECT_EQ(decode_image(encode_png(rough(33, 20)), "a"), rough(33, 20));
}

TEST(Codec, JpegKeepsNearlyAll) {
  const Image back = decode_image(encode_jpeg(soft(40, 24), 95), "a");
  EXPECT_LE(largest_difference(back, soft(40, 24)), 25);
  EXPECT_LT(encode_jpeg(soft(40, 24), 30).size(), encode_jpeg(soft(40, 24), 95).size());
}

TEST(Codec, FilesGoByTheirEnding) {
  const test::TempFolder folder;
  write_image(folder / "a.PNG", rough(9, 7));
  EXPECT_EQ(read_image(folder / "a.PNG"), rough(9, 7));
  write_image(folder / "a.jpg", rough(9, 7));
  EXPECT_EQ(read_file(folder / "a.jpg").substr(0, 2), "\xFF\xD8");
  EXPECT_THROW(write_image(folder / "a.gif", rough(9, 7)), UsageError);
  EXPECT_THROW(read_image(folder / "none.png"), DataError);
}

TEST(Codec, ExifOrientationIsApplied) {
  Image stored(32, 16);
  for (int y = 0; y < 16; ++y) {  // the left half is white
    std::fill(stored.row(y), stored.row(y) + 16 * 3, std::uint8_t{255});
  }
  const Image turned = decode_image(test::with_exif(encode_jpeg(stored, 95), 6), "a");
  ASSERT_EQ(turned.width, 16);
  ASSERT_EQ(turned.height, 32);
  EXPECT_GT(turned.row(3)[8 * 3], 240);  // now the upper half
  EXPECT_LT(turned.row(28)[8 * 3], 15);
}

TEST(Codec, GreyIsRepeated) {
  EXPECT_EQ(decode_image(png_row(2, 8, 0, "\x07\xC8"), "a"),
            picture(2, 1, {7, 7, 7, 200, 200, 200}));
}

TEST(Codec, AlphaLiesOverWhite) {
  const std::string row("\x0A\x14\x1E\xFF\x0A\x14\x1E\x80\x0A\x14\x1E\x00", 12);
  EXPECT_LE(largest_difference(decode_image(png_row(3, 8, 6, row), "a"),
                               picture(3, 1, {10, 20, 30, 132, 137, 142, 255, 255, 255})),
            1);
  EXPECT_LE(
      largest_difference(decode_image(png_row(2, 8, 4, std::string("\x64\xFF\x64\x00", 4)), "a"),
                         picture(2, 1, {100, 100, 100, 255, 255, 255})),
      1);
}

TEST(Codec, SixteenBitsBecomeEight) {
  const std::string row("\x80\x80\xFF\xFF\x00\x7F", 6);
  EXPECT_EQ(decode_image(png_row(3, 16, 0, row), "a"),
            picture(3, 1, {128, 128, 128, 255, 255, 255, 0, 0, 0}));
}

TEST(Codec, ReadsBmpAndTiff) {
  EXPECT_EQ(decode_image(test::bmp_pair(), "a"), picture(2, 1, {255, 0, 0, 0, 0, 255}));
  EXPECT_EQ(decode_image(test::tiff_pair(), "a"), picture(2, 1, {1, 2, 3, 250, 251, 252}));
}

TEST(Codec, SideChunksOfPngDoNotMatter) {
  std::string bytes = encode_png(rough(8, 8));
  const std::string profile = test::png_chunk("iCCP", "not a profile");
  bytes.insert(8 + 25, profile);  // behind the signature and IHDR
  testing::internal::CaptureStderr();
  EXPECT_EQ(decode_image(bytes, "a"), rough(8, 8));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Codec, NamesTheFileInItsErrors) {
  try {
    decode_image("hello", "faces/one.jpg");
    FAIL() << "no error";
  } catch (const DataError& error) {
    EXPECT_EQ(error.file(), "faces/one.jpg");
    EXPECT_NE(std::string(error.what()).find("not a picture"), std::string::npos);
  }
  EXPECT_THROW(decode_image("", "a"), DataError);
}

TEST(Codec, TruncationIsAnError) {
  const std::string jpeg = encode_jpeg(rough(64, 64), 90);
  const std::string png = encode_png(rough(64, 64));
  testing::internal::CaptureStderr();
  for (const double part : {0.1, 0.5, 0.9, 0.999}) {
    const auto cut = [&](const std::string& bytes) {
      return bytes.substr(0, static_cast<std::size_t>(static_cast<double>(bytes.size()) * part));
    };
    EXPECT_THROW(decode_image(cut(jpeg), "a.jpg"), DataError) << part;
    EXPECT_THROW(decode_image(cut(png), "a.png"), DataError) << part;
  }
  const std::string bmp = test::bmp_pair();
  EXPECT_THROW(decode_image(bmp.substr(0, bmp.size() - 3), "a.bmp"), DataError);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Codec, ADamagedJpegDoesNotSpoilTheNext) {
  const std::string whole = encode_jpeg(Image(40, 40), 90);
  for (std::size_t length = 2; length < whole.size(); length += 7) {
    EXPECT_THROW(decode_image(whole.substr(0, length), "cut"), DataError) << length;
    EXPECT_NO_THROW(decode_image(whole, "whole")) << "after one of " << length << " bytes";
  }
}

TEST(Codec, BytesBehindTheEndOfAJpegDoNotMatter) {
  const std::string jpeg = encode_jpeg(soft(20, 20), 90);
  EXPECT_EQ(decode_image(jpeg + "trailing", "a"), decode_image(jpeg, "a"));
}

TEST(Codec, AWrongChecksumIsAnError) {
  std::string bytes = encode_png(rough(32, 32));
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  EXPECT_THROW(decode_image(bytes, "a"), DataError);
}

TEST(Codec, HugePicturesAreRefusedBeforeTheyAreDecoded) {
  std::string header;
  test::append_u32(header, 60'000, true);
  test::append_u32(header, 60'000, true);
  header += {8, 2, 0, 0, 0};
  const std::string bytes = "\x89PNG\r\n\x1a\n" + test::png_chunk("IHDR", header) +
                            test::png_chunk("IDAT", "x") + test::png_chunk("IEND", "");
  try {
    decode_image(bytes, "a");
    FAIL() << "no error";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("megapixels"), std::string::npos) << error.what();
  }
}

TEST(Codec, NothingCannotBeWritten) {
  EXPECT_THROW(encode_png(Image()), UsageError);
  EXPECT_THROW(encode_jpeg(Image(), 90), UsageError);
  EXPECT_THROW(encode_jpeg(rough(4, 4), 0), UsageError);
  EXPECT_THROW(encode_jpeg(rough(4, 4), 101), UsageError);
}

TEST(Codec, PictureEndings) {
  for (const char* name : {"a.jpg", "b/c.JPEG", "d.png", "e.webp", "f.TIF", "g.bmp"}) {
    EXPECT_TRUE(has_picture_ending(name)) << name;
  }
  for (const char* name : {"a.txt", "png", "a.jpg.part", "a", ""}) {
    EXPECT_FALSE(has_picture_ending(name)) << name;
  }
}

}  // namespace
}  // namespace mien
