#include <cstring>
#include <limits>
#include <string>

#include <ATen/ops/arange.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/files.h"
#include "mien/core/random.h"
#include "mien/error.h"
#include "mien/nn/weights.h"

#include "temp_folder.h"
#include "thrown.h"

namespace mien {
namespace {

using test::TempFolder;

/// A file with this header and `data` zero bytes behind it.
std::string with_header(const std::string& header, std::size_t data) {
  std::string bytes(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + std::string(data, '\0');
}

/// What reading the bytes throws: a DataError that names the file.
std::string error_of(const std::string& bytes) {
  const TempFolder folder;
  const auto file = folder.write("bad.safetensors", bytes);
  std::string error = test::thrown<DataError>([&] { read_safetensors(file); });
  EXPECT_THAT(error, testing::StartsWith("3 " + file.string() + ": "));
  return error;
}

TEST(Safetensors, EveryTypeGoesThroughAFile) {
  StateDict state;
  for (const at::ScalarType type : {at::kDouble,
                                    at::kFloat,
                                    at::kHalf,
                                    at::kBFloat16,
                                    at::kLong,
                                    at::kInt,
                                    at::kShort,
                                    at::kChar,
                                    at::kByte,
                                    at::kBool}) {
    state.tensors[c10::toString(type)] = at::arange(6).reshape({2, 3}).to(type);
  }
  state.tensors["scalar"] = at::tensor(2.5);
  state.tensors["empty"] = at::zeros({0, 4});
  state.tensors["a view"] = at::rand({3, 4}).t();
  state.tensors["na\u00efve"] = at::rand({1});
  state.metadata = {{"format", "x"}, {"text", "two\nlines \"quoted\""}};
  const TempFolder folder;
  write_safetensors(folder / "a.safetensors", state);
  const StateDict copy = read_safetensors(folder / "a.safetensors");
  EXPECT_EQ(copy.metadata, state.metadata);
  ASSERT_EQ(copy.tensors.size(), state.tensors.size());
  for (const auto& [name, tensor] : state.tensors) {
    EXPECT_EQ(copy.tensors.at(name).scalar_type(), tensor.scalar_type()) << name;
    EXPECT_TRUE(copy.tensors.at(name).equal(tensor)) << name;
  }
}

TEST(Safetensors, TensorsStartAtAMultipleOfEight) {
  const TempFolder folder;
  write_safetensors(folder / "a.safetensors", {{{"x", at::rand({3})}}, {{"k", "v"}}});
  const std::string bytes = read_file(folder / "a.safetensors");
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  EXPECT_EQ(length % 8, 0u);
  EXPECT_EQ(bytes.size(), 8 + length + 12);
}

TEST(Safetensors, ReadsAFileByHand) {
  const TempFolder folder;
  const std::string header =
      R"({"__metadata__":{"k":"v"},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})";
  const auto file = folder.write("a.safetensors", with_header(header, 0) + "\x05\x07");
  const StateDict state = read_safetensors(file);
  EXPECT_TRUE(state.tensors.at("a").equal(at::tensor({5, 7}, at::kByte)));
  EXPECT_EQ(state.metadata.at("k"), "v");
}

struct Damage {
  const char* header;
  std::size_t data;
  const char* message;
};

class DamagedHeaders : public testing::TestWithParam<Damage> {};

TEST_P(DamagedHeaders, AreRefused) {
  EXPECT_THAT(error_of(with_header(GetParam().header, GetParam().data)),
              testing::HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All,
    DamagedHeaders,
    testing::Values(
        Damage{"", 0, "not JSON"},
        Damage{"[]", 0, "no JSON object"},
        Damage{"{", 0, "not JSON"},
        Damage{R"({"a":1})", 0, "'a' has no dtype"},
        Damage{R"({"a":{"dtype":"F8","shape":[],"data_offsets":[0,1]}})", 1, "'F8'"},
        Damage{R"({"a":{"dtype":"U8","shape":[1]}})", 1, "data_offsets"},
        Damage{R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}})", 1, "data_offsets"},
        Damage{R"({"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}})", 1, "'shape'"},
        Damage{R"({"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}})", 1, "'shape'"},
        Damage{R"({"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}})", 1, "'shape'"},
        Damage{R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})", 1, "behind the end"},
        Damage{R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,2]}})", 2, "number of bytes"},
        Damage{R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}})",
               0,
               "larger than the file"},
        Damage{R"({"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,0]}})",
               0,
               "'shape'"},
        Damage{R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
               R"("b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
               1,
               "overlaps"},
        Damage{R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
               R"("b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
               3,
               "gap"},
        Damage{R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
               R"("a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
               1,
               "twice"},
        Damage{R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 2, "cut off or damaged"},
        Damage{R"({"__metadata__":{"k":1}})", 0, "no text"},
        Damage{R"({"__metadata__":[]})", 0, "no object"}));

TEST(Safetensors, LengthsThatLieAreRefused) {
  EXPECT_THAT(error_of(""), testing::HasSubstr("too short"));
  EXPECT_THAT(error_of("1234567"), testing::HasSubstr("too short"));
  EXPECT_THAT(error_of(std::string(8, '\xff')),
              testing::HasSubstr("no safetensors file, or damaged"));
  EXPECT_THAT(error_of(std::string("\x10\0\0\0\0\0\0\0{}", 10)),
              testing::HasSubstr("no safetensors file, or damaged"));
}

TEST(Safetensors, DeepJsonIsRefused) {
  const std::string deep(200000, '[');
  EXPECT_THAT(error_of(with_header("{\"a\":" + deep, 0)), testing::HasSubstr("deep"));
}

TEST(Safetensors, AMissingFileAndAFolderAreDataErrors) {
  const TempFolder folder;
  EXPECT_THROW(read_safetensors(folder / "none"), DataError);
  EXPECT_THROW(read_safetensors(folder.path()), DataError);
  EXPECT_THROW(read_weights(folder / "none"), DataError);
  EXPECT_THROW(read_weights(folder.path()), DataError);
  EXPECT_THROW(read_weights(folder.write("empty", "")), DataError);
}

TEST(Safetensors, WritesWholeOrNotAtAll) {
  const TempFolder folder;
  write_safetensors(folder / "a.safetensors", {{{"x", at::tensor({1, 2})}}, {}});
  const std::string before = read_file(folder / "a.safetensors");
  const StateDict bad{{{"x", at::tensor({1})}}, {{"k", "\xff"}}};
  EXPECT_THROW(write_safetensors(folder / "a.safetensors", bad), UsageError);
  EXPECT_EQ(read_file(folder / "a.safetensors"), before);
  EXPECT_THROW(write_safetensors(folder / "no" / "a.safetensors", bad), Error);
}

/// Every single-byte change and every cut of a small file: a state or a DataError, nothing else.
TEST(Safetensors, DamageAnywhereIsAnErrorOrOtherNumbers) {
  const TempFolder folder;
  const auto file = folder / "a.safetensors";
  write_safetensors(file, {{{"ab", at::rand({2, 3})}, {"c", at::arange(4)}}, {{"k", "v"}}});
  const std::string good = read_file(file);
  RandomStream random{17};
  int refused = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (int round = 0; round < 4; ++round) {
      std::string bad = good;
      bad[i] = static_cast<char>(random.below(256));
      const auto path = folder.write("bad.safetensors", bad);
      try {
        read_safetensors(path);
      } catch (const DataError&) {
        ++refused;
      }
    }
    const auto cut = folder.write("cut.safetensors", good.substr(0, i));
    EXPECT_THROW(read_safetensors(cut), DataError) << "cut at " << i;
  }
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace mien
