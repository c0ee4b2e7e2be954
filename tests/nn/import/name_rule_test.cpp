#include "mien/nn/import/name_rule.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

std::string name_by(const NameRule& rule, std::string_view name) {
  return renamed(rule, name).value_or("-");
}

TEST(NameRule, NumbersStandWhereTheyStood) {
  const NameRule rule = {"layer#.#.conv#.weight", "stage#.block#.c#"};
  EXPECT_EQ(name_by(rule, "layer3.10.conv2.weight"), "stage3.block10.c2");
  EXPECT_EQ(name_by(rule, "layer3.10.conv2.bias"), "-");
  EXPECT_EQ(name_by(rule, "layer3.10.conv.weight"), "-");
  EXPECT_EQ(name_by(rule, "layer.0.conv1.weight"), "-");
  EXPECT_EQ(name_by(rule, "layer3.10.conv2.weight_g"), "-");
}

TEST(NameRule, ADotAtTheEndLetsTheRestFollow) {
  EXPECT_EQ(name_by({"bn#.", "norm#."}, "bn12.running_mean"), "norm12.running_mean");
  EXPECT_EQ(name_by({"bn#.", "norm#."}, "bn12."), "-");
  EXPECT_EQ(name_by({"bn#.", "norm#."}, "bn12"), "-");
  EXPECT_EQ(name_by({"a.", "b."}, "x.a.weight"), "-");
  EXPECT_EQ(name_by({"cls_token", "token"}, "cls_token"), "token");
  EXPECT_EQ(name_by({"cls_token", "token"}, "cls_token2"), "-");
  EXPECT_EQ(name_by({"cls_token", "token"}, "cls"), "-");
}

TEST(NameRule, AStarTakesAPart) {
  EXPECT_EQ(name_by(kept("Mixed_*.*.bn."), "Mixed_5b.branch1x1.bn.weight"),
            "Mixed_5b.branch1x1.bn.weight");
  EXPECT_EQ(name_by(kept("Mixed_*.*.bn."), "Mixed_5b.bn.weight"), "-");
  EXPECT_EQ(name_by({"conv_#_#.", "conv#_#."}, "conv_5_3.bias"), "conv5_3.bias");
}

TEST(NameRule, LeftNamesHaveNone) {
  EXPECT_EQ(name_by(left_out("pooler."), "pooler.dense.weight"), "");
  EXPECT_EQ(name_by(left_out("pooler."), "pool.dense.weight"), "-");
  EXPECT_EQ(of_head("fc.", "head.").kind, NameRule::Kind::kHead);
}

TEST(NameRule, GoesTheOtherWayWhereOneNameLeadsToOne) {
  const auto back = [](const NameRule& rule, const std::string& name) {
    return foreign_name(rule, name).value_or("-");
  };
  EXPECT_EQ(back({"conv_#_#.", "conv#_#."}, "conv5_3.bias"), "conv_5_3.bias");
  EXPECT_EQ(back({"features.1.#.block.0.", "blocks.0.#.conv_dw."}, "blocks.0.2.conv_dw.weight"),
            "features.1.2.block.0.weight");
  EXPECT_EQ(back({"features.1.#.block.0.", "blocks.0.#.conv_dw."}, "blocks.1.2.conv_dw.weight"),
            "-");
  EXPECT_EQ(back(of_head("fc.", "head."), "head.bias"), "fc.bias");
  EXPECT_EQ(back(of_head("classifier.#.", "classifier."), "classifier.bias"), "-") << "which one?";
  EXPECT_EQ(back(left_out("pooler."), "pooler.dense.weight"), "-");
}

}  // namespace
}  // namespace mien
