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

#include "temp_folder.h"
#include "test_paths.h"

namespace mien {
namespace {

using test::TempFolder;

std::filesystem::path fixture(const std::string& name) {
  return std::filesystem::path(test::kSourceDir) / "tests" / "golden" / "pth" / name;
}

std::string message_of(const std::filesystem::path& file) {
  try {
    read_weights(file);
  } catch (const DataError& error) {
    return error.what();
  }
  return "no error";
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
  try {
    read_pickle(bytes, "file", used);
  } catch (const DataError& error) {
    return error.what();
  }
  return "no error";
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
