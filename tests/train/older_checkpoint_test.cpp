// A run that an older program began goes on, though options have been added since.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/error.h"
#include "mien/train/checkpoint.h"
#include "mien/train/trainer.h"

#include "tiny_run.h"

namespace mien {
namespace {

TEST(OlderCheckpoint, OptionsThatItDoesNotKnowHaveTheirDefaults) {
  const test::TempFolder folder;
  const std::string set = test::tiny_set(folder / "set");
  const TrainOptions options = test::tiny_options("vit", set);
  train(options, folder / "whole", {}, StopFlag());
  test::StopAfter stop(2);
  EXPECT_THROW(train(options, folder / "run", stop.events(), stop.flag()), Error);

  const auto file = folder / "run/checkpoint.safetensors";
  const Checkpoint saved = read_checkpoint(file);
  nlohmann::json known = nlohmann::json::parse(saved.options);
  ASSERT_EQ(known.erase("model.position_deviation"), 1U);
  write_checkpoint(file, saved.state, saved.progress, known.dump());
  resume_training(folder / "run", {}, StopFlag());
  EXPECT_TRUE(
      test::same_tensors(folder / "whole/last.safetensors", folder / "run/last.safetensors"));
}

}  // namespace
}  // namespace mien
