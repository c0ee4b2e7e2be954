#include "mien/cli/help.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/cli/option_text.h"
#include "mien/error.h"
#include "mien/report/text_width.h"

#include "test_paths.h"

namespace mien::cli {
namespace {

using testing::AllOf;
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
  EXPECT_THAT(text, HasSubstr("commands  pretrain, train"));
  EXPECT_THAT(option_help("--data"), HasSubstr("data.path"));
  EXPECT_THAT(option_help("dan"), HasSubstr("model.dan"));
}

TEST(Help, OneGroup) {
  EXPECT_THAT(option_help("data"), AllOf(HasSubstr("data.path"), HasSubstr("--data.votes")));
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

TEST(Help, ReferenceHoldsEveryOptionOfEveryCommand) {
  const std::string text = reference_markdown();
  EXPECT_THAT(text, HasSubstr("`--optim.layer_decay` | a number from 0 to 1 | 0.65 |"));
  for (const CommandEntry& entry : commands()) {
    const std::size_t begin = text.find("\n## mien " + entry.name + "\n");
    ASSERT_NE(begin, std::string::npos) << entry.name;
    const std::string part = text.substr(begin, text.find("\n## ", begin + 1) - begin);
    for (const OptionEntry& option : option_entries(*entry.make()))
      EXPECT_THAT(part, HasSubstr("`" + option.flags.back() + "` |")) << entry.name;
  }
}

/// Number of the first line in which the texts differ, from 1.
std::size_t first_difference(const std::string& a, const std::string& b) {
  const auto end = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first;
  return static_cast<std::size_t>(std::count(a.begin(), end, '\n')) + 1;
}

TEST(Help, TheOptionsPageIsWhatTheProgramSays) {
  std::ifstream in(std::string(test::kSourceDir) + "/docs/options.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::string said = reference_markdown();
  EXPECT_TRUE(page == said) << "docs/options.md is out of date from line "
                            << first_difference(page, said)
                            << " on; build the program, then: tools/make_options_page";
}

}  // namespace
}  // namespace mien::cli
