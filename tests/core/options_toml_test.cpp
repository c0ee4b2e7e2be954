// TOML into options and back.
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/options.h"
#include "mien/core/random.h"
#include "mien/error.h"

#include "sample_options.h"
#include "temp_folder.h"

namespace mien {
namespace {

using test::message_of;
using test::random_text;
using test::RunSample;
using test::TempFolder;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

RunSample parsed(const std::string& text) {
  RunSample options;
  read_toml_text(fields_of(options), text, "test.toml");
  return options;
}

template <typename Kind = OptionError>
std::string error(const std::string& text) {
  return message_of<Kind>([&] { parsed(text); });
}

TEST(ReadToml, FillsFieldsGroupsAndTables) {
  const RunSample options = parsed(R"(
seed = 7
resume = true
steps = [1, 2]
[optim]
layer_decay = 1      # an integer where a number is asked for
betas = [0, 0.5]
[data]
workers = 0
[[data.sets]]
path = "a"
weight = 2
[[data.sets]]
path = 'b\c'
tags = ["x", "y"]
)");
  EXPECT_EQ(options.seed, 7);
  EXPECT_TRUE(options.resume);
  EXPECT_THAT(options.steps, ElementsAre(1, 2));
  EXPECT_EQ(options.optim.layer_decay, 1.0);
  EXPECT_THAT(options.optim.betas, ElementsAre(0.0, 0.5));
  ASSERT_EQ(options.data.sets.size(), 2U);
  EXPECT_EQ(options.data.sets[0].weight, 2.0);
  EXPECT_EQ(options.data.sets[1].path, "b\\c");
  EXPECT_THAT(options.data.sets[1].tags, ElementsAre("x", "y"));
  EXPECT_EQ(options.optim.batch, 100);
}

TEST(ReadToml, TakesDottedKeysAndInlineTables) {
  EXPECT_EQ(parsed("optim.batch = 5").optim.batch, 5);
  EXPECT_EQ(parsed("optim = {batch = 5}").optim.batch, 5);
  EXPECT_EQ(parsed("data.sets = [{path = 'a'}, {}]").data.sets.size(), 2U);
  EXPECT_EQ(parsed("[data]\nsets = []").data.sets.size(), 0U);
}

TEST(ReadToml, NamesFileLineAndNearestKey) {
  EXPECT_EQ(error("seed = 1\n[optim]\nbach = 3\n"),
            "test.toml:3: unknown option optim.bach; did you mean optim.batch?");
  EXPECT_EQ(error("[data]\n[[data.sets]]\npaht = 'x'\n"),
            "test.toml:3: unknown option data.sets.0.paht; did you mean data.sets.0.path?");
  EXPECT_THAT(error("[optin]\nbatch = 3"), StartsWith("test.toml:1: unknown option optin"));
  EXPECT_THAT(error("optim = 3"), HasSubstr("optim is a group of options"));
  EXPECT_THAT(error("\"optim.batch\" = 3"), HasSubstr("unknown option"));
}

TEST(ReadToml, IsStrictAboutTypesAndRanges) {
  EXPECT_EQ(error("\n[optim]\nbatch = 3.0\n"),
            "test.toml:3: optim.batch takes an integer of at least 1, not 3");
  for (const char* text : {"seed = '1'",
                           "seed = true",
                           "resume = 1",
                           "resume = 'true'",
                           "reduction = 1",
                           "reduction = 'MEAN'",
                           "steps = 1",
                           "steps = [1.0]",
                           "steps = [[1]]",
                           "steps = [-1]",
                           "names = 'a'",
                           "names = [1]",
                           "optim.layer_decay = inf",
                           "optim.layer_decay = nan",
                           "optim.layer_decay = '0.5'",
                           "optim.layer_decay = 2",
                           "seed = 1979-05-27",
                           "seed = {a = 1}",
                           "data.sets = 1",
                           "data.sets = [1]",
                           "data.sets = {path = 'a'}"}) {
    EXPECT_THAT(error(text), StartsWith("test.toml:1: ")) << text;
  }
}

TEST(ReadToml, NamesTheLineOfASyntaxError) {
  EXPECT_THAT(error<DataError>("seed = 1\nseed = 2\n"), StartsWith("test.toml:2: "));
  EXPECT_THAT(error<DataError>("a\n"), StartsWith("test.toml:1: "));
  EXPECT_THAT(error<DataError>("seed = 1\n\n[optim\n"), StartsWith("test.toml:3: "));
  EXPECT_THAT(error<DataError>("names = ['\xFF']"), StartsWith("test.toml:1: "));
  EXPECT_THAT(error<DataError>("base = 'a.toml'"), StartsWith("test.toml:1: base"));
}

TEST(ReadToml, SurvivesAbsurdNesting) {
  std::string dots = "a";
  for (int i = 0; i < 200000; ++i) dots += ".a";
  EXPECT_THAT(error<DataError>("seed = 1\n" + dots + " = 1"), StartsWith("test.toml:2: "));
  EXPECT_THAT(error<DataError>("x = {" + dots + " = 1}"), StartsWith("test.toml:1: "));
  EXPECT_THAT(error<DataError>("[" + dots + "]"), StartsWith("test.toml:1: "));
  EXPECT_THROW(parsed("steps = " + std::string(100000, '[')), DataError);
}

TEST(ReadToml, ReadsTheBaseFirst) {
  const TempFolder folder;
  folder.write("recipes/top.toml",
               "seed = 1\n[optim]\nbatch = 10\n[[data.sets]]\npath = 'a'\nweight = 3\n"
               "[[data.sets]]\npath = 'b'\n");
  folder.write("recipes/middle.toml", "base = 'top.toml'\noptim.batch = 20\n");
  const auto file = folder.write(
      "mine.toml", "base = 'recipes/middle.toml'\nresume = true\n[[data.sets]]\npath = 'c'\n");
  RunSample options;
  read_toml(fields_of(options), file);
  EXPECT_EQ(options.seed, 1);
  EXPECT_EQ(options.optim.batch, 20);
  EXPECT_TRUE(options.resume);
  ASSERT_EQ(options.data.sets.size(), 1U);  // a list replaces the base's
  EXPECT_EQ(options.data.sets[0].path, "c");
  EXPECT_EQ(options.data.sets[0].weight, 1.0);
}

TEST(ReadToml, TakesAShippedRecipeForBase) {
  const TempFolder folder;
  const auto file = folder.write("mine.toml", "base = 'dan-small'\n");
  RunSample options;
  // Found, and then its keys are not those of this sample.
  EXPECT_THAT(message_of<OptionError>([&] { read_toml(fields_of(options), file); }),
              HasSubstr("recipes/"));
}

TEST(ReadToml, RefusesABaseThatLeadsBack) {
  const TempFolder folder;
  folder.write("a.toml", "base = 'b.toml'");
  folder.write("b.toml", "base = './sub/../a.toml'");
  folder.write("self.toml", "base = 'self.toml'");
  folder.write("sub/x.toml", "");
  RunSample options;
  EXPECT_THAT(message_of<DataError>([&] { read_toml(fields_of(options), folder / "a.toml"); }),
              HasSubstr("leads back"));
  EXPECT_THAT(message_of<DataError>([&] { read_toml(fields_of(options), folder / "self.toml"); }),
              HasSubstr("leads back"));
}

TEST(ReadToml, SaysWhichBaseIsMissing) {
  const TempFolder folder;
  const auto file = folder.write("a.toml", "seed = 1\nbase = 'none.toml'");
  RunSample options;
  EXPECT_THAT(message_of<DataError>([&] { read_toml(fields_of(options), file); }),
              AllOf(StartsWith(file.string() + ":2: "), HasSubstr("none.toml")));
  folder.write("a.toml", "base = 3");
  EXPECT_THROW(read_toml(fields_of(options), file), DataError);
  EXPECT_THROW(read_toml(fields_of(options), folder / "missing.toml"), DataError);
  folder.write("a.toml", "base = '.'");
  EXPECT_THROW(read_toml(fields_of(options), file), DataError);
}

double random_share(RandomStream& random) {
  return random.chance(0.2) ? 0.0 : std::pow(10.0, random.uniform(-307, 0));
}

RunSample random_options(RandomStream& random) {
  RunSample options;
  options.seed = static_cast<std::int64_t>(random());
  options.resume = random.chance(0.5);
  options.reduction = random.chance(0.5) ? "mean" : "sum";
  options.steps.assign(static_cast<std::size_t>(random.below(3)), random.below(1000));
  options.names = {random_text(random), random_text(random)};
  options.optim.layer_decay = random_share(random);
  options.optim.betas = {random_share(random), random.uniform(), 1.0};
  options.data.sets.resize(static_cast<std::size_t>(random.below(3)));
  for (auto& set : options.data.sets) {
    set = {random_text(random), random.uniform(0, 1e9), {random_text(random)}};
  }
  return options;
}

TEST(ToToml, ReadsBackToTheSameValues) {
  RandomStream random(77);
  for (int round = 0; round < 500; ++round) {
    RunSample options = random_options(random);
    for (const bool comments : {false, true}) {
      const std::string text = to_toml(fields_of(options), comments);
      RunSample back;
      back.data.sets.resize(5);  // an empty list has to empty it
      read_toml_text(fields_of(back), text, "test.toml");
      EXPECT_EQ(back, options) << text;
    }
  }
}

TEST(ToToml, KeepsNumbersAtTheEdges) {
  RunSample options;
  options.data.sets.resize(1);
  for (const double value : {std::numeric_limits<double>::max(),
                             std::numeric_limits<double>::min(),
                             1e22,
                             123456789.125,
                             0.1,
                             5e-324}) {
    options.data.sets[0].weight = value;
    const RunSample back = parsed(to_toml(fields_of(options)));
    EXPECT_EQ(back.data.sets[0].weight, value) << to_toml(fields_of(options));
  }
  options.seed = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(parsed(to_toml(fields_of(options))).seed, options.seed);
}

TEST(ToToml, LooksAsAPersonWouldWriteIt) {
  RunSample options;
  options.data.sets.resize(1);
  options.data.sets[0].path = "a";
  EXPECT_EQ(to_toml(fields_of(options)),
            "seed = 0\nresume = false\nreduction = \"mean\"\nsteps = []\nnames = [\"a\"]\n"
            "\n[optim]\nlayer_decay = 0.65\nbatch = 100\nbetas = [0.9, 0.999]\n"
            "\n[data]\nworkers = 2\n"
            "\n[[data.sets]]\npath = \"a\"\nweight = 1.0\ntags = []\n");
  EXPECT_THAT(to_toml(fields_of(options), true),
              HasSubstr("# pictures a batch (an integer of at least 1)\nbatch = 100\n"));
}

TEST(ToToml, RefusesWhatCannotBeRead) {
  RunSample options;
  options.optim.layer_decay = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(message_of<OptionError>([&] { to_toml(fields_of(options)); }),
              HasSubstr("optim.layer_decay"));
  options = {};
  options.names = {"\xFF"};
  EXPECT_THAT(message_of<OptionError>([&] { to_toml(fields_of(options)); }), HasSubstr("names"));
}

struct NestedSample {
  std::vector<test::DataSample> parts;
  std::int64_t last = 1;
  bool operator==(const NestedSample&) const = default;
};
void describe(NestedSample& options, Fields& fields) {
  fields.tables("parts", options.parts, "parts");
  fields.add("last", options.last, "after the tables");
}

TEST(ToToml, KeepsListsWithinLists) {
  NestedSample options;
  options.last = 9;
  options.parts.resize(3);
  options.parts[0].sets = {{"a", 1, {}}, {"b", 2, {"t"}}};
  options.parts[2].workers = 5;
  options.parts[2].sets = {{"c", 3, {}}};
  NestedSample back;
  read_toml_text(fields_of(back), to_toml(fields_of(options)), "test.toml");
  EXPECT_EQ(back, options) << to_toml(fields_of(options));
}

}  // namespace
}  // namespace mien
