#include <filesystem>
#include <string>
#include <vector>

#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/files.h"
#include "mien/core/random.h"
#include "mien/error.h"
#include "mien/nn/pth/pickle.h"
#include "mien/nn/weights.h"

#include "pth_writer.h"
#include "temp_folder.h"
#include "test_paths.h"
#include "thrown.h"

namespace mien {
namespace {

using test::TempFolder;

std::filesystem::path fixture(const std::string& name) {
  return std::filesystem::path(test::kSourceDir) / "tests" / "golden" / "pth" / name;
}

std::string message_of(const std::filesystem::path& file) {
  return test::thrown<DataError>([&] { read_weights(file); });
}

class PlainFiles : public testing::TestWithParam<const char*> {};

TEST_P(PlainFiles, AreRead) {
  const StateDict state = read_weights(fixture(GetParam()));
  const StateDict expected = read_safetensors(fixture("expected.safetensors"));
  ASSERT_EQ(state.tensors.size(), expected.tensors.size());
  for (const auto& [name, tensor] : expected.tensors) {
    ASSERT_EQ(state.tensors.count(name), 1u) << name;
    EXPECT_EQ(state.tensors.at(name).scalar_type(), tensor.scalar_type()) << name;
    EXPECT_TRUE(state.tensors.at(name).equal(tensor)) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(All,
                         PlainFiles,
                         testing::Values("plain_zip.pth",
                                         "plain_stream.pth",
                                         "protocol4_zip.pth",
                                         "protocol4_stream.pth"));

TEST(Pth, TheStateDictIsFoundInATrainingCheckpoint) {
  for (const char* name : {"training_zip.pth", "training_stream.pth"}) {
    const StateDict state = read_pth(fixture(name));
    ASSERT_EQ(state.tensors.size(), 1u);
    EXPECT_TRUE(state.tensors.at("weight").equal(
        at::tensor({1.0, 2.0, 3.0, 4.0}, at::kFloat).reshape({2, 2})));
  }
}

TEST(Pth, ViewsOfACotexAreNamedByTheirPlaceInTheList) {
  for (const char* name : {"views_zip.pth", "views_stream.pth"}) {
    const StateDict state = read_pth(fixture(name));
    ASSERT_EQ(state.tensors.size(), 4U);
    EXPECT_TRUE(state.tensors.at("v0.head.bias").equal(at::tensor({1.0F, 1.0F})));
    EXPECT_TRUE(state.tensors.at("v1.head.bias").equal(at::tensor({2.0F, 2.0F})));
    EXPECT_EQ(state.tensors.at("v1.cls_token").sizes(), at::IntArrayRef({1, 1, 4}));
  }
}

TEST(Pth, TheModulesOfATorchScriptArchiveAreNamedByTheirPlace) {
  const StateDict state = read_pth(fixture("script_zip.pth"));
  std::vector<std::string> names;
  names.reserve(state.tensors.size());
  for (const auto& [name, tensor] : state.tensors) names.push_back(name);
  EXPECT_THAT(
      names,
      testing::ElementsAre(
          "logit_scale", "visual.0.count", "visual.0.weight", "visual.1.count", "visual.1.weight"));
  const at::Tensor& weight = state.tensors.at("visual.1.weight");
  EXPECT_EQ(weight.scalar_type(), at::kHalf);
  EXPECT_TRUE(weight.to(at::kFloat).equal(at::tensor({2.0F, 2.0F, 2.0F, 2.0F}).view({2, 2})));
}

TEST(Pth, ModulesWithoutAnEndAreRefused) {
  for (const char* name : {"circular_script_zip.pth", "shared_script_zip.pth"}) {
    EXPECT_THAT(message_of(fixture(name)), testing::HasSubstr("without an end")) << name;
  }
}

StateDict some_tensors() {
  StateDict state;
  state.tensors["layer.weight"] = at::tensor({1.0F, 2.0F, 3.0F, 4.0F}).view({2, 2});
  state.tensors["layer.count"] = at::tensor({7L});
  state.tensors["scale"] = at::tensor({5.0F});
  return state;
}

TEST(Pth, BothFormsOfTheSameTensors) {
  const TempFolder folder;
  for (const std::string& bytes :
       {test::pth_file(some_tensors()), test::script_file(some_tensors())}) {
    const StateDict state = read_pth(folder.write("x.pth", bytes));
    ASSERT_EQ(state.tensors.size(), 3U);
    for (const auto& [name, tensor] : some_tensors().tensors) {
      EXPECT_TRUE(state.tensors.at(name).equal(tensor)) << name;
    }
  }
}

TEST(Pth, AModuleInManyPlacesIsRefused) {
  const TempFolder folder;
  test::PthWriter writer;
  std::string inner;
  for (int i = 0; i < 100; ++i) {
    inner += test::pickled_text("t" + std::to_string(i)) +
             (i == 0 ? writer.tensor(at::tensor({1.0F})) + test::remembered(1) : test::recalled(1));
  }
  const auto with_places = [&](int places) {
    std::string outer =
        test::pickled_text("m0") + test::pickled_module(inner) + test::remembered(2);
    for (int i = 1; i < places; ++i) {
      outer += test::pickled_text("m" + std::to_string(i)) + test::recalled(2);
    }
    return folder.write("x.pth", writer.file(test::pickled_module(outer)));
  };
  EXPECT_EQ(read_pth(with_places(2)).tensors.size(), 200U);
  EXPECT_THAT(message_of(with_places(200)), testing::HasSubstr("without an end"));
}

TEST(Pth, AttributesHaveNamesOfSomeLength) {
  const TempFolder folder;
  test::PthWriter writer;
  const std::string tensor = writer.tensor(at::tensor({1.0F}));
  const auto refused = [&](const std::string& name) {
    return message_of(folder.write("x.pth", writer.file(test::pickled_module(name + tensor))));
  };
  EXPECT_THAT(refused(test::pickled_number(3)), testing::HasSubstr("has no name"));
  EXPECT_THAT(refused(test::pickled_text(std::string(5000, 'a'))), testing::HasSubstr("too long"));
}

TEST(Pth, OneDictInManyViewsIsRefused) {
  const TempFolder folder;
  test::PthWriter writer;
  std::string list = "](}(" + test::pickled_text("weight") + writer.tensor(at::tensor({1.0F})) +
                     "u" + test::remembered(1);
  for (int i = 0; i < 100; ++i) list += test::recalled(1);
  EXPECT_THAT(message_of(folder.write(
                  "x.pth", writer.file("}(" + test::pickled_text("state_dicts") + list + "eu"))),
              testing::HasSubstr("too many state dicts"));
}

TEST(Pth, HostilePicklesAreRefusedNamingWhatTheyAskFor) {
  for (const char* name : {"hostile_zip.pth", "hostile_stream.pth"}) {
    const std::string message = message_of(fixture(name));
    EXPECT_THAT(message, testing::HasSubstr("'posix.system'"));
    EXPECT_THAT(message, testing::HasSubstr(name));
    EXPECT_THAT(message, testing::HasSubstr("byte "));
  }
  EXPECT_FALSE(std::filesystem::exists("hostile-pickle-ran"));
}

TEST(Pth, OtherPicklesAreRefused) {
  EXPECT_THAT(message_of(fixture("no_torch.pth")), testing::HasSubstr("torch.save"));
}

/// Random bytes changed, and every cut: a state or a DataError, nothing else.
class DamagedFiles : public testing::TestWithParam<const char*> {};

TEST_P(DamagedFiles, AreErrorsOrOtherNumbers) {
  const std::string good = read_file(fixture(GetParam()));
  const TempFolder folder;
  RandomStream random{23};
  int refused = 0;
  for (int round = 0; round < 1500; ++round) {
    std::string bad = good;
    for (std::int64_t change = random.below(3); change >= 0; --change) {
      bad[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(bad.size())))] =
          static_cast<char>(random.below(256));
    }
    const auto file = folder.write("bad.pth", bad);
    try {
      read_pth(file);
    } catch (const DataError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 20);
  for (std::size_t cut = 0; cut < good.size(); cut += 7) {
    const auto file = folder.write("cut.pth", good.substr(0, cut));
    EXPECT_THROW(read_pth(file), DataError) << "cut at " << cut;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All,
    DamagedFiles,
    testing::Values("plain_zip.pth", "plain_stream.pth", "protocol4_stream.pth", "script_zip.pth"));

/// A literal with the zero bytes inside it.
template <std::size_t kLength>
std::string bytes_of(const char (&text)[kLength]) {
  return std::string(text, kLength - 1);
}

std::string pickle_error(const std::string& bytes) {
  std::size_t used = 0;
  return test::thrown<DataError>([&] { read_pickle(bytes, "file", used); });
}

TEST(PickleTest, ReadsPlainData) {
  // {"a": [1, -2, 2.5, True, None], "b": (3,)}, protocol 2
  const std::string bytes = bytes_of(
      "\x80\x02}q\x00(X\x01\x00\x00\x00"
      "aq\x01]q\x02(K\x01J\xfe\xff\xff\xffG@\x04\x00\x00\x00\x00\x00\x00\x88NeX\x01\x00\x00\x00"
      "bq\x03K\x03\x85q\x04u.rest");
  std::size_t used = 0;
  const Pickle pickle = read_pickle(bytes, "file", used);
  EXPECT_EQ(bytes.substr(used), "rest");
  const PickleValue* list = pickle.find(pickle.root(), "a");
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->items.size(), 5u);
  EXPECT_EQ(pickle.at(list->items[0]).number, 1);
  EXPECT_EQ(pickle.at(list->items[1]).number, -2);
  EXPECT_EQ(pickle.at(list->items[2]).real, 2.5);
  EXPECT_EQ(pickle.at(list->items[3]).number, 1);
  EXPECT_EQ(pickle.at(list->items[4]).kind, PickleValue::Kind::kNone);
  EXPECT_EQ(pickle.find(pickle.root(), "c"), nullptr);
}

TEST(PickleTest, NonsenseIsRefused) {
  EXPECT_THAT(pickle_error(""), testing::HasSubstr("cut off"));
  EXPECT_THAT(pickle_error("."), testing::HasSubstr("empty stack"));
  EXPECT_THAT(pickle_error("h\x01."), testing::HasSubstr("never stored"));
  EXPECT_THAT(pickle_error("t."), testing::HasSubstr("mark"));
  EXPECT_THAT(pickle_error("(K\x01R."), testing::HasSubstr("empty stack"));
  EXPECT_THAT(pickle_error("K\x01)R."), testing::HasSubstr("no function"));
  EXPECT_THAT(pickle_error("K\x01K\x02"
                           "a."),
              testing::HasSubstr("holds none"));
  EXPECT_THAT(pickle_error("\xff."), testing::HasSubstr("0xff is not known"));
  EXPECT_THAT(pickle_error("cbuiltins\neval\n."), testing::HasSubstr("'builtins.eval'"));
  EXPECT_THAT(pickle_error("ctorch\nFloatStorage\n)R."),
              testing::HasSubstr("'torch.FloatStorage'"));
  EXPECT_THAT(pickle_error("X\xff\xff\xff\x7f."), testing::HasSubstr("cut off"));
  EXPECT_THAT(pickle_error(std::string("\x8e\xff\xff\xff\xff\xff\xff\xff\xff.", 10)),
              testing::HasSubstr("cut off"));
}

// What a byte or two of a pickle ask for again is not copied again.
TEST(PickleTest, NothingIsCopiedAtEachUse) {
  std::string attributes = "}(";
  for (int i = 0; i < 1000; ++i) attributes += test::pickled_text(std::to_string(i)) + "N";
  std::string bytes = "\x80\x02" + attributes + "u" + test::remembered(0) + "0](";
  for (int i = 0; i < 1000; ++i) bytes += "c__torch__.M\nM\n)\x81" + test::recalled(0) + "b";
  bytes += "e.";
  std::size_t used = 0;
  const Pickle pickle = read_pickle(bytes, "file", used);
  std::size_t items = 0;
  for (const PickleValue& value : pickle.values()) items += value.items.size();
  EXPECT_LT(items, bytes.size());
  ASSERT_EQ(pickle.root().items.size(), 1000U);
}

TEST(PickleTest, WhatWouldBeCopiedIsShort) {
  const std::string many(9, 'N');
  EXPECT_THAT(pickle_error("ctorch._utils\n_rebuild_tensor_v2\n(" + many + "tR."),
              testing::HasSubstr("too many arguments"));
  EXPECT_THAT(pickle_error("c__torch__\n" + std::string(300, 'a') + "\n)\x81."),
              testing::HasSubstr("it asks for '__torch__.a"));
  EXPECT_THAT(pickle_error(test::pickled_text("__torch__") +
                           test::pickled_text(std::string(300, 'a')) + "\x93."),
              testing::HasSubstr("309 characters"));
}

TEST(PickleTest, ACircleIsOnlyData) {
  std::size_t used = 0;
  const std::string bytes = bytes_of(
      "]q\x00h\x00"
      "a.");
  const Pickle pickle = read_pickle(bytes, "file", used);
  EXPECT_EQ(pickle.root().items.size(), 1u);
  EXPECT_EQ(pickle.root().items[0], pickle.root_index());
}

}  // namespace
}  // namespace mien
