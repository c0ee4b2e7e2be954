#include "mien/cli/reproduce/reproduction_report.h"

#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

PaperTable lsd_table() {
  PaperTable table;
  table.title = "Table 6";
  table.source = "the paper";
  table.scores = "lsd";
  table.caution = "Mind the split.";
  return table;
}

std::vector<RowResult> two_rows() {
  RowResult scored;
  scored.label = "CoTEX, mask 0 %";
  scored.published = {72.81, 64.67};
  scored.seeds = {{1, {0.5, 0.25}}, {2, {0.6, std::nullopt}}};
  scored.images_per_second = 12.34;
  scored.peak_mebibytes = 1000.4;
  scored.note = "from nothing";
  RowResult lacking;
  lacking.label = "VGG-Face";
  lacking.lacks = "needs weights";
  return {scored, lacking};
}

TEST(ReproductionReport, HasThePapersNumbersBesideOurs) {
  const Table table = reproduction_table(lsd_table(), two_rows());
  EXPECT_THAT(table.header,
              ElementsAre("",
                          "row",
                          "paper: macro accuracy",
                          "here: macro accuracy",
                          "paper: F1",
                          "here: F1",
                          "images/s",
                          "MiB",
                          ""));
  // Mean 55; deviation of 50 and 60: sqrt(25 + 25).
  EXPECT_THAT(table.rows[0],
              ElementsAre("1",
                          "CoTEX, mask 0 %",
                          "72.81",
                          "55.00 ± 7.07",
                          "64.67",
                          "25.00 ± 0.00",
                          "12.3",
                          "1000",
                          "from nothing"));
  EXPECT_THAT(table.rows[1],
              ElementsAre("2", "VGG-Face", "-", "-", "-", "-", "-", "-", "needs weights"));
}

TEST(ReproductionReport, MarkdownSaysUnderWhatConditions) {
  ReproduceOptions options;
  options.data = {"faces"};
  options.scale = "small";
  options.seeds = 2;
  const std::string text = reproduction_markdown(lsd_table(), two_rows(), options);
  EXPECT_THAT(text, HasSubstr("# Table 6\n"));
  EXPECT_THAT(text, HasSubstr("small size, validation data faces, 2 seeds (mean ± deviation)"));
  EXPECT_THAT(text, HasSubstr("Mind the split."));
}

TEST(ReproductionReport, CsvHasALineARowAndSeed) {
  EXPECT_EQ(reproduction_csv(lsd_table(), two_rows()),
            "row,seed,published_expression_macro_accuracy,expression_macro_accuracy,"
            "published_expression_f1,expression_f1,images_per_second,peak_mebibytes,lacks,note\n"
            "\"CoTEX, mask 0 %\",1,0.7281,0.5,0.6467,0.25,12.34,1000.4,,from nothing\n"
            "\"CoTEX, mask 0 %\",2,0.7281,0.6,0.6467,,12.34,1000.4,,from nothing\n"
            "VGG-Face,,,,,,,,needs weights,\n");
}

TEST(ReproductionReport, PlotLeavesGapsWhereThereIsNothing) {
  const std::vector<Panel> panels = reproduction_panels(lsd_table(), two_rows());
  ASSERT_EQ(panels.size(), 2U);
  EXPECT_EQ(panels[0].curves[0].y[0], 72.81);
  EXPECT_EQ(panels[0].curves[1].y[0], 55);
  EXPECT_TRUE(std::isnan(panels[0].curves[0].y[1]));
  EXPECT_TRUE(std::isnan(panels[0].curves[1].y[1]));
}

}  // namespace
}  // namespace mien::cli
