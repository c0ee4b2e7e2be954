#include "mien/nn/models/vit_size.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "thrown.h"

namespace mien {
namespace {

struct Named {
  const char* text;
  std::int64_t width, depth, heads, patch;
};

class VitSizes : public testing::TestWithParam<Named> {};

TEST_P(VitSizes, AreRead) {
  const VitSize size = parse_vit_size(GetParam().text);
  EXPECT_EQ(size.width, GetParam().width);
  EXPECT_EQ(size.depth, GetParam().depth);
  EXPECT_EQ(size.heads, GetParam().heads);
  EXPECT_EQ(size.patch, GetParam().patch);
}

INSTANTIATE_TEST_SUITE_P(All,
                         VitSizes,
                         testing::Values(Named{"T/16", 192, 12, 3, 16},
                                         Named{"S/8", 384, 12, 6, 8},
                                         Named{"B/16", 768, 12, 12, 16},
                                         Named{"L/16", 1024, 24, 16, 16},
                                         Named{"H/14", 1280, 32, 16, 14},
                                         Named{"192x6x3/8", 192, 6, 3, 8}));

class BadVitSizes : public testing::TestWithParam<const char*> {};

TEST_P(BadVitSizes, AreRefusedByKey) {
  const test::Refusal refusal = test::refused([] { parse_vit_size(GetParam()); });
  EXPECT_EQ(refusal.key, "model.vit");
  EXPECT_THAT(refusal.message, testing::HasSubstr(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(All,
                         BadVitSizes,
                         testing::Values("",
                                         "B",
                                         "B/",
                                         "B/0",
                                         "B/16/2",
                                         "X/16",
                                         "b/16",
                                         "192x6/8",
                                         "192x6x3x2/8",
                                         "10x2x3/8",
                                         "0x2x1/8",
                                         "-8x2x1/8",
                                         "99999999999999999999x2x1/8",
                                         "B/1.5"));

}  // namespace
}  // namespace mien
