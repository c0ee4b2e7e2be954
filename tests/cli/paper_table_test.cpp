#include "mien/cli/reproduce/paper_table.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/cli/recipes.h"
#include "mien/error.h"
#include "mien/nn/network.h"

namespace mien::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

PaperRun paper_run(const std::string& name,
                   const std::string& backbone = "",
                   const std::string& dan = "") {
  PaperRun run;
  run.name = name;
  run.network = "vit";
  run.recipe = "vit-small";
  run.backbone = backbone;
  run.dan = dan;
  return run;
}

PaperTable small_table() {
  PaperTable table;
  table.runs = {
      paper_run("mae"), paper_run("dan"), paper_run("vit", "mae"), paper_run("emma", "mae", "dan")};
  PaperRow row;
  row.label = "EMMA";
  row.runs = {"emma@epoch=3..6"};
  row.published = {50.54, 45.88, 30.28, 126.71};
  table.rows = {row};
  return table;
}

void expect_refused(const PaperTable& table, const std::string& key, const std::string& said) {
  try {
    table.check();
    FAIL() << "not refused: " << said;
  } catch (const OptionError& error) {
    EXPECT_EQ(error.key(), key);
    EXPECT_THAT(error.what(), HasSubstr(said));
  }
}

TEST(PaperTable, StandsOnWhatItsRunsNeedInOrder) {
  const PaperTable table = small_table();
  table.check();
  EXPECT_THAT(needed_runs(table, {"emma@epoch=3..6"}), ElementsAre("mae", "dan", "emma"));
  EXPECT_THAT(needed_runs(table, {"vit", "dan"}), ElementsAre("mae", "dan", "vit"));
  EXPECT_THAT(needed_runs(table, {"emma"}, {{"mae", "a file"}}), ElementsAre("dan", "emma"));
  EXPECT_THAT(needed_runs(table, {"emma", "vit"}, {{"emma", "a file"}}), ElementsAre("mae", "vit"));
}

TEST(PaperTable, SplitsMembers) {
  EXPECT_EQ(run_name("emma@epoch=3..6"), "emma");
  EXPECT_EQ(epochs_of("emma@epoch=3..6"), "@epoch=3..6");
  EXPECT_EQ(run_name("emma"), "emma");
  EXPECT_EQ(epochs_of("emma"), "");
}

TEST(PaperTable, RefusesWhatDoesNotFitTogether) {
  PaperTable table = small_table();
  table.runs[0].backbone = "vit";
  expect_refused(table, "runs.backbone", "there is no run vit before it");
  table = small_table();
  table.runs[1].name = "mae";
  expect_refused(table, "runs.name", "mae is there twice");
  table = small_table();
  table.rows[0].published.pop_back();
  expect_refused(table, "rows.published", "'EMMA' has 3 numbers for 4 columns");
  table = small_table();
  table.rows[0].lacks = "needs weights";
  expect_refused(table, "rows", "either runs or what it lacks");
  table = small_table();
  table.runs[0].weights = "published ones";
  expect_refused(table, "runs", "either network and recipe or weights");
  table = small_table();
  table.rows[0].small_runs = {"emmma"};
  EXPECT_THROW(table.check(), UsageError);
}

TEST(PaperTable, EveryTableThatShipsIsSound) {
  const std::vector<std::string> names = paper_table_names();
  EXPECT_THAT(names, ElementsAre("table1", "table2", "table5", "table6"));
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    const PaperTable table = read_paper_table(name);
    for (const PaperRun& run : table.runs) {
      SCOPED_TRACE(run.name);
      if (!run.weights.empty()) continue;
      EXPECT_THAT(network_names(), Contains(run.network));
      EXPECT_NO_THROW(find_recipe(run.recipe));
      if (run.small_recipe.empty()) continue;
      EXPECT_NO_THROW(find_recipe(run.small_recipe));
    }
    EXPECT_FALSE(table.rows.empty());
  }
}

TEST(PaperTable, AnotherNameIsRefusedWithThoseThereAre) {
  try {
    read_paper_table("table4");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("there are table1, table2, table5, table6"));
  }
}

// What a mistyped number would break. The paper's own total of InceptionV3 is 0.42 above its parts.
TEST(PaperTable, PublishedTotalsAreTheSumsOfTheirParts) {
  for (const char* name : {"table1", "table5"}) {
    for (const PaperRow& row : read_paper_table(name).rows) {
      if (row.published.empty() || row.label.starts_with("InceptionV3")) continue;
      const std::vector<double>& part = row.published;
      EXPECT_NEAR(part[0] + part[1] + part[2], part[3], 0.045) << name << ": " << row.label;
    }
  }
}

}  // namespace
}  // namespace mien::cli
