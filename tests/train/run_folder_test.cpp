#include "mien/train/run_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "tiny_run.h"

namespace mien {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

RunRecord record() {
  RunRecord record;
  record.seed = 7;
  record.threads = 2;
  record.device = "CPU";
  record.precision = "float32";
  record.vocabulary = {{"neutral", "other"}, {"AU01"}, true};
  record.training.samples = 3;
  record.training.expressions = {2, 1};
  record.training.present = {1};
  record.training.absent = {2};
  record.data = "abc";
  return record;
}

EpochResult epoch(std::int64_t number) {
  EpochResult result;
  result.epoch = number;
  result.lr = 0.1 / static_cast<double>(number);
  result.losses = {{"total", 1.0 / 3}};
  return result;
}

TEST(RunFolderTest, KeepsOptionsAndRecord) {
  const test::TempFolder folder;
  TrainOptions options = test::tiny_options("vit", "faces");
  {
    RunFolder::create(folder / "run", options, record());
  }
  const RunFolder run = RunFolder::open(folder / "run");
  TrainOptions read = run.options();
  EXPECT_EQ(to_json(fields_of(read)), to_json(fields_of(options)));
  EXPECT_EQ(run.record().seed, 7);
  EXPECT_EQ(run.record().threads, 2);
  EXPECT_EQ(run.record().data, "abc");
  const std::string text = test::text_of(folder / "run/run.json");
  for (const char* part : {"libtorch", "mien", "\"neutral\": 2", "\"AU01\": 1"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(test::text_of(run.options_file()), HasSubstr("# "));
}

TEST(RunFolderTest, RefusesWhatIsNoRun) {
  const test::TempFolder folder;
  EXPECT_THROW(RunFolder::open(folder.path()), DataError);
  EXPECT_THROW(RunFolder::open(folder / "nowhere"), DataError);
  folder.write("options.toml", "");
  EXPECT_THROW(RunFolder::check_free(folder.path()), UsageError);
}

TEST(RunFolderTest, RefusesAnotherFormat) {
  const test::TempFolder folder;
  const TrainOptions options = test::tiny_options("vit", "faces");
  {
    RunFolder::create(folder / "run", options, record());
  }
  const fs::path file = folder / "run/run.json";
  std::string text = test::text_of(file);
  text.replace(text.find("\"format\": 1"), 11, "\"format\": 9");
  write_file_atomically(file, text);
  try {
    RunFolder::open(folder / "run");
    FAIL();
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("format 9"));
  }
  write_file_atomically(file, "{");
  EXPECT_THROW(RunFolder::open(folder / "run"), DataError);
}

TEST(RunFolderTest, IsHeldByOneProgram) {
  const test::TempFolder folder;
  const TrainOptions options = test::tiny_options("vit", "faces");
  const RunFolder run = RunFolder::create(folder / "run", options, record());
  EXPECT_THROW(RunFolder::open(folder / "run"), UsageError);
}

TEST(RunFolderTest, DropsEpochsAfterTheCheckpoint) {
  const test::TempFolder folder;
  const TrainOptions options = test::tiny_options("vit", "faces");
  RunFolder run = RunFolder::create(folder / "run", options, record());
  run.keep_epochs(0);  // no file yet
  for (std::int64_t number = 1; number <= 3; ++number) run.add_epoch(epoch(number));
  EXPECT_EQ(run.epoch(2).lr, 0.1 / 2);
  run.keep_epochs(2);
  EXPECT_EQ(test::lines_of(run.metrics_file()).size(), 2U);
  EXPECT_THROW(run.epoch(3), DataError);
  append_record(run.metrics_file(), "{\"epoch\":");
  run.keep_epochs(2);
  EXPECT_EQ(test::lines_of(run.metrics_file()).size(), 2U);
}

TEST(RunFolderTest, NamesEpochs) {
  const test::TempFolder folder;
  const RunFolder run =
      RunFolder::create(folder / "run", test::tiny_options("vit", "faces"), record());
  EXPECT_EQ(run.epoch_file(7).filename(), "epoch-0007.safetensors");
  EXPECT_EQ(run.epoch_file(12345).filename(), "epoch-12345.safetensors");
}

TEST(EpochLine, ReadsBackToTheSameNumbers) {
  EpochResult result = epoch(3);
  result.gradient_norm = 0.1 + 0.2;
  result.validation.lists.emplace_back("list", Scores());
  result.validation.pooled.total = 1.0 / 7;
  result.validation.pooled.ccc = -0.25;
  const std::string line = epoch_to_json(result);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const EpochResult read = epoch_from_json(line, "file");
  EXPECT_EQ(read.epoch, 3);
  EXPECT_EQ(read.losses, result.losses);
  EXPECT_EQ(read.gradient_norm, result.gradient_norm);
  EXPECT_EQ(read.validation.pooled.total, result.validation.pooled.total);
  EXPECT_EQ(read.validation.pooled.ccc, result.validation.pooled.ccc);
  EXPECT_FALSE(read.validation.pooled.p_mtl.has_value());
  EXPECT_THROW(epoch_from_json("{}", "file"), DataError);
  EXPECT_THROW(epoch_from_json("nonsense", "file"), DataError);
}

}  // namespace
}  // namespace mien
