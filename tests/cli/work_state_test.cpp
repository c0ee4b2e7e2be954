#include "mien/cli/work_state.h"

#include <chrono>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "mien/core/files.h"
#include "mien/error.h"

#include "temp_folder.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

class State : public testing::Test {
 protected:
  WorkState open(const std::string& options = R"({"smooth":0})") const {
    return {folder_ / "state", {"read", options}};
  }
  fs::path input(const std::string& name) const { return folder_.write(name, "bytes of " + name); }

  test::TempFolder folder_;
};

TEST_F(State, KnowsWhatAnEarlierCallDid) {
  const fs::path one = input("one.mp4");
  {
    WorkState state = open();
    EXPECT_EQ(state.find(file_mark(one)), nullptr);
    state.add(file_mark(one), {"clips/one", "its end is missing"});
    ASSERT_NE(state.find(file_mark(one)), nullptr);
  }
  const WorkState state = open();
  EXPECT_TRUE(state.others().empty());
  ASSERT_NE(state.find(file_mark(one)), nullptr);
  EXPECT_EQ(state.find(file_mark(one))->output, "clips/one");
  EXPECT_EQ(state.find(file_mark(one))->problem, "its end is missing");
  EXPECT_EQ(state.find(file_mark(input("two.mp4"))), nullptr);
  EXPECT_EQ(state.find(file_mark(folder_ / "nothing.mp4")), nullptr);
}

TEST_F(State, WhatIsNotThereIsNotNoted) {
  WorkState state = open();
  const FileMark mark = file_mark(folder_ / "nothing.mp4");
  EXPECT_FALSE(mark.there());
  state.add(mark, {"nothing", ""});
  EXPECT_TRUE(state.outputs().empty());
}

struct Choice {
  std::int64_t size = 1;
  std::int64_t threads = 2;
};
void describe(Choice& choice, Fields& fields) {
  fields.add("size", choice.size, "");
  fields.add("threads", choice.threads, "");
}

TEST_F(State, OptionsAreKnownByValuesAndFiles) {
  Choice choice;
  const fs::path file = input("weights");
  const auto identity = [&] {
    return options_identity(fields_of(choice), {"threads"}, {file.string()});
  };
  const std::string before = identity();
  choice.threads = 7;
  EXPECT_EQ(identity(), before);
  folder_.write("weights", "other bytes, and more");
  const std::string other_file = identity();
  EXPECT_NE(other_file, before);
  choice.size = 2;
  EXPECT_NE(identity(), other_file);
  EXPECT_THROW(options_identity(fields_of(choice), {}, {"nothing"}), DataError);
}

TEST_F(State, AFileHasOneNameHoweverItIsCalled) {
  const fs::path one = input("a/one.mp4");
  WorkState state = open();
  state.add(file_mark(folder_ / "a/../a/one.mp4"), {"one", ""});
  EXPECT_NE(state.find(file_mark(one)), nullptr);
  fs::remove(one);
  EXPECT_EQ(state.find(file_mark(one)), nullptr);
  EXPECT_NE(state.recorded(file_key(one)), nullptr);
}

TEST_F(State, AChangedFileCountsAsNew) {
  const fs::path one = input("one.mp4");
  WorkState state = open();
  state.add(file_mark(one), {"one", ""});
  fs::last_write_time(one, fs::last_write_time(one) + std::chrono::seconds(2));
  EXPECT_EQ(state.find(file_mark(one)), nullptr);
}

TEST_F(State, OtherOptionsAreToldApart) {
  const fs::path one = input("one.mp4");
  const fs::path two = input("two.mp4");
  open().add(file_mark(one), {"one", ""});
  {
    WorkState other = open(R"({"smooth":1})");
    EXPECT_EQ(other.find(file_mark(one)), nullptr);
    EXPECT_EQ(other.recorded(file_key(one)), nullptr);
    EXPECT_EQ(other.others().at(file_key(one)), "one");
    EXPECT_EQ(other.outputs().at(file_key(one)), "one") << "its name stays taken";
    other.add(file_mark(two), {"two", ""});
  }
  const WorkState first = open();
  EXPECT_NE(first.find(file_mark(one)), nullptr);
  EXPECT_EQ(first.find(file_mark(two)), nullptr);
  EXPECT_EQ(first.others().size(), 1U);
}

TEST_F(State, ARecordThatAKillCutOffIsPassedOver) {
  const fs::path one = input("one.mp4");
  const fs::path two = input("two.mp4");
  open().add(file_mark(one), {"one", ""});
  const std::string before = read_file(folder_ / "state");
  append_record(folder_ / "state", R"({"input":"/a/tw)");
  {
    WorkState state = open();
    EXPECT_NE(state.find(file_mark(one)), nullptr);
    EXPECT_EQ(read_file(folder_ / "state"), before);
    state.add(file_mark(two), {"two", ""});
  }
  EXPECT_NE(open().find(file_mark(two)), nullptr);
}

TEST_F(State, WhatIsNoStateIsReplaced) {
  for (const char* text : {"hello\n{\n", "[1]\n", "{\"input\":5}\n", ""}) {
    folder_.write("state", text);
    EXPECT_TRUE(open().outputs().empty()) << text;
    EXPECT_EQ(read_file(folder_ / "state"), "{\"format\":1,\"command\":\"read\"}\n");
  }
}

TEST_F(State, AFolderThatCannotBeWrittenIsAFailure) {
  EXPECT_THROW(WorkState(folder_ / "nothing/state", {"read", "{}"}), FailureError);
}

}  // namespace
}  // namespace mien::cli
