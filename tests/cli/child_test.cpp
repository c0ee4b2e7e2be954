// The program that runs itself is the test's here: GoogleTest's own flags tell how it ended.
#include "mien/cli/reproduce/child.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace mien::cli {
namespace {

TEST(Child, TellsHowItEnded) {
  StopFlag never;
  const ChildResult listed = run_self({"--gtest_list_tests"}, never);
  EXPECT_EQ(listed.exit_code, 0);
  EXPECT_GT(listed.peak_mebibytes, 1);
  EXPECT_GT(listed.seconds, 0);
  EXPECT_EQ(
      run_self({"--gtest_filter=Child.DISABLED_Fails", "--gtest_also_run_disabled_tests"}, never)
          .exit_code,
      3);
}

TEST(Child, DISABLED_Fails) {
  std::_Exit(3);
}

TEST(Child, IsShownAsAShellTakesIt) {
  EXPECT_EQ(command_line({"train", "vit", "--data", "my faces", "--optim.lr=1e-3", "a'b", ""}),
            "mien train vit --data 'my faces' --optim.lr=1e-3 'a'\\''b' ''");
}

}  // namespace
}  // namespace mien::cli
