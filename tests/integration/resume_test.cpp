// A run that was killed or stopped goes on to the same bits as one that never was.
#include <chrono>
#include <random>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/files.h"

#include "small_runs.h"

namespace mien::test {
namespace {

using testing::HasSubstr;

class Resume : public SmallRuns {
 protected:
  void SetUp() override {
    draw();
    const ProgramResult whole = mien(vit("whole"));
    ASSERT_EQ(whole.code, 0) << whole.err;
  }
  void expect_same_weights(const std::string& run) {
    for (const char* name : {"/best.safetensors", "/last.safetensors"}) {
      EXPECT_TRUE(read_file(path(run + name)) == read_file(path(std::string("whole") + name)))
          << name;
    }
  }
  void finish(const std::string& run) {
    const ProgramResult rest = mien("train vit --resume " + path(run));
    ASSERT_EQ(rest.code, 0) << rest.err;
  }
};

TEST_F(Resume, KilledAtAnyStep) {
  std::random_device device;
  const unsigned seed = device();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  RunningMien first(vit("killed"));
  ASSERT_TRUE(wait_for_file(path("killed/checkpoint.safetensors")));
  std::this_thread::sleep_for(std::chrono::milliseconds(random() % 400));
  first.send(SIGKILL);
  first.wait();
  RunningMien second("train --resume " + path("killed"));
  std::this_thread::sleep_for(std::chrono::milliseconds(500 + random() % 600));
  second.send(SIGKILL);
  second.wait();
  finish("killed");
  expect_same_weights("killed");
}

TEST_F(Resume, KilledBeforeTheFirstCheckpoint) {
  RunningMien first(vit("early"));
  ASSERT_TRUE(wait_for_file(path("early/run.json")));
  first.send(SIGKILL);
  first.wait();
  finish("early");
  expect_same_weights("early");
}

TEST_F(Resume, StoppedByControlC) {
  RunningMien first(vit("stopped"));
  ASSERT_TRUE(wait_for_file(path("stopped/checkpoint.safetensors")));
  first.send(SIGINT);
  const ProgramResult stopped = first.wait();
  if (stopped.code != 0) {  // so small a run may have ended by itself in the meantime
    EXPECT_EQ(stopped.code, 130) << stopped.err;
    EXPECT_THAT(stopped.err, HasSubstr("--resume " + path("stopped")));
  }
  finish("stopped");
  expect_same_weights("stopped");
}

TEST_F(Resume, FinishedRunSaysSo) {
  const ProgramResult again = mien("train --resume " + path("whole"));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("finished"));
  EXPECT_THAT(again.out, HasSubstr("best epoch"));
}

TEST_F(Resume, AnotherNetworksNameIsRefused) {
  const ProgramResult other = mien("train dan --resume " + path("whole"));
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("is a run of vit, not of dan"));
}

}  // namespace
}  // namespace mien::test
