#include "mien/cli/console.h"

#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/report/text_width.h"

namespace mien::cli {
namespace {

using testing::HasSubstr;

Progress half_done() {
  return {"epoch 3/30", 1200, 2400, "images", 150, {{"loss", 1.2346}}};
}

TEST(ProgressText, SaysWhereWorkIsAndWhenItEnds) {
  EXPECT_EQ(progress_line(half_done()),
            "epoch 3/30   50 %  1,200/2,400 images  150/s  ETA 0:08  loss 1.235");
  EXPECT_EQ(
      progress_bar(half_done(), 100),
      "epoch 3/30 [===============>              ]  50 %  1,200/2,400 images  150/s  ETA 0:08  "
      "loss 1.235");
}

TEST(ProgressText, NeverWiderThanTheTerminal) {
  for (std::size_t width = 1; width < 120; ++width) {
    EXPECT_LE(text_width(progress_bar(half_done(), width)), width);
  }
}

TEST(ProgressText, SmallValuesKeepTwoDigits) {
  EXPECT_THAT(progress_line({"x", 1, 2, "images", 0, {{"partition", 0.00075920541}}}),
              HasSubstr("partition 0.00076"));
}

TEST(ProgressText, WithoutATotal) {
  EXPECT_EQ(progress_line({"reading", 12345, 0, "lines", 0, {}}), "reading  12,345 lines");
}

TEST(ProgressText, FinishedHasNoTimeLeft) {
  EXPECT_THAT(progress_bar({"x", 10, 10, "images", 5, {}}, 80), testing::Not(HasSubstr("ETA")));
  EXPECT_THAT(progress_bar({"x", 12, 10, "images", 5, {}}, 80), HasSubstr("100 %"));
}

TEST(ClockText, MinutesAndHours) {
  EXPECT_EQ(clock_text(7.2), "0:08");
  EXPECT_EQ(clock_text(61), "1:01");
  EXPECT_EQ(clock_text(3723), "1:02:03");
  EXPECT_EQ(clock_text(-1), "0:00");
}

class ConsoleTest : public testing::Test {
 protected:
  std::ostringstream out_;
  std::ostringstream log_;
};

TEST_F(ConsoleTest, ResultsGoOneWayAndTheRestAnother) {
  Console console(out_, log_, false);
  console.print("result");
  console.info("note");
  console.warn("careful");
  console.error("broken");
  EXPECT_EQ(out_.str(), "result\n");
  EXPECT_EQ(log_.str(), "note\nwarning: careful\nmien: broken\n");
}

TEST_F(ConsoleTest, QuietKeepsWarningsAndResults) {
  Console console(out_, log_, true);
  console.set_quiet(true);
  console.info("note");
  console.progress(half_done());
  console.event("epoch", "row", "{}");
  console.warn("careful");
  console.print("result");
  EXPECT_EQ(log_.str(), "warning: careful\n");
  EXPECT_EQ(out_.str(), "result\n");
}

TEST_F(ConsoleTest, BarOnATerminalIsWipedBeforeText) {
  Console console(out_, log_, true);
  console.progress(half_done());
  EXPECT_THAT(log_.str(), HasSubstr("\r\033[Kepoch 3/30"));
  console.info("note");
  EXPECT_THAT(log_.str(), testing::EndsWith("\r\033[Knote\n"));
}

TEST_F(ConsoleTest, NoBarInALog) {
  Console console(out_, log_, false);
  console.progress(half_done());
  EXPECT_EQ(log_.str(), "") << "the first line comes after ten seconds";
}

TEST_F(ConsoleTest, JsonLines) {
  Console console(out_, log_, true);
  console.set_style(LogStyle::kJson);
  console.info("note");
  console.event("epoch", "row", R"({"epoch": 3})");
  std::istringstream lines(log_.str());
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(nlohmann::json::parse(line)["text"], "note");
  std::getline(lines, line);
  const auto event = nlohmann::json::parse(line);
  EXPECT_EQ(event["event"], "epoch");
  EXPECT_EQ(event["epoch"], 3);
  EXPECT_TRUE(event.contains("time"));
}

TEST_F(ConsoleTest, TheLibrarysEventsAreShown) {
  Console console(out_, log_, false);
  const EventSink sink = console.sink();
  sink.info("from below");
  sink.warn("odd");
  EXPECT_EQ(log_.str(), "from below\nwarning: odd\n");
}

}  // namespace
}  // namespace mien::cli
