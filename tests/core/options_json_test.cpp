// Options as the JSON of file headers, and back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/core/options.h"
#include "mien/error.h"

#include "sample_options.h"

namespace mien {
namespace {

using test::message_of;
using test::RunSample;
using ::testing::HasSubstr;
using ::testing::StartsWith;

RunSample parsed(const std::string& text) {
  RunSample options;
  read_json(fields_of(options), text, "weights");
  return options;
}

template <typename Kind = OptionError>
std::string error(const std::string& text) {
  return message_of<Kind>([&] { parsed(text); });
}

TEST(ToJson, IsOneObjectOfDottedKeys) {
  RunSample options;
  options.data.sets.resize(1);
  const auto json = nlohmann::json::parse(to_json(fields_of(options)));
  EXPECT_EQ(json["optim.batch"], 100);
  EXPECT_EQ(json["optim.layer_decay"], 0.65);
  EXPECT_EQ(json["names"], nlohmann::json({"a"}));
  EXPECT_EQ(json["data.sets"][0]["weight"], 1.0);
  EXPECT_EQ(json.size(), 10U);
}

TEST(ToJson, ReadsBackToTheSameValues) {
  RunSample options;
  options.seed = INT64_MIN;
  options.resume = true;
  options.names = {"\"\\\n\x01", "\xC3\xA4", ""};
  options.steps = {INT64_MAX, 0};
  options.optim.betas = {0.1, 1e-300, 1.0 / 3.0};
  options.data.sets = {{"a", 1e22, {}}, {"b", 0.1, {"x", "y"}}};
  RunSample back;
  back.data.sets.resize(7);
  read_json(fields_of(back), to_json(fields_of(options)), "weights");
  EXPECT_EQ(back, options);
  EXPECT_EQ(parsed(to_json(fields_of(back))), options);
}

TEST(ToJson, RefusesWhatJsonCannotHold) {
  RunSample options;
  options.names = {"\xFF"};
  EXPECT_THROW(to_json(fields_of(options)), OptionError);
  options = {};
  options.optim.betas = {1.0 / 0.0};
  EXPECT_THROW(to_json(fields_of(options)), OptionError);
}

TEST(ReadJson, LeavesOutWhatIsNotGiven) {
  EXPECT_EQ(parsed("{}"), RunSample());
  EXPECT_EQ(parsed(R"({"optim.batch": 3})").optim.batch, 3);
  EXPECT_EQ(parsed(R"({"optim.layer_decay": 1})").optim.layer_decay, 1.0);
}

TEST(ReadJson, NamesTheNearestKey) {
  EXPECT_EQ(error(R"({"optim.bach": 3})"),
            "weights: unknown option optim.bach; did you mean optim.batch?");
  EXPECT_EQ(error(R"({"data.sets": [{"paht": "x"}]})"),
            "weights: unknown option data.sets.0.paht; did you mean data.sets.0.path?");
  EXPECT_THAT(error(R"({"optim": {"batch": 3}})"), HasSubstr("optim is a group of options"));
}

TEST(ReadJson, IsStrictAboutTypesAndRanges) {
  for (const char* text : {R"({"seed": 1.0})",
                           R"({"seed": "1"})",
                           R"({"seed": null})",
                           R"({"seed": [1]})",
                           R"({"seed": 18446744073709551615})",
                           R"({"resume": 1})",
                           R"({"optim.batch": 0})",
                           R"({"steps": 1})",
                           R"({"steps": [[1]]})",
                           R"({"names": [{}]})",
                           R"({"data.sets": {}})",
                           R"({"data.sets": [1]})",
                           R"({"data.sets": [null]})"}) {
    EXPECT_THAT(error(text), StartsWith("weights: ")) << text;
  }
}

TEST(ReadJson, RefusesWhatIsNoJson) {
  for (const char* text : {"",
                           "{",
                           "[]",
                           "3",
                           "null",
                           "{\"seed\": 1,}",
                           "{\"seed\": 1} x",
                           "{\"names\": [\"\xFF\"]}",
                           "{\"seed\": 1, \"seed\": 2}",
                           "{\"optim.layer_decay\": 1e999}",
                           "{'seed': 1}"}) {
    EXPECT_THAT(error<DataError>(text), StartsWith("weights: ")) << text;
  }
  EXPECT_THROW(parsed(std::string(200000, '[')), DataError);
  EXPECT_THROW(parsed("{\"seed\": " + std::string(200000, '[') + std::string(200000, ']') + "}"),
               OptionError);
}

}  // namespace
}  // namespace mien
