#include "mien/nn/soup.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/rand.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/network.h"

#include "small_networks.h"
#include "thrown.h"

namespace mien {
namespace {

using test::make_small;
using test::SmallNetwork;
using testing::HasSubstr;

LoadedNetwork network_of(const SmallNetwork& small) {
  LoadedNetwork loaded;
  loaded.network = make_small(small);
  loaded.file = "network-" + std::to_string(small.seed);
  return loaded;
}

LoadedNetwork seeded(std::uint64_t seed, const std::string& name = "vit") {
  SmallNetwork small;
  small.name = name;
  small.seed = seed;
  return network_of(small);
}

TEST(Soup, IsTheMeanOfEveryTensor) {
  const std::vector<LoadedNetwork> members = {seeded(1), seeded(2), seeded(3)};
  const StateDict soup = state_of(*average_networks(members));
  const StateDict weighted = state_of(*average_networks(members, {2, 1, 1}));
  const StateDict a = state_of(*members[0].network);
  const StateDict b = state_of(*members[1].network);
  const StateDict c = state_of(*members[2].network);
  EXPECT_EQ(soup.tensors.size(), a.tensors.size());
  for (const auto& [name, tensor] : soup.tensors) {
    const at::Tensor& first = a.tensors.at(name);
    const at::Tensor rest = b.tensors.at(name) + c.tensors.at(name);
    EXPECT_TRUE(at::allclose(tensor, (first + rest) / 3, 1e-5, 1e-7)) << name;
    EXPECT_TRUE(at::allclose(weighted.tensors.at(name), (2 * first + rest) / 4, 1e-5, 1e-7))
        << name;
  }
}

TEST(Soup, OfOneNetworkIsThatNetwork) {
  const std::vector<LoadedNetwork> one = {seeded(1)};
  const NetworkPointer soup = average_networks(one);
  const at::NoGradGuard no_gradients;
  const at::Tensor pictures = at::rand({2, 3, 32, 32});
  EXPECT_TRUE(
      soup->forward(pictures).expression.equal(one[0].network->forward(pictures).expression));
  EXPECT_FALSE(soup->is_training());
}

TEST(Soup, CountersBecomeRoundedMeans) {
  const std::vector<LoadedNetwork> members = {seeded(1, "dan"), seeded(2, "dan")};
  const at::NoGradGuard no_gradients;
  int counters = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    for (auto& item : members[i].network->named_buffers()) {
      if (item.value().is_floating_point()) continue;
      item.value().fill_(i == 0 ? 4 : 9);
      ++counters;
    }
  }
  ASSERT_GT(counters, 0);
  for (const auto& item : average_networks(members, {1, 2})->named_buffers()) {
    if (item.value().is_floating_point()) continue;
    EXPECT_EQ(item.value().item<std::int64_t>(), 7) << item.key();  // (4 + 2 * 9) / 3 = 7.3
  }
}

TEST(Soup, SaysWhereBatchStatisticsDiffer) {
  const std::vector<LoadedNetwork> members = {seeded(1, "dan"), seeded(2, "dan")};
  EXPECT_FALSE(batch_statistics_differ(members));
  const at::NoGradGuard no_gradients;
  for (auto& item : members[1].network->named_buffers()) {
    if (item.key().ends_with("running_var")) item.value().fill_(2);
  }
  EXPECT_TRUE(batch_statistics_differ(members));
}

TEST(Soup, RefusesOtherNetworks) {
  const auto error_with = [](const SmallNetwork& other) {
    return test::thrown<UsageError>([&] { average_networks({seeded(1), network_of(other)}); });
  };
  SmallNetwork other;
  other.seed = 2;
  EXPECT_EQ(error_with(other), "");
  other.side = 48;
  EXPECT_THAT(error_with(other), HasSubstr("size is 32 in one and 48 in the other"));
  other = {};
  other.vocabulary.expressions = {"happiness", "neutral", "anger"};
  EXPECT_THAT(error_with(other), HasSubstr("in another order"));
  other = {};
  other.name = "dan";
  EXPECT_THAT(error_with(other), HasSubstr("name is vit in one and dan"));
  EXPECT_THROW(average_networks({}), UsageError);
  EXPECT_THROW(average_networks({seeded(1), seeded(2)}, {1}), UsageError);
}

}  // namespace
}  // namespace mien
