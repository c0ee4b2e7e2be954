#include "mien/core/text.h"

#include <clocale>
#include <cmath>
#include <cstring>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/random.h"

namespace mien {
namespace {

using ::testing::ElementsAre;

TEST(Split, KeepsEmptyParts) {
  EXPECT_THAT(split("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
  EXPECT_THAT(split("abc", ','), ElementsAre("abc"));
}

TEST(Trim, TakesBlanksAtBothEndsOnly) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Join, PutsTheSeparatorBetween) {
  EXPECT_EQ(join({"a", "b", "c"}, ", "), "a, b, c");
  EXPECT_EQ(join({"a"}, ", "), "a");
  EXPECT_EQ(join({}, ", "), "");
}

TEST(Lower, LeavesBytesBeyondAsciiAlone) {
  EXPECT_EQ(lower("AbZ\xC3\x84[1"), "abz\xC3\x84[1");
}

TEST(ParseDouble, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(parse_double("0.46"), 0.46);
  EXPECT_EQ(parse_double("-5"), -5.0);
  EXPECT_EQ(parse_double("1e-3"), 0.001);
  EXPECT_EQ(parse_double(".5"), 0.5);
  for (const char* text : {"",
                           " 1",
                           "1 ",
                           "1,5",
                           "0.5x",
                           "nan",
                           "inf",
                           "-inf",
                           "infinity",
                           "1e999",
                           "0x10",
                           "+",
                           "--1"}) {
    EXPECT_FALSE(parse_double(text)) << text;
  }
}

TEST(ParseInteger, RefusesWhatDoesNotFit) {
  EXPECT_EQ(parse_integer("-17"), -17);
  EXPECT_EQ(parse_integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  for (const char* text : {"", "1.0", "1e3", "9223372036854775808", " 1", "1 ", "0x10", "a"}) {
    EXPECT_FALSE(parse_integer(text)) << text;
  }
}

TEST(NumberText, IsTheShortestThatReadsBack) {
  EXPECT_EQ(number_text(0.46F), "0.46");
  EXPECT_EQ(number_text(-1.0F), "-1");
  EXPECT_EQ(number_text(0.0001F), "0.0001");
  EXPECT_EQ(number_text(0.0005), "0.0005");
  EXPECT_EQ(number_text(1e-12), "1e-12");
  EXPECT_EQ(number_text(1e20), "1e+20");
  EXPECT_EQ(number_text(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
}

TEST(NumberText, ReadsBackToTheSameBits) {
  RandomStream random(7);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t bits = random();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value) || std::fpclassify(value) == FP_SUBNORMAL) continue;
    EXPECT_EQ(parse_double(number_text(value)), value);
    const auto narrow = static_cast<float>(random.normal());
    EXPECT_EQ(static_cast<float>(parse_double(number_text(narrow)).value()), narrow);
  }
}

TEST(NumberText, RoundsToDigitsWithoutMinusZero) {
  EXPECT_EQ(number_text(12.345, 1), "12.3");
  EXPECT_EQ(number_text(50.0, 2), "50.00");
  EXPECT_EQ(number_text(-0.001, 2), "0.00");
  EXPECT_EQ(number_text(-0.01, 2), "-0.01");
  EXPECT_EQ(number_text(2.0, 0), "2");
  EXPECT_EQ(number_text(2.0, -3), "2");
  EXPECT_EQ(number_text(1e300, 30).size(), 332U);
  EXPECT_EQ(number_text(std::nan(""), 2), "nan");
}

TEST(Numbers, DoNotFollowTheLocale) {
  if (std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr) GTEST_SKIP() << "no German locale here";
  EXPECT_EQ(parse_double("0.5"), 0.5);
  EXPECT_EQ(number_text(0.5, 2), "0.50");
  std::setlocale(LC_ALL, "C");
}

TEST(IsUtf8, KnowsWellFormedTextFromTheRest) {
  for (const char* text : {"", "plain", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  for (const char* text : {"\xFF",
                           "\x80",
                           "\xC3",
                           "a\xC3(",
                           "\xC0\x80",
                           "\xE0\x80\x80",
                           "\xED\xA0\x80",
                           "\xF4\x90\x80\x80",
                           "\xF0\x80\x80\x80",
                           "\xE2\x82"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
}

}  // namespace
}  // namespace mien
