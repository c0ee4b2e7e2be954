#include "mien/image/exif.h"

#include <gtest/gtest.h>

#include "pictures.h"
#include "sample_files.h"

namespace mien {
namespace {

using test::exif_block;
using test::ramp;

TEST(Exif, ReadsBothByteOrders) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    EXPECT_EQ(exif_orientation(exif_block(orientation, false)), orientation);
    EXPECT_EQ(exif_orientation(exif_block(orientation, true)), orientation);
    EXPECT_EQ(exif_orientation("Exif" + std::string(2, '\0') + exif_block(orientation, true)),
              orientation);
  }
}

TEST(Exif, DamageMeansUpright) {
  const std::string whole = exif_block(6, false);
  EXPECT_EQ(exif_orientation(""), 1);
  EXPECT_EQ(exif_orientation("no block at all"), 1);
  EXPECT_EQ(exif_orientation(exif_block(9, false)), 1);
  EXPECT_EQ(exif_orientation(exif_block(0, false)), 1);
  // The entry ends at byte 22; the four bytes behind it only point to the next directory.
  for (std::size_t length = 0; length < 22; ++length) {
    EXPECT_EQ(exif_orientation(whole.substr(0, length)), 1) << length;
  }
}

TEST(Exif, UprightTurnsTheCorners) {
  // Where the stored picture's first pixel stands after each orientation is undone.
  const Image stored = ramp();
  const auto first_at = [&](int orientation, int x, int y) {
    const Image turned = upright(stored, orientation);
    const bool sideways = orientation >= 5;
    EXPECT_EQ(turned.width, sideways ? 3 : 4) << orientation;
    EXPECT_EQ(turned.height, sideways ? 4 : 3) << orientation;
    for (int c = 0; c < 3; ++c)
      EXPECT_EQ(turned.row(y)[x * 3 + c], stored.row(0)[c]) << orientation;
  };
  first_at(1, 0, 0);
  first_at(2, 3, 0);
  first_at(3, 3, 2);
  first_at(4, 0, 2);
  first_at(5, 0, 0);
  first_at(6, 2, 0);
  first_at(7, 2, 3);
  first_at(8, 0, 3);
}

TEST(Exif, UprightKeepsNeighboursTogether) {
  // The stored row's second pixel follows the first to the right, or down where the picture is
  // turned.
  EXPECT_EQ(upright(ramp(), 6).row(1)[2 * 3], ramp().row(0)[3]);
  EXPECT_EQ(upright(ramp(), 8).row(2)[0], ramp().row(0)[3]);
  EXPECT_EQ(upright(ramp(), 5).row(1)[0], ramp().row(0)[3]);
  EXPECT_EQ(upright(ramp(), 7).row(2)[2 * 3], ramp().row(0)[3]);
}

}  // namespace
}  // namespace mien
