#include <cstdint>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/cli/command.h"
#include "mien/nn/registry.h"
#include "mien/version.h"

#include "test_paths.h"

namespace mien::cli {
namespace {

using testing::HasSubstr;

struct Outcome {
  int code = 0;
  std::string out;
  std::string log;
};

Outcome run(const std::vector<std::string>& words) {
  std::ostringstream out;
  std::ostringstream log;
  Console console(out, log, false);
  Outcome outcome;
  outcome.code = run_program(words, console, StopFlag());
  outcome.out = out.str();
  outcome.log = log.str();
  return outcome;
}

TEST(RunProgram, VersionAndHelp) {
  EXPECT_EQ(run({"--version"}).out, "mien " + std::string(kVersion) + "\n");
  EXPECT_EQ(run({"help"}).code, 0);
  EXPECT_THAT(run({"--help"}).out, HasSubstr("mien train"));
  EXPECT_THAT(run({"train", "--help"}).out, HasSubstr("usage: mien train"));
  EXPECT_THAT(run({"help", "data", "check"}).out, HasSubstr("usage: mien data check"));
  EXPECT_EQ(run({}).code, 2);
}

TEST(RunProgram, ModelsAreListedWithTheirTasksAndSizes) {
  const Outcome table = run({"models", "vit", "clip-vit-b32"});
  EXPECT_EQ(table.code, 0) << table.log;
  EXPECT_THAT(table.out, HasSubstr("network"));
  for (const char* row :
       {R"(vit +mtl +vit-mtl +224 +[0-9.]+ +docs/models/vit\.md)",
        R"(vit +expr +vit-expr +224 +[0-9.]+ +docs/models/vit\.md)",
        R"(clip-vit-b32 +mtl +clip-vit-b32-mtl +224 +87\.86 +docs/models/clip-vit\.md)"}) {
    EXPECT_THAT(table.out, testing::ContainsRegex(row));
  }
  const Outcome unknown = run({"models", "vot"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.log, HasSubstr("did you mean vit?"));
}

TEST(RunProgram, ModelsAsJsonNameEveryNetworkWithItsPage) {
  const Outcome outcome = run({"models", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.log;
  const auto list = nlohmann::json::parse(outcome.out);
  ASSERT_EQ(list.size(), network_names().size());
  for (const auto& model : list) {
    SCOPED_TRACE(model.at("name").get<std::string>());
    EXPECT_FALSE(model.at("summary").get<std::string>().empty());
    EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(test::kSourceDir) /
                                        model.at("page").get<std::string>()));
    const auto& recipes = network_kind(model.at("name").get<std::string>()).recipes;
    EXPECT_EQ(model.at("tasks").size(), recipes.size());
    for (const auto& [task, made] : model.at("tasks").items()) {
      EXPECT_EQ(made.at("recipe").get<std::string>(), recipes.at(task));
      EXPECT_GT(made.at("parameters").get<std::int64_t>(), 100000);
      EXPECT_GE(made.at("input").at("size").get<int>(), 8);
      EXPECT_EQ(made.at("valence_arousal").get<bool>(), task == "mtl");
    }
  }
}

TEST(RunProgram, UnknownCommands) {
  EXPECT_EQ(run({"trian"}).code, 2);
  EXPECT_THAT(run({"trian"}).log, HasSubstr("did you mean train?"));
  EXPECT_THAT(run({"data"}).log, HasSubstr("mien data check or mien data synth"));
  EXPECT_THAT(run({"data", "chek"}).log, HasSubstr("did you mean data check?"));
}

TEST(RunProgram, UsageErrorsAreTwo) {
  const Outcome unknown = run({"train", "emma", "--optim.bach=3"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_EQ(unknown.log, "mien: unknown option --optim.bach; did you mean --optim.batch?\n");
  const Outcome value = run({"train", "emma", "--data=d", "-o", "r", "--optim.batch=none"});
  EXPECT_EQ(value.code, 2);
  EXPECT_THAT(value.log, HasSubstr("optim.batch takes an integer"));
  EXPECT_THAT(run({"train"}).log, HasSubstr("which network?"));
  EXPECT_THAT(run({"train", "ema", "--data=d"}).log, HasSubstr("did you mean emma?"));
  EXPECT_THAT(run({"train", "emma", "--data=d"}).log, HasSubstr("-o RUN"));
  EXPECT_THAT(run({"train", "--resume", "r", "--optim.lr=1"}).log,
              HasSubstr("leave out --optim.lr"));
  EXPECT_THAT(run({"train", "vit", "--recipe", "emma", "--data=d", "-o", "r"}).log,
              HasSubstr("is for emma, not vit"));
}

TEST(RunProgram, MissingDataIsThree) {
  const Outcome outcome = run({"info", "no-such-file.safetensors"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.log, HasSubstr("no-such-file.safetensors"));
  EXPECT_EQ(run({"data", "check", "no-such-folder"}).code, 3);
  EXPECT_EQ(run({"evaluate", "no-such-run", "--data", "x"}).code, 3);
}

TEST(RunProgram, StoppedWorkIsOneHundredAndThirty) {
  std::ostringstream out;
  std::ostringstream log;
  Console console(out, log, false);
  StopFlag stop;
  stop.request();
  const std::string folder = testing::TempDir() + "/mien-stopped-synth";
  EXPECT_EQ(run_program({"data", "synth", "-o", folder, "--training", "5"}, console, stop), 130);
}

}  // namespace
}  // namespace mien::cli
