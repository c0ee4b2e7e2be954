#include "mien/core/names.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(Names, BeginInOneOfSeveralWays) {
  EXPECT_TRUE(begins_with_any("norm.weight", {"fc.", "norm."}));
  EXPECT_FALSE(begins_with_any("norm1.weight", {"fc.", "norm."}));
  EXPECT_FALSE(begins_with_any("norm.weight", {}));
}

TEST(Names, AreShownOnOneShortLine) {
  EXPECT_EQ(shown_name("blocks.0.attn.qkv.weight"), "blocks.0.attn.qkv.weight");
  EXPECT_EQ(shown_name("a\nb\x01"), "a?b?");
  EXPECT_EQ(shown_name(std::string(200'000, '.')), std::string(100, '.') + "..");
}

TEST(Names, OfManyTheFirst) {
  EXPECT_EQ(first_names({"a", "b"}, 2), "a, b");
  EXPECT_EQ(first_names({"a", "b", "c", "d"}, 2), "a, b and 2 more");
  EXPECT_EQ(first_names({}, 2), "");
}

}  // namespace
}  // namespace mien
