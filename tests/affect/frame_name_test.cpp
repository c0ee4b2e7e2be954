#include "mien/affect/frame_name.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(FrameName, CountsFromOneWithFiveDigitsOrMore) {
  EXPECT_EQ(abaw_frame_name(0), "00001");
  EXPECT_EQ(abaw_frame_name(99998), "99999");
  EXPECT_EQ(abaw_frame_name(99999), "100000");
}

}  // namespace
}  // namespace mien
