#include "mien/data/table_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "made_sets.h"

namespace mien {
namespace {

using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::vector<std::string>> records_of(const std::string& text, char separator = ',') {
  TableReader table(text, "t.csv", separator);
  std::vector<std::vector<std::string>> records;
  while (table.next()) records.emplace_back(table.fields().begin(), table.fields().end());
  return records;
}

TEST(TableReader, SplitsRecordsAndFields) {
  EXPECT_THAT(records_of("a,b\n1,2\n"), ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2")));
  EXPECT_THAT(records_of("x 5", ' '), ElementsAre(ElementsAre("x", "5")));
}

TEST(TableReader, TakesByteOrderMarkCrlfAndBlankEnd) {
  EXPECT_THAT(records_of("\xEF\xBB\xBF"
                         "a,b\r\n1,\r\n\r\n \n"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "")));
}

TEST(TableReader, UnquotesByRfc4180) {
  EXPECT_THAT(
      records_of("\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\r\nx,\"\",z\n"),
      ElementsAre(ElementsAre("a,b", "say \"hi\"", "two\nlines"), ElementsAre("x", "", "z")));
}

TEST(TableReader, KeepsEmptyFieldsAtTheEnd) {
  EXPECT_THAT(records_of("a,,\n,"), ElementsAre(ElementsAre("a", "", ""), ElementsAre("", "")));
}

TEST(TableReader, CountsLinesOverQuotedLineEnds) {
  TableReader table(std::string("\"a\n\nb\"\nsecond\n"), "t.csv");
  ASSERT_TRUE(table.next());
  EXPECT_EQ(table.line(), 1);
  ASSERT_TRUE(table.next());
  EXPECT_EQ(table.line(), 4);
}

TEST(TableReader, KnowsWhereAFieldStands) {
  const std::string text = "\xEF\xBB\xBFname,\"12 34\"\n";
  TableReader table(text, "t.csv");
  ASSERT_TRUE(table.next());
  EXPECT_EQ(table.offset_of(0), 3);
  EXPECT_EQ(text.substr(static_cast<std::size_t>(table.offset_of(1).value()), 5), "12 34");
}

TEST(TableReader, RefusesBadQuotesAndEmptyText) {
  EXPECT_THAT(error_of([] { records_of("a\nb,\"open\n"); }),
              HasSubstr("t.csv:2: a quoted field never ends"));
  EXPECT_THAT(error_of([] { records_of("\"a\"b\n"); }),
              HasSubstr("t.csv:1: text after the closing quote"));
  EXPECT_THAT(error_of([] { records_of(" \r\n\n"); }), HasSubstr("t.csv: is empty"));
  EXPECT_THAT(error_of([] { records_of(""); }), HasSubstr("is empty"));
}

TEST(TableReader, CountsFields) {
  TableReader table(std::string("a,b,c\n"), "t.csv");
  ASSERT_TRUE(table.next());
  EXPECT_NO_THROW(table.expect_fields(3));
  EXPECT_THAT(error_of([&] { table.expect_fields(2); }),
              HasSubstr("t.csv:1: too many fields: 3 instead of 2"));
  EXPECT_THAT(error_of([&] { table.expect_fields(4); }),
              HasSubstr("too few fields: 3 instead of 4"));
}

TEST(FirstLine, ReadsOnlyTheFirst) {
  const test::TempFolder folder;
  EXPECT_EQ(first_line(folder.write("a.txt", "\xEF\xBB\xBFimage,x\r\nrest")), "image,x");
  EXPECT_EQ(first_line(folder / "absent"), "");
}

}  // namespace
}  // namespace mien
