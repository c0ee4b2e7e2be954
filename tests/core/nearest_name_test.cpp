#include <gtest/gtest.h>

#include "mien/core/options.h"

namespace mien {
namespace {

const std::vector<std::string> kKeys = {"optim.layer_decay", "optim.lr", "data.path", "model.mask"};

TEST(NearestName, FindsATypingMistake) {
  EXPECT_EQ(nearest_name("optim.layer_decey", kKeys), "optim.layer_decay");
  EXPECT_EQ(nearest_name("optim.layer-decay", kKeys), "optim.layer_decay");
  EXPECT_EQ(nearest_name("data.paht", kKeys), "data.path");
  EXPECT_EQ(nearest_name("Model.Mask", kKeys), "model.mask");
}

TEST(NearestName, CountsSwappedNeighboursOnce) {
  EXPECT_EQ(nearest_name("rl", {"lr"}), "lr");
  EXPECT_EQ(nearest_name("xl", {"lr"}), "");
}

TEST(NearestName, TakesTheNearerOne) {
  EXPECT_EQ(nearest_name("predicts", {"predication", "predict", "product"}), "predict");
}

TEST(NearestName, SaysNothingWhereNothingIsNear) {
  EXPECT_EQ(nearest_name("zebra", kKeys), "");
  EXPECT_EQ(nearest_name("", kKeys), "");
  EXPECT_EQ(nearest_name("a", {"b"}), "");
  EXPECT_EQ(nearest_name("anything", {}), "");
}

TEST(NearestName, IsQuickForAbsurdNames) {
  EXPECT_EQ(nearest_name(std::string(10000000, 'x'), kKeys), "");
}

}  // namespace
}  // namespace mien
