#include "mien/report/text_width.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(TextWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(text_width(""), 0U);
  EXPECT_EQ(text_width("happy"), 5U);
  EXPECT_EQ(text_width("Überraschung"), 12U);
  EXPECT_EQ(text_width("e\u0301"), 1U) << "a combining accent takes no column";
  EXPECT_EQ(text_width("喜び"), 4U);
  EXPECT_EQ(text_width("😀"), 2U);
}

TEST(TextWidth, MalformedBytesCountOneEach) {
  EXPECT_EQ(text_width("\xFF\xFE"), 2U);
  EXPECT_EQ(text_width("\xC3"), 1U);
  EXPECT_EQ(text_width("\xE5\x96"
                       "a"),
            3U);
}

TEST(CutToWidth, NeverInsideACharacter) {
  EXPECT_EQ(cut_to_width("happiness", 9), "happiness");
  EXPECT_EQ(cut_to_width("happiness", 5), "happ…");
  EXPECT_EQ(cut_to_width("喜び喜び", 4), "喜…") << "a wide character that does not fit goes whole";
  EXPECT_EQ(cut_to_width("abc", 0), "");
  EXPECT_EQ(cut_to_width("abc", 1), "…");
}

TEST(Padded, OnTheAskedSide) {
  EXPECT_EQ(padded("ü", 3, Align::kLeft), "ü  ");
  EXPECT_EQ(padded("ü", 3, Align::kRight), "  ü");
  EXPECT_EQ(padded("long", 2, Align::kRight), "long");
}

}  // namespace
}  // namespace mien
