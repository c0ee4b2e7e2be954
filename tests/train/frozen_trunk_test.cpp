// Whole runs with model.freeze_trunk; single steps are in step_test.cpp.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "tiny_run.h"

namespace mien {
namespace {

TEST(FrozenTrunkRun, MovesTheHeadAloneAndIsResumedToTheSameBits) {
  const test::TempFolder folder;
  const std::string set = test::tiny_set(folder / "set");
  TrainOptions options = test::tiny_options("resnet18", set);
  options.model.freeze_trunk = true;
  std::vector<std::string> warned;
  TrainEvents events;
  events.sink.message = [&](MessageLevel level, const std::string& text) {
    if (level == MessageLevel::kWarning) warned.push_back(text);
  };
  train(options, folder / "whole", events, StopFlag());
  EXPECT_THAT(
      warned,
      testing::ElementsAre(testing::HasSubstr("model.freeze_trunk without model.backbone")));

  test::StopAfter stop(3);
  EXPECT_THROW(train(options, folder / "parts", stop.events(), stop.flag()), Error);
  resume_training(folder / "parts", {}, StopFlag());
  for (const char* file : {"last.safetensors", "best.safetensors", "checkpoint.safetensors"}) {
    EXPECT_TRUE(test::same_tensors(folder / "whole" / file, folder / "parts" / file)) << file;
  }

  options.optim.epochs = 1;
  train(options, folder / "shorter", {}, StopFlag());
  const StateDict before = read_safetensors(folder / "shorter/last.safetensors");
  for (const auto& [name, tensor] : read_safetensors(folder / "whole/last.safetensors").tensors) {
    EXPECT_EQ(tensor.equal(before.tensors.at(name)), !name.starts_with("fc.")) << name;
  }
}

}  // namespace
}  // namespace mien
