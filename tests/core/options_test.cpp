#include "mien/core/options.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "sample_options.h"

namespace mien {
namespace {

using test::message_of;
using test::RunSample;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SetOption : public ::testing::Test {
 protected:
  void set(const std::string& key, const std::string& text) {
    set_option(fields_of(options_), key, text);
  }
  std::string error(const std::string& key, const std::string& text) {
    return message_of<OptionError>([&] { set(key, text); });
  }
  RunSample options_;
};

struct Amounts {
  std::int64_t count = 1;
  double share = 0.5;
  std::string kind = "mean";
  std::vector<double> parts = {0.1};
};
void describe(Amounts& amounts, Fields& fields) {
  fields.add("count", amounts.count, "", at_least(1));
  fields.add("share", amounts.share, "", between(0, 1));
  fields.add("kind", amounts.kind, "", one_of({"mean", "sum"}));
  fields.add("parts", amounts.parts, "", between(0, 1));
}

TEST(CheckValues, NamesTheFirstFieldThatHoldsWhatItDoesNotAccept) {
  const auto said = [](const Amounts& amounts) {
    return message_of<OptionError>([&] { check_values(amounts, "loss."); });
  };
  EXPECT_NO_THROW(check_values(Amounts()));
  EXPECT_EQ(said({0, 0.5, "mean", {}}), "loss.count takes an integer of at least 1, not 0");
  EXPECT_EQ(said({1, 2, "mean", {}}), "loss.share takes a number from 0 to 1, not 2");
  EXPECT_THAT(said({1, std::nan(""), "mean", {}}), HasSubstr("loss.share takes"));
  EXPECT_EQ(said({1, 0, "most", {}}), "loss.kind takes mean or sum, not most");
  EXPECT_THAT(said({1, 0, "sum", {0, 3}}), HasSubstr("loss.parts takes a list"));
}

struct Pictures {
  std::int64_t batch = 64;
};
void describe(Pictures& pictures, Fields& fields) {
  fields.add("batch", pictures.batch, "", or_words(at_least(1), {{"auto", 0}, {"most", -1}}));
}

TEST(Words, StandForIntegers) {
  Pictures pictures;
  const Fields fields = fields_of(pictures);
  set_option(fields, "batch", "auto");
  EXPECT_EQ(pictures.batch, 0);
  read_toml_text(fields, "batch = \"most\"", "recipe");
  EXPECT_EQ(pictures.batch, -1);
  EXPECT_NO_THROW(check_values(pictures));
  read_json(fields, to_json(fields), "header");  // what is written reads back
  EXPECT_EQ(pictures.batch, -1);
  set_option(fields, "batch", "32");
  EXPECT_EQ(pictures.batch, 32);
  EXPECT_EQ(message_of<OptionError>([&] { set_option(fields, "batch", "all"); }),
            "batch takes an integer of at least 1, auto or most, not 'all'");
  EXPECT_THROW(set_option(fields, "batch", "-2"), OptionError);
  EXPECT_EQ(pictures.batch, 32);
}

TEST(Fields, AreNamedByGroup) {
  RunSample options;
  const Fields fields = fields_of(options);
  std::vector<std::string> keys;
  for (const Field& field : fields.fields()) keys.push_back(field.key);
  EXPECT_THAT(keys,
              ElementsAre("seed",
                          "resume",
                          "reduction",
                          "steps",
                          "names",
                          "optim.layer_decay",
                          "optim.batch",
                          "optim.betas",
                          "data.workers"));
  ASSERT_EQ(fields.lists().size(), 1U);
  EXPECT_EQ(fields.lists()[0].key, "data.sets");
  EXPECT_NE(fields.find("optim.batch"), nullptr);
  EXPECT_EQ(fields.find("batch"), nullptr);
}

TEST(AcceptedText, SaysTypeRangeAndChoices) {
  RunSample options;
  const Fields fields = fields_of(options);
  const auto accepted = [&](const char* key) { return accepted_text(*fields.find(key)); };
  EXPECT_EQ(accepted("resume"), "true or false");
  EXPECT_EQ(accepted("seed"), "an integer");
  EXPECT_EQ(accepted("optim.batch"), "an integer of at least 1");
  EXPECT_EQ(accepted("optim.layer_decay"), "a number from 0 to 1");
  EXPECT_EQ(accepted("reduction"), "mean or sum");
  EXPECT_EQ(accepted("names"), "a list of texts");
  EXPECT_EQ(accepted("steps"), "a list; each is an integer of at least 0");
}

TEST_F(SetOption, NamesWhatIsAccepted) {
  EXPECT_EQ(error("optim.batch", "0"), "optim.batch takes an integer of at least 1, not 0");
  EXPECT_EQ(error("optim.batch", "1e2"), "optim.batch takes an integer of at least 1, not '1e2'");
  EXPECT_EQ(error("resume", "yes"), "resume takes true or false, not 'yes'");
  EXPECT_EQ(error("reduction", "max"), "reduction takes mean or sum, not 'max'");
  EXPECT_THAT(error("optim.layer_decay", "1.01"), HasSubstr("from 0 to 1, not 1.01"));
  EXPECT_THAT(error("optim.betas", "0.9,2"), HasSubstr("not [0.9, 2]"));
  EXPECT_THAT(error("seed", "9223372036854775808"), HasSubstr("an integer"));
  EXPECT_EQ(options_, RunSample());
}

TEST_F(SetOption, RefusesNumbersThatAreNone) {
  for (const char* text : {"nan", "inf", "-inf", "", " ", "0.5 "}) {
    EXPECT_THROW(set("optim.layer_decay", text), OptionError) << text;
  }
}

TEST_F(SetOption, RefusesTextThatIsNotUtf8) {
  EXPECT_THAT(error("names", "a,\xFF"), HasSubstr("names is not UTF-8"));
  set("names", "\xC3\xA4");
  EXPECT_THAT(options_.names, ElementsAre("\xC3\xA4"));
}

TEST_F(SetOption, NamesTheNearestKey) {
  EXPECT_EQ(error("optim.layer_decey", "1"),
            "unknown option optim.layer_decey; did you mean optim.layer_decay?");
  EXPECT_THAT(error("layer_decay", "1"), HasSubstr("did you mean optim.layer_decay?"));
  EXPECT_THAT(error("model.worker", "1"), HasSubstr("did you mean data.workers?"));
  EXPECT_EQ(error("zzzzzzzz", "1"), "unknown option zzzzzzzz");
  try {
    set("optim.bach", "1");
    FAIL();
  } catch (const OptionError& caught) {
    EXPECT_EQ(caught.key(), "optim.bach");
    EXPECT_EQ(caught.exit_code(), 2);
  }
}

TEST_F(SetOption, ListsTheOptionsOfAGroup) {
  EXPECT_EQ(error("optim", "1"),
            "optim is a group of options: optim.layer_decay, optim.batch, optim.betas");
  EXPECT_THAT(error("data.sets", "x"), HasSubstr("data.sets.0.path"));
  EXPECT_THAT(error("data.sets.0", "x"), HasSubstr("data.sets.0.path"));
}

TEST_F(SetOption, GrowsListsOfTables) {
  set("data.sets.0.path", "first");
  set("data.sets.1.path", "second");
  set("data.sets.0.weight", "2");
  ASSERT_EQ(options_.data.sets.size(), 2U);
  EXPECT_EQ(options_.data.sets[0].path, "first");
  EXPECT_EQ(options_.data.sets[0].weight, 2);
  EXPECT_EQ(options_.data.sets[1].path, "second");
}

TEST_F(SetOption, LeavesListsAsTheyWereOnAnError) {
  EXPECT_THAT(error("data.sets.1.path", "x"), HasSubstr("the next entry of data.sets is 0"));
  EXPECT_THAT(error("data.sets.0.paht", "x"),
              HasSubstr("unknown option data.sets.0.paht; did you mean data.sets.0.path?"));
  EXPECT_THAT(error("data.sets.0.weight", "-1"), HasSubstr("data.sets.0.weight takes a number"));
  for (const char* key : {"data.sets.-1.path",
                          "data.sets.x.path",
                          "data.sets..path",
                          "data.sets.",
                          "data.sets.0.",
                          "data.sets.99999999999999999999.path",
                          "",
                          "."}) {
    EXPECT_THROW(set(key, "x"), OptionError) << key;
  }
  EXPECT_TRUE(options_.data.sets.empty());
}

struct DeepSample {
  std::vector<test::DataSample> parts;
};
void describe(DeepSample& options, Fields& fields) {
  fields.tables("parts", options.parts, "parts");
}

TEST(SetOptionDeep, ReachesListsWithinLists) {
  DeepSample options;
  set_option(fields_of(options), "parts.0.sets.0.path", "x");
  EXPECT_EQ(options.parts.at(0).sets.at(0).path, "x");
  EXPECT_EQ(
      message_of<OptionError>([&] { set_option(fields_of(options), "parts.0.sets.3.path", "x"); }),
      "parts.0.sets.3.path: the next entry of parts.0.sets is 1");
  EXPECT_THAT(message_of<OptionError>(
                  [&] { set_option(fields_of(options), "parts.1.sets.0.weigth", "1"); }),
              AllOf(HasSubstr("unknown option parts.1.sets.0.weigth"),
                    HasSubstr("did you mean parts.1.sets.0.weight?")));
  EXPECT_EQ(options.parts.size(), 1U);
}

}  // namespace
}  // namespace mien
