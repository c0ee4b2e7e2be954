#include "mien/core/toml_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/options.h"
#include "mien/core/text.h"
#include "mien/error.h"

#include "sample_options.h"

namespace mien {
namespace {

using test::message_of;
using ::testing::ElementsAre;
using ::testing::StartsWith;

std::string utf8(std::uint32_t c) {
  const auto tail = [](std::uint32_t bits) { return static_cast<char>(0x80 | (bits & 0x3F)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0 | (c >> 6)), tail(c)};
  if (c < 0x10000) return {static_cast<char>(0xE0 | (c >> 12)), tail(c >> 6), tail(c)};
  return {static_cast<char>(0xF0 | (c >> 18)), tail(c >> 12), tail(c >> 6), tail(c)};
}

TEST(TomlGuard, MovesLettersOutOfTheWayAndBack) {
  for (std::uint32_t c = 1; c < 0x110000; c += c < 0x10000 ? 1 : 977) {
    if ((c >= 0xD800 && c <= 0xDFFF) || (c >= 0xF0000 && c <= 0xFFFFF)) continue;
    const std::string text = "a" + utf8(c) + "b";
    const std::string guarded = guard_toml(text, "f");
    const bool moves = c >= 0x80 && c < 0x10000;
    ASSERT_EQ(guarded, moves ? "a" + utf8(0xF0000 + c) + "b" : text) << c;
    ASSERT_EQ(unguard_text(guarded), text) << c;
  }
}

TEST(TomlGuard, DropsAByteOrderMark) {
  EXPECT_EQ(guard_toml("\xEF\xBB\xBF"
                       "a = 1",
                       "f"),
            "a = 1");
}

TEST(TomlGuard, NamesTheLineOfWhatItRefuses) {
  const auto refusal = [](const std::string& text) {
    return message_of<DataError>([&] { guard_toml(text, "f"); });
  };
  EXPECT_THAT(refusal("a\n\xFF"), StartsWith("f:2: "));
  EXPECT_THAT(refusal("a\n\n" + utf8(0xF00E4)), StartsWith("f:3: "));
  EXPECT_THAT(refusal("\n" + std::string(1001, '.')), StartsWith("f:2: "));
  std::string numbers = "a = [";
  for (int i = 0; i < 5000; ++i) numbers += "0.5, ";
  EXPECT_EQ(guard_toml(numbers + "]", "f"), numbers + "]");
}

// Every place where toml++ asks whether a letter is a blank.
TEST(TomlGuard, LettersAnywhereAreReadOrRefused) {
  for (const std::uint32_t c :
       {0x85U, 0xA0U, 0xE4U, 0x499U, 0x1680U, 0x200BU, 0x2028U, 0x3000U, 0xFEFFU}) {
    const std::string letter = utf8(c);
    for (const std::string& text : {letter + " = 1",
                                    "seed = 1" + letter,
                                    "seed = " + letter,
                                    "steps = [1\"" + letter + "\"]",
                                    "steps = [1=\"" + letter,
                                    "seed = \"\"\"\\" + letter + "\"\"\"",
                                    "[" + letter + "]",
                                    "seed = 1979-05-27 '" + letter + "'",
                                    "seed" + letter + " = 1"}) {
      test::RunSample options;
      EXPECT_THROW(read_toml_text(fields_of(options), text, "f"), Error) << text;
    }
    test::RunSample options;
    read_toml_text(fields_of(options),
                   "names = [\"\"\"\na\\\n  " + letter + "\"\"\", '" + letter + "'] # " + letter,
                   "f");
    EXPECT_THAT(options.names, ElementsAre("a" + letter, letter));
  }
}

TEST(TomlGuard, EscapesAreLettersToo) {
  test::RunSample options;
  read_toml_text(fields_of(options), "names = [\"\\u00e4\\U0001F600\"]", "f");
  EXPECT_THAT(options.names, ElementsAre("\xC3\xA4\xF0\x9F\x98\x80"));
  EXPECT_THAT(message_of<OptionError>([&] {
                read_toml_text(fields_of(options),
                               "'gr\xC3\xB6\xC3\x9F"
                               "e' = 1",
                               "f");
              }),
              StartsWith("f:1: unknown option gr\xC3\xB6\xC3\x9F"
                         "e"));
  EXPECT_THAT(
      message_of<DataError>([&] { read_toml_text(fields_of(options), "\xC3\xA4 = 1", "f"); }),
      ::testing::Not(::testing::HasSubstr("000F")));
}

}  // namespace
}  // namespace mien
