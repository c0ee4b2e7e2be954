#include "mien/cli/work_summary.h"

#include <filesystem>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien::cli {
namespace {

TEST(ProblemIn, GivesWhatAnInputOrTheDiskIsToBlameFor) {
  EXPECT_FALSE(problem_in([] {}));
  const auto data = problem_in([] { throw DataError("a.png", "is cut off"); });
  EXPECT_EQ(data.value().kind(), ErrorKind::kData);
  const auto full = problem_in([] { throw FailureError("disk full"); });
  EXPECT_EQ(full.value().kind(), ErrorKind::kFailure);
  const auto system =
      problem_in([] { std::filesystem::rename("/nothing/here", "/nothing/there"); });
  EXPECT_EQ(system.value().kind(), ErrorKind::kFailure);
}

TEST(ProblemIn, LetsWrongCallsAndInterruptionsGoUp) {
  EXPECT_THROW(problem_in([] { throw UsageError("wrong call"); }), UsageError);
  EXPECT_THROW(problem_in([] { throw Error(ErrorKind::kInterrupted, "stopped"); }), Error);
}

TEST(Summary, CountsAndDecidesTheExitCode) {
  std::ostringstream out;
  std::ostringstream err;
  Console console(out, err, false);
  WorkSummary summary(console);
  summary.done();
  EXPECT_EQ(summary.text(), "1 input read");
  EXPECT_EQ(summary.exit_code(), 0);
  summary.kept();
  summary.failed(DataError("a.png", "is cut off"));
  EXPECT_EQ(summary.text(), "1 input read, 1 done before, 1 failed (see above)");
  EXPECT_EQ(summary.exit_code(), 3);
  summary.failed("disk full", ErrorKind::kFailure);
  EXPECT_EQ(summary.exit_code(), 1);
  EXPECT_THAT(err.str(), testing::HasSubstr("a.png: is cut off"));
}

}  // namespace
}  // namespace mien::cli
