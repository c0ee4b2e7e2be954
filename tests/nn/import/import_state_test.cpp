#include "mien/nn/import/import_state.h"

#include <string>
#include <utility>
#include <vector>

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/network.h"

#include "../small_networks.h"
#include "foreign_state.h"
#include "temp_folder.h"
#include "thrown.h"

namespace mien {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Two tensors that become one, one that stays, a batch norm, a last layer.
ForeignNames some_names() {
  ForeignNames names;
  names.tensors = {{"qkv", {"q", "k"}}, {"bn.running_mean", {"norm.running_mean"}}};
  names.head = {{"head.weight", {"fc.weight"}}};
  return names;
}

StateDict some_state() {
  StateDict state;
  state.tensors["q"] = at::full({2, 3}, 1.0);
  state.tensors["k"] = at::full({1, 3}, 2.0);
  state.tensors["norm.running_mean"] = at::rand({4});
  state.tensors["fc.weight"] = at::rand({5, 4});
  return state;
}

std::string data_error(const StateDict& state) {
  return test::thrown<DataError>([&] { renamed_state(state, some_names(), false, "file"); });
}

TEST(RenamedState, JoinsAndRenames) {
  const StateDict renamed = renamed_state(some_state(), some_names(), false, "file");
  EXPECT_EQ(renamed.tensors.size(), 3U);
  EXPECT_TRUE(
      renamed.tensors.at("qkv").equal(at::cat({at::full({2, 3}, 1.0), at::full({1, 3}, 2.0)})));
  EXPECT_TRUE(renamed.tensors.at("bn.num_batches_tracked").equal(at::zeros({}, at::kLong)));
  EXPECT_FALSE(renamed.tensors.contains("head.weight"));
  EXPECT_TRUE(
      renamed_state(some_state(), some_names(), true, "file").tensors.contains("head.weight"));
}

TEST(RenamedState, PartsThatDoNotGoTogetherAreErrors) {
  StateDict state = some_state();
  state.tensors["k"] = at::rand({1, 4});
  EXPECT_THAT(data_error(state), AllOf(HasSubstr("file: "), HasSubstr("'q' and 'k'")));
  state.tensors["k"] = at::rand({1, 3}).to(at::kHalf);
  EXPECT_THAT(data_error(state), HasSubstr("other shapes or types"));
  state.tensors["k"] = at::zeros({});
  EXPECT_THAT(data_error(state), HasSubstr("'q' and 'k'"));
  state.tensors["q"] = at::arange(6).view({2, 3});
  EXPECT_THAT(data_error(state), AllOf(HasSubstr("'q'"), HasSubstr("floating-point")));
}

/// Of a small transformer for six expressions, as timm would save it.
StateDict small_vit() {
  test::SmallNetwork small;
  small.vocabulary = abaw_lsd_vocabulary();
  const NetworkPointer network = test::make_small(small);
  StateDict state = state_of(*network);
  for (const char* name : {"head.0.weight", "head.0.bias", "head.2.weight", "head.2.bias"}) {
    state.tensors.erase(name);
  }
  test::add_layer(state, "head", {6, 16});
  state.tensors["head.weight"].normal_();
  state.tensors["head.bias"].normal_();
  return state;
}

TEST(ImportedNetwork, StartsFromWhatFits) {
  const StateDict state = small_vit();
  const ForeignNames names = test::only_reading(state);
  const ImportUse use = import_use(names, "file");
  EXPECT_EQ(use.model.vit, "16x1x1/8");
  EXPECT_EQ(use.input.size, 32);
  EXPECT_FALSE(use.vocabulary.has_value());
  StateDict renamed = renamed_state(state, names, false, "file");
  const NetworkPointer network = imported_network(renamed, use, "file");
  EXPECT_TRUE(network->named_parameters()["blocks.0.mlp.fc2.weight"].equal(
      state.tensors.at("blocks.0.mlp.fc2.weight")));
  renamed.tensors.erase("norm.bias");
  EXPECT_NO_THROW(imported_network(renamed, use, "file"));
  renamed.tensors.erase("blocks.0.mlp.fc2.bias");
  EXPECT_THROW(imported_network(renamed, use, "file"), WeightsError);
}

TEST(ImportedNetwork, WithItsClassesItIsWhole) {
  const StateDict state = small_vit();
  const ForeignNames names = test::only_reading(state);
  ImportUse use = import_use(names, "file");
  use.vocabulary = abaw_lsd_vocabulary();
  const StateDict renamed = renamed_state(state, names, true, "file");
  const NetworkPointer network = imported_network(renamed, use, "file");
  EXPECT_FALSE(network->is_training());
  EXPECT_TRUE(network->named_parameters()["head.weight"].equal(state.tensors.at("head.weight")));
  use.vocabulary.value().expressions.pop_back();
  EXPECT_THROW(imported_network(renamed, use, "file"), WeightsError);
}

TEST(ImportedNetwork, SizesThatNoNetworkHasAreTheFilesFault) {
  ForeignNames names;
  names.network = "dan";
  names.options = {{"model.dan_width", "4096"}};
  EXPECT_THROW(import_use(names, "file"), DataError);
}

/// A header with a note for an EfficientNet of TensorFlow's kind, on pictures between -1 and 1.
StateDict noted_state(const std::string& kind) {
  ForeignNames names;
  names.architecture = "tf-efficientnet-b0";
  names.network = "efficientnet-b0";
  names.options = {{"model.efficientnet", kind}, {"input.mean", "0.5,0.5,0.5"}};
  return with_import_note({}, names, "file.pth", "abc");
}

/// Writes down what it is told; `texts` must live as long.
EventSink sink_into(std::vector<std::string>& texts) {
  EventSink sink;
  sink.message = [&](MessageLevel, const std::string& text) { texts.push_back(text); };
  return sink;
}

TEST(ImportNote, SaysWhatWeightsNeedOfANetwork) {
  ModelOptions model;
  model.name = "efficientnet-b0";
  const NetworkPointer network = create_network(model, abaw_lsd_vocabulary(), InputOptions());
  std::vector<std::string> warnings;
  const EventSink sink = sink_into(warnings);
  check_import_note(noted_state("torch"), *network, "file", sink);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_THAT(warnings[0], AllOf(HasSubstr("input.mean"), HasSubstr("0.5")));
  const test::Refusal refusal =
      test::refused([&] { check_import_note(noted_state("tf"), *network, "file", sink); });
  EXPECT_EQ(refusal.key, "model.efficientnet");
  EXPECT_THAT(refusal.message, HasSubstr("tf"));
  check_import_note({}, *network, "file", sink);
  StateDict damaged;
  damaged.metadata["mien.import"] = "{";
  EXPECT_THROW(check_import_note(damaged, *network, "file", sink), DataError);
}

/// Says what weights of a transformer need, and hears what a network with other options is told.
class NeedsOfATransformer : public testing::Test {
 protected:
  static ForeignNames needed() {
    ForeignNames names;
    names.network = "vit";
    names.options = {{"model.vit", "16x1x1/8"}};
    return names;
  }
  static NetworkPointer network() {
    test::SmallNetwork small;  // of two heads: 16x1x2/8
    small.vocabulary = abaw_lsd_vocabulary();
    return test::make_small(small);
  }
  void check(const ForeignNames& names) {
    check_import_note(with_import_note({}, names, "x.pth", "abc"), *network(), "file", sink());
  }
  EventSink sink() { return sink_into(warnings_); }

  std::vector<std::string> warnings_;
};

TEST_F(NeedsOfATransformer, HeadsThatAreKnownAreBinding) {
  EXPECT_THROW(check(needed()), OptionError);
  ForeignNames same = needed();
  same.options.front().second = network()->options().vit;
  EXPECT_NO_THROW(check(same));
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(NeedsOfATransformer, HeadsThatAreAssumedAreAWarning) {
  ForeignNames assumed = needed();
  assumed.assumed = {"model.vit"};
  check(assumed);
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_THAT(warnings_[0], AllOf(HasSubstr("by the published rule"), HasSubstr("16x1x1/8")));
}

TEST_F(NeedsOfATransformer, ANormOfThePatchesMeanIsBinding) {
  ForeignNames pooled = needed();
  pooled.options = {{"model.pool", "mean"}};
  EXPECT_THROW(check(pooled), OptionError);
}

TEST_F(NeedsOfATransformer, ANoteWithoutSenseIsTheFilesFault) {
  for (const auto& [key, text] : {std::pair("model.vit", "16x1x3/8"),
                                  std::pair("model.pool", "median"),
                                  std::pair("input.mean", "red")}) {
    ForeignNames bad = needed();
    bad.options = {{key, text}};
    EXPECT_THAT(test::thrown<DataError>([&] { check(bad); }),
                AllOf(HasSubstr("file: "), HasSubstr(key)));
  }
}

TEST_F(NeedsOfATransformer, APublishedFileSaysThemToo) {
  StateDict state = small_vit();
  check_readings(state, *network(), "file", sink());
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_THAT(warnings_[0], HasSubstr("by the published rule 16x1x1/8"));
  for (const char* part : {"weight", "bias"}) {
    state.tensors[std::string("fc_norm.") + part] = state.tensors.at(std::string("norm.") + part);
    state.tensors.erase(std::string("norm.") + part);
  }
  EXPECT_THROW(check_readings(state, *network(), "file", sink()), OptionError);
}

TEST(PublishedFile, WhatItLeavesOpenIsSaid) {
  ModelOptions model;
  model.name = "efficientnet-b0";
  const NetworkPointer network = create_network(model, abaw_lsd_vocabulary(), InputOptions());
  std::vector<std::string> warnings;
  const StateDict state = test::foreign_state(test::foreign_fixture("timm tf_efficientnet_b0"));
  check_readings(state, *network, "file", sink_into(warnings));
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_THAT(warnings[0], AllOf(HasSubstr("does not tell"), HasSubstr("tf or torch")));
}

TEST(ImportUseTest, OtherPicturesBecomeOptions) {
  ForeignNames names;
  names.network = "clip-rn50";
  names.options = {{"input.size", "224"}, {"input.mean", "0.5,0.5,0.5"}};
  ImportUse use = import_use(names, "file");
  note_pictures(use, names);
  EXPECT_EQ(names.options.size(), 2U);
  use.input.size = 288;
  use.input.deviation = {0.25, 0.25, 0.25};
  note_pictures(use, names);
  EXPECT_THAT(names.options,
              testing::UnorderedElementsAre(testing::Pair("input.mean", "0.5,0.5,0.5"),
                                            testing::Pair("input.size", "288"),
                                            testing::Pair("input.deviation", "0.25,0.25,0.25")));
}

TEST(ImportNote, GoesThroughAFile) {
  const test::TempFolder folder;
  StateDict state = noted_state("tf");
  EXPECT_TRUE(has_import_note(state));
  state.tensors["x"] = at::rand({2});
  write_safetensors(folder / "x.safetensors", state);
  EXPECT_TRUE(has_import_note(read_weights(folder / "x.safetensors")));
  EXPECT_FALSE(has_import_note({}));
}

}  // namespace
}  // namespace mien
