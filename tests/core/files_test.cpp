#include "mien/core/files.h"

#include <algorithm>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mien/error.h"

#include "full_disk.h"
#include "sample_options.h"
#include "temp_folder.h"

namespace mien {
namespace {

namespace fs = std::filesystem;
using test::FullDisk;
using test::message_of;
using test::TempFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

TEST(WriteFileAtomically, MakesAndReplacesFiles) {
  const TempFolder folder;
  const fs::path file = folder / "a.bin";
  const std::string bytes("with\0zero", 9);
  write_file_atomically(file, bytes);
  EXPECT_EQ(read_file(file), bytes);
  write_file_atomically(file, "");
  EXPECT_EQ(read_file(file), "");
  EXPECT_THAT(names_in(folder.path()), ElementsAre("a.bin"));
}

TEST(WriteFileAtomically, LeavesThePreviousFileOnAFullDisk) {
  const TempFolder folder;
  const fs::path file = folder.write("checkpoint", "the one before");
  {
    const FullDisk full(4096);
    EXPECT_THAT(
        message_of<FailureError>([&] { write_file_atomically(file, std::string(9000, 'x')); }),
        HasSubstr(file.string()));
  }
  EXPECT_EQ(read_file(file), "the one before");
  EXPECT_THAT(names_in(folder.path()), ElementsAre("checkpoint"));
}

TEST(WriteFileAtomically, NamesTheFileWhereTheFolderIsMissing) {
  const TempFolder folder;
  const fs::path file = folder / "missing/a.txt";
  EXPECT_THAT(message_of<FailureError>([&] { write_file_atomically(file, "x"); }),
              HasSubstr(file.string()));
}

TEST(WriteFileAtomically, DoesNotReplaceAFolder) {
  const TempFolder folder;
  make_folder(folder / "place");
  EXPECT_THROW(write_file_atomically(folder / "place", "x"), FailureError);
  EXPECT_THAT(names_in(folder.path()), ElementsAre("place"));
}

TEST(WriteFileAtomically, TakesANameWithoutAFolder) {
  const TempFolder folder;
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  write_file_atomically("plain.txt", "here");
  fs::current_path(before);
  EXPECT_EQ(read_file(folder / "plain.txt"), "here");
}

TEST(AtomicFile, ReplacesOnlyWhenCommitted) {
  const TempFolder folder;
  const fs::path file = folder.write("a", "old");
  {
    const AtomicFile abandoned(file);
    std::ofstream(abandoned.temporary()) << "half";
  }
  EXPECT_EQ(read_file(file), "old");
  EXPECT_THAT(names_in(folder.path()), ElementsAre("a"));
  AtomicFile kept(file);
  std::ofstream(kept.temporary()) << "new";
  EXPECT_EQ(read_file(file), "old");
  kept.commit();
  EXPECT_EQ(read_file(file), "new");
}

TEST(AtomicFile, CommitWithoutAFileFails) {
  const TempFolder folder;
  AtomicFile file(folder / "a");
  EXPECT_THROW(file.commit(), FailureError);
}

TEST(RemoveLeftovers, TakesOnlyWhatAKilledWriterLeft) {
  const TempFolder folder;
  folder.write("best.safetensors", "whole");
  const pid_t child = fork();
  if (child == 0) {
    const AtomicFile file(folder / "best.safetensors");
    std::ofstream(file.temporary()) << "half";
    raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(names_in(folder.path()).size(), 2U);
  remove_leftovers(folder.path());
  EXPECT_THAT(names_in(folder.path()), ElementsAre("best.safetensors"));
  remove_leftovers(folder / "missing");
}

TEST(MoveIntoPlace, ReplacesAndSaysWhatFailed) {
  const TempFolder folder;
  const fs::path file = folder.write("rows.csv", "old");
  move_into_place(folder.write("rows.csv.part", "new"), file);
  EXPECT_EQ(read_file(file), "new");
  EXPECT_THAT(names_in(folder.path()), ElementsAre("rows.csv"));
  EXPECT_THROW(move_into_place(folder / "rows.csv.part", file), FailureError);
  EXPECT_EQ(read_file(file), "new");
}

TEST(AppendRecord, AddsRecordsInOrder) {
  const TempFolder folder;
  append_record(folder / "log", "one\n");
  append_record(folder / "log", "two\n");
  EXPECT_EQ(read_file(folder / "log"), "one\ntwo\n");
}

TEST(AppendRecord, TakesBackHalfARecord) {
  const TempFolder folder;
  append_record(folder / "log", "one\n");
  {
    const FullDisk full(10);
    EXPECT_THAT(message_of<FailureError>([&] { append_record(folder / "log", "0123456789\n"); }),
                HasSubstr("log"));
  }
  EXPECT_EQ(read_file(folder / "log"), "one\n");
}

TEST(AppendRecord, SaysThatADeviceIsFull) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "needs /dev/full";
  EXPECT_THROW(append_record("/dev/full", "x\n"), FailureError);
}

TEST(ReadFile, SaysWhatIsWrong) {
  const TempFolder folder;
  EXPECT_THAT(message_of<DataError>([&] { read_file(folder / "none.txt"); }),
              HasSubstr("none.txt"));
  EXPECT_THAT(message_of<DataError>([&] { read_file(folder.path()); }), HasSubstr("is a folder"));
}

TEST(MakeFolder, MakesParentsAndAcceptsWhatIsThere) {
  const TempFolder folder;
  make_folder(folder / "a/b/c");
  make_folder(folder / "a/b/c");
  EXPECT_TRUE(fs::is_directory(folder / "a/b/c"));
  const fs::path file = folder.write("file", "x");
  EXPECT_THAT(message_of<FailureError>([&] { make_folder(file); }), HasSubstr("file"));
  EXPECT_THROW(make_folder(file / "below"), FailureError);
}

TEST(FolderLock, HoldsUntilItIsGone) {
  const TempFolder folder;
  {
    const FolderLock held(folder.path());
    EXPECT_THAT(message_of<UsageError>([&] { FolderLock second(folder.path()); }),
                HasSubstr("in use by another process (process " + std::to_string(getpid())));
  }
  const FolderLock again(folder.path());
}

TEST(FolderLock, EndsWithTheProcess) {
  const TempFolder folder;
  const pid_t child = fork();
  if (child == 0) {
    const FolderLock held(folder.path());
    raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  const FolderLock again(folder.path());
}

TEST(FolderLock, NeedsTheFolder) {
  const TempFolder folder;
  EXPECT_THROW(FolderLock(folder / "missing"), FailureError);
}

}  // namespace
}  // namespace mien
