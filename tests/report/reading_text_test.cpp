#include "mien/report/reading_text.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(ReadingText, PercentsAreWhole) {
  EXPECT_EQ(percent_text(0.934), "93%");
  EXPECT_EQ(percent_text(0), "0%");
  EXPECT_EQ(percent_text(1), "100%");
}

TEST(ReadingText, ValuesHaveTheirSignAndAreClipped) {
  EXPECT_EQ(signed_text(0.314), "+0.31");
  EXPECT_EQ(signed_text(-0.5), "-0.50");
  EXPECT_EQ(signed_text(3), "+1.00");
  EXPECT_EQ(signed_text(-3), "-1.00");
}

}  // namespace
}  // namespace mien
