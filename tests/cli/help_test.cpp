#include "mien/cli/help.h"

#include <algorithm>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/cli/option_text.h"
#include "mien/error.h"
#include "mien/report/text_width.h"

namespace mien::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

std::unique_ptr<Command> command_named(const std::string& name) {
  for (const CommandEntry& entry : commands()) {
    if (entry.name == name) return entry.make();
  }
  return nullptr;
}

TEST(Help, NamesEveryCommand) {
  for (const CommandEntry& entry : commands()) {
    EXPECT_THAT(program_help(), HasSubstr("mien " + entry.name + " "));
    EXPECT_EQ(entry.make()->syntax().name, entry.name);
  }
}

TEST(Help, ShortHelpShowsTheMainOptionsAndWhereTheRestIs) {
  const std::string text = command_help(*command_named("train"));
  EXPECT_THAT(text, HasSubstr("--data, --data.path"));
  EXPECT_THAT(text, HasSubstr("--optim.batch"));
  EXPECT_THAT(text, Not(HasSubstr("--optim.beta1")));
  EXPECT_THAT(text, HasSubstr("more: mien help train"));
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 60)
      << "help that fits a screen or two is read";
}

TEST(Help, FullHelpShowsEverything) {
  const std::unique_ptr<Command> train = command_named("train");
  const std::string text = full_command_help(*train);
  for (const OptionEntry& entry : option_entries(*train))
    EXPECT_THAT(text, HasSubstr("--" + entry.key));
  EXPECT_THAT(text, HasSubstr("--data.sets.N.path"));
}

TEST(Help, OneOption) {
  const std::string text = option_help("optim.layer_decay");
  EXPECT_THAT(text, HasSubstr("default   0.65"));
  EXPECT_THAT(text, HasSubstr("commands  train"));
  EXPECT_THAT(option_help("--data"), HasSubstr("data.path"));
  EXPECT_THAT(option_help("dan"), HasSubstr("model.dan"));
}

TEST(Help, OneGroup) {
  const std::string text = option_help("optim");
  EXPECT_THAT(text, HasSubstr("--optim.lr"));
  EXPECT_THAT(text, HasSubstr("--optim.clip"));
  EXPECT_THAT(text, Not(HasSubstr("--model.pool")));
}

TEST(Help, UnknownNamesTheNearest) {
  try {
    option_help("optim.layer_decai");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("did you mean optim.layer_decay?"));
  }
}

TEST(Help, EveryOptionSaysWhatItIs) {
  for (const CommandEntry& entry : commands()) {
    for (const OptionEntry& option : option_entries(*entry.make())) {
      EXPECT_GT(option.help.size(), 8U) << entry.name << " " << option.key;
      EXPECT_NE(option.help.back(), '.') << entry.name << " " << option.key;
    }
  }
}

TEST(Help, LinesStayWithinAHundredColumns) {
  for (const CommandEntry& entry : commands()) {
    std::istringstream lines(full_command_help(*entry.make()));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(text_width(line), 104U) << line;
  }
}

TEST(Help, ReferenceHoldsEveryOption) {
  const std::string text = reference_markdown();
  EXPECT_THAT(text, HasSubstr("## mien train"));
  EXPECT_THAT(text, HasSubstr("`--optim.layer_decay` | a number"));
}

}  // namespace
}  // namespace mien::cli
