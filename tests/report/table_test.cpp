#include "mien/report/table.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(Table, NumbersToTheRightNamesToTheLeft) {
  const Table table{{"class", "F1", "note"},
                    {{"anger", "9.50", "few"}, {"happiness", "70.25", "-"}}};
  EXPECT_EQ(to_text(table),
            "class         F1  note\n"
            "---------  -----  ----\n"
            "anger       9.50  few\n"
            "happiness  70.25  -\n");
}

TEST(Table, AlignsWideCharacters) {
  const Table table{{"name", "n"}, {{"喜び", "1"}, {"ab", "22"}}};
  EXPECT_EQ(to_text(table),
            "name   n\n"
            "----  --\n"
            "喜び   1\n"
            "ab    22\n");
}

TEST(Table, ShortRowsAndNoHeader) {
  EXPECT_EQ(to_text({{}, {{"a", "b"}, {"long"}}}), "a     b\nlong\n");
  EXPECT_EQ(to_text({}), "");
}

TEST(Table, MarkdownEscapesBars) {
  const Table table{{"a", "n"}, {{"x|y", "1.5"}}};
  EXPECT_EQ(to_markdown(table), "| a | n |\n| --- | ---: |\n| x\\|y | 1.5 |\n");
}

}  // namespace
}  // namespace mien
