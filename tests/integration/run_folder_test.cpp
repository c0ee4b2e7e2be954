// Run folders that are in use, taken, of another version, or on a full disk.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/files.h"

#include "small_runs.h"

namespace mien::test {
namespace {

using testing::HasSubstr;

class RunFolders : public SmallRuns {};

TEST_F(RunFolders, OneProgramAtATime) {
  draw();
  RunningMien first(vit("run") + " --train.early_stop=0 --train.seed=3");
  ASSERT_TRUE(wait_for_file(path("run/checkpoint.safetensors")));
  first.send(SIGSTOP);  // it holds the folder as long as the test needs
  const ProgramResult resumed = mien("train --resume " + path("run"));
  EXPECT_EQ(resumed.code, 2);
  EXPECT_THAT(resumed.err, HasSubstr(path("run")));
  const ProgramResult again = mien(vit("run"));
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("--resume"));
  first.send(SIGCONT);
  EXPECT_EQ(first.wait().code, 0);
  write_file_atomically(path("run/run.json"), R"({"format": 999, "mien": "9.0.0"})");
  const ProgramResult other = mien("train --resume " + path("run"));
  EXPECT_EQ(other.code, 3);
  EXPECT_THAT(other.err, HasSubstr("999"));
}

TEST_F(RunFolders, NothingToGoOnWith) {
  const ProgramResult result = mien("train --resume " + path("nothing"));
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.err, HasSubstr("mien train"));
}

TEST_F(RunFolders, FullDiskKeepsThePreviousCheckpoint) {
  draw();
  RunningMien first(vit("run"));
  ASSERT_TRUE(wait_for_file(path("run/checkpoint.safetensors")));
  first.send(SIGKILL);
  first.wait();
  const std::string before = read_file(path("run/checkpoint.safetensors"));
  RunningMien limited("train --resume " + path("run"), before.size() / 2);
  const ProgramResult full = limited.wait();
  EXPECT_EQ(full.code, 1) << full.err;
  EXPECT_THAT(full.err, HasSubstr("checkpoint.safetensors"));
  EXPECT_TRUE(read_file(path("run/checkpoint.safetensors")) == before);
  const ProgramResult rest = mien("train --resume " + path("run"));
  EXPECT_EQ(rest.code, 0) << rest.err;
}

}  // namespace
}  // namespace mien::test
