#include "mien/image/media_kind.h"

#include <gtest/gtest.h>

#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/image/image.h"

#include "pictures.h"
#include "remux.h"
#include "sample_files.h"
#include "temp_folder.h"
#include "videos.h"

namespace mien {
namespace {

std::string mp4_of_brand(const std::string& brand) {
  return std::string("\0\0\0\x18", 4) + "ftyp" + brand + std::string(12, '\0');
}

TEST(MediaKind, Pictures) {
  const Image image = test::rough(8, 6);
  EXPECT_EQ(media_kind(encode_png(image)), MediaKind::kPicture);
  EXPECT_EQ(media_kind(encode_jpeg(image, 90)), MediaKind::kPicture);
  EXPECT_EQ(media_kind(test::bmp_pair()), MediaKind::kPicture);
  EXPECT_EQ(media_kind(test::tiff_pair()), MediaKind::kPicture);
  EXPECT_EQ(media_kind(mp4_of_brand("heic")), MediaKind::kPicture);
  EXPECT_EQ(media_kind(mp4_of_brand("avif")), MediaKind::kPicture);
}

TEST(MediaKind, VideosOfEachContainer) {
  const test::TempFolder folder;
  test::write_numbered(folder / "a.mp4", 5);
  EXPECT_EQ(media_kind(read_file(folder / "a.mp4")), MediaKind::kVideo);
  for (const char* form : {"mov", "matroska", "mpegts", "flv"}) {
    test::remux(folder / "a.mp4", folder / form, {.form = form});
    EXPECT_EQ(media_kind(read_file(folder / form).substr(0, kMediaKindBytes)), MediaKind::kVideo)
        << form;
  }
}

TEST(MediaKind, AnimatedPicturesAreVideos) {
  EXPECT_EQ(media_kind("GIF89a......"), MediaKind::kVideo);
  const auto png_with = [](std::uint32_t frames) {
    std::string control;
    test::append_u32(control, frames, true);
    test::append_u32(control, 0, true);
    std::string bytes = encode_png(test::rough(8, 6));
    return bytes.insert(8 + 25, test::png_chunk("acTL", control));
  };
  EXPECT_EQ(media_kind(png_with(3)), MediaKind::kVideo);
  EXPECT_EQ(media_kind(png_with(1)), MediaKind::kPicture);
  const std::string cut = png_with(3).substr(0, 8 + 25 + 9);
  EXPECT_EQ(media_kind(cut), MediaKind::kPicture) << "and nothing is read behind the end";
}

TEST(MediaKind, OtherFiles) {
  for (const std::string& bytes : {std::string(),
                                   std::string("G"),
                                   std::string("plain text that goes on and on"),
                                   std::string(600, '\0'),
                                   std::string("RIFF....WAVEfmt "),
                                   mp4_of_brand("M4A ")}) {
    EXPECT_EQ(media_kind(bytes), MediaKind::kOther) << bytes;
  }
}

TEST(MediaKind, BytesCountMoreThanTheEnding) {
  const test::TempFolder folder;
  EXPECT_EQ(media_kind_of_file(folder.write("a.mp4", test::bmp_pair())), MediaKind::kPicture);
  EXPECT_EQ(media_kind_of_file(folder.write("b.jpg", "GIF87a")), MediaKind::kVideo);
  EXPECT_EQ(media_kind_of_file(folder.write("noending", test::bmp_pair())), MediaKind::kPicture);
}

TEST(MediaKind, TheEndingCountsWhereBytesSayNothing) {
  const test::TempFolder folder;
  EXPECT_EQ(media_kind_of_file(folder.write("a.JPG", "")), MediaKind::kPicture);
  EXPECT_EQ(media_kind_of_file(folder.write("a.heic", "?")), MediaKind::kPicture);
  EXPECT_EQ(media_kind_of_file(folder.write("a.mov", "?")), MediaKind::kVideo);
  EXPECT_EQ(media_kind_of_file(folder.write("a.txt", "?")), MediaKind::kOther);
  const std::string jpeg = encode_jpeg(test::rough(8, 8), 90);
  EXPECT_EQ(media_kind_of_file(folder.write("a.mjpg", jpeg + jpeg)), MediaKind::kVideo);
  EXPECT_THROW(media_kind_of_file(folder / "none.jpg"), DataError);
}

}  // namespace
}  // namespace mien
