#include "mien/cli/parse.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

namespace mien::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using Words = std::vector<std::string>;

struct Element {
  std::string path;
};
void describe(Element& element, Fields& fields) {
  fields.add("path", element.path, "where it lies");
}

struct Sample {
  std::int64_t batch = 1;
  double rate = 0.5;
  bool fast = false;
  std::int64_t min_face = 20;
  std::vector<std::string> lists;
  std::vector<Element> sets;
};
void describe(Sample& sample, Fields& fields) {
  fields.add("optim.batch", sample.batch, "pictures", at_least(1));
  fields.add("optim.rate", sample.rate, "speed");
  fields.add("fast", sample.fast, "hurry");
  fields.add("min_face", sample.min_face, "pixels");
  fields.add("data.path", sample.lists, "lists");
  fields.tables("data.sets", sample.sets, "several");
}

class Parse : public testing::Test {
 protected:
  Arguments parse(const Words& words) {
    Fields fields = fields_of(sample_);
    describe(general_, fields);
    return parse_arguments(syntax_, fields, words);
  }
  std::string error_of(const Words& words) {
    try {
      parse(words);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  }

  Sample sample_;
  GeneralOptions general_;
  Syntax syntax_{"try",
                 "",
                 "mien try FILE",
                 {"FILE"},
                 1,
                 {{"--data", "data.path"}, {"-o", "optim.rate"}},
                 {},
                 {},
                 {}};
};

TEST_F(Parse, DashesStandForUnderscores) {
  EXPECT_THAT(parse({"--min-face=9", "file"}).settings, ElementsAre(Pair("min_face", "9")));
  EXPECT_THAT(parse({"--min_face", "9", "file"}).settings, ElementsAre(Pair("min_face", "9")));
  EXPECT_THAT(error_of({"--min-fade=9", "file"}), HasSubstr("did you mean --min-face?"));
  EXPECT_THAT(error_of({"--min-face=9", "--min_face=8", "file"}), HasSubstr("twice"));
}

TEST_F(Parse, ValuesWithAndWithoutEqualsSign) {
  const Arguments arguments = parse({"--optim.batch=100", "file", "--optim.rate", "0.1"});
  EXPECT_THAT(arguments.settings,
              ElementsAre(Pair("optim.batch", "100"), Pair("optim.rate", "0.1")));
  EXPECT_THAT(arguments.positionals, ElementsAre("file"));
}

TEST_F(Parse, NegativeNumbersAreValuesAndWords) {
  EXPECT_THAT(parse({"-3", "--optim.rate", "-0.5"}).settings,
              ElementsAre(Pair("optim.rate", "-0.5")));
  EXPECT_THAT(parse({"-3"}).positionals, ElementsAre("-3"));
}

TEST_F(Parse, EmptyValueIsAValue) {
  EXPECT_THAT(parse({"f", "--optim.rate="}).settings, ElementsAre(Pair("optim.rate", "")));
}

TEST_F(Parse, AliasesStandForKeys) {
  EXPECT_THAT(parse({"f", "--data", "d", "-o", "2", "-q"}).settings,
              ElementsAre(Pair("data.path", "d"), Pair("optim.rate", "2"), Pair("quiet", "true")));
}

TEST_F(Parse, FlagsTakeAValueOnlyWhenItIsOne) {
  EXPECT_THAT(parse({"--fast", "file"}).settings, ElementsAre(Pair("fast", "true")));
  EXPECT_THAT(parse({"--fast", "file"}).positionals, ElementsAre("file"));
  EXPECT_THAT(parse({"--fast", "false", "file"}).settings, ElementsAre(Pair("fast", "false")));
  EXPECT_THAT(parse({"--fast=false", "file"}).settings, ElementsAre(Pair("fast", "false")));
}

TEST_F(Parse, ListsAddUp) {
  EXPECT_THAT(parse({"f", "--data", "a", "--data.path=[b, c]", "--data", "\"d,e\""}).settings,
              ElementsAre(Pair("data.path", "a,b, c,\"d,e\"")));
}

TEST_F(Parse, TablesByNumber) {
  EXPECT_THAT(parse({"f", "--data.sets.0.path", "a", "--data.sets.1.path=b"}).settings,
              ElementsAre(Pair("data.sets.0.path", "a"), Pair("data.sets.1.path", "b")));
}

TEST_F(Parse, TwoDashesEndTheOptions) {
  EXPECT_THAT(parse({"--", "--optim.batch"}).positionals, ElementsAre("--optim.batch"));
}

TEST_F(Parse, UnknownOptionsNameTheNearest) {
  EXPECT_THAT(error_of({"f", "--optim.bach=1"}),
              HasSubstr("unknown option --optim.bach; did you mean --optim.batch?"));
  EXPECT_THAT(error_of({"f", "--dta", "x"}), HasSubstr("did you mean --data?"));
  EXPECT_THAT(error_of({"f", "--batch=1"}), HasSubstr("did you mean --optim.batch?"));
  EXPECT_THAT(error_of({"f", "--zzzzzzzzzz"}), HasSubstr("mien help try"));
  EXPECT_THAT(error_of({"f", "-x"}), HasSubstr("unknown option -x"));
}

TEST_F(Parse, WhatIsMissingOrTooMuch) {
  EXPECT_THAT(error_of({"f", "--optim.batch"}),
              HasSubstr("--optim.batch needs a value: an integer"));
  EXPECT_THAT(error_of({"f", "--optim.batch", "--fast"}), HasSubstr("needs a value"));
  EXPECT_THAT(error_of({"f", "--optim.batch=1", "--optim.batch=2"}),
              HasSubstr("--optim.batch is given twice"));
  EXPECT_THAT(error_of({}), HasSubstr("FILE is missing; usage: mien try FILE"));
  EXPECT_THAT(error_of({"f", "g"}), HasSubstr("'g' is one argument too many"));
}

TEST_F(Parse, HelpNeedsNothingElse) {
  EXPECT_NE(parse({"--help"}).find("help"), nullptr);
}

TEST_F(Parse, LastPositionalMayBeOpen) {
  syntax_.positionals = {"FILE..."};
  EXPECT_EQ(parse({"a", "b", "c"}).positionals.size(), 3U);
}

}  // namespace
}  // namespace mien::cli
