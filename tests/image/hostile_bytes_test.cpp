// Damaged files of every kind either give a picture or a DataError: no crash, no other exception.
#include <gtest/gtest.h>

#include "mien/core/random.h"
#include "mien/error.h"
#include "mien/image/image.h"

#include "pictures.h"
#include "sample_files.h"

namespace mien {
namespace {

std::string damaged(std::string bytes, RandomStream& random) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  const std::int64_t changes = 1 + random.below(4);
  for (std::int64_t i = 0; i < changes; ++i) {
    const bool in_header = random.chance(0.6);
    const std::int64_t at = random.below(in_header ? std::min<std::int64_t>(size, 64) : size);
    bytes[static_cast<std::size_t>(at)] = static_cast<char>(random.below(256));
  }
  if (random.chance(0.2)) bytes.resize(static_cast<std::size_t>(random.below(size)));
  return bytes;
}

void survive(const std::string& whole, std::uint64_t key) {
  constexpr int kTries = 400;
  RandomStream random(key);
  int decoded = 0;
  for (int i = 0; i < kTries; ++i) {
    try {
      const Image image = decode_image(damaged(whole, random), "hostile");
      ASSERT_EQ(image.pixels.size(), static_cast<std::size_t>(image.width * image.height * 3));
      ++decoded;
    } catch (const DataError& refusal) {
      EXPECT_STRNE(refusal.what(), "");
    }
  }
  EXPECT_LT(decoded, kTries) << "no damage was noticed";
}

TEST(HostileBytes, Jpeg) {
  survive(encode_jpeg(test::rough(24, 24), 90), 1);
  survive(test::with_exif(encode_jpeg(test::rough(24, 24), 90), 6), 2);
}

TEST(HostileBytes, Png) {
  survive(encode_png(test::rough(24, 24)), 3);
}

TEST(HostileBytes, Bmp) {
  survive(test::bmp_pair(), 4);
}

TEST(HostileBytes, Tiff) {
  survive(test::tiff_pair(), 5);
}

TEST(HostileBytes, Noise) {
  RandomStream random(6);
  for (int i = 0; i < 300; ++i) {
    std::string bytes = i % 2 == 0 ? "\xFF\xD8\xFF" : "\x89PNG\r\n\x1a\n";
    for (std::int64_t n = random.below(200); n > 0; --n)
      bytes += static_cast<char>(random.below(256));
    EXPECT_THROW(decode_image(bytes, "noise"), DataError);
  }
}

}  // namespace
}  // namespace mien
