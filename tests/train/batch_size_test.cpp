#include "mien/train/batch_size.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/network.h"

#include "tiny_run.h"

namespace mien {
namespace {

using testing::HasSubstr;

// Table 6.
TEST(BatchSize, GrowsWithTheMaskAsInThePaper) {
  EXPECT_EQ(table6_batch(0), 64);
  EXPECT_EQ(table6_batch(0.5), 128);
  EXPECT_EQ(table6_batch(0.75), 1024);
  EXPECT_EQ(table6_batch(0.85), 1536);
  EXPECT_EQ(table6_batch(0.9), 2560);
  EXPECT_EQ(table6_batch(0.95), 4096);
  EXPECT_EQ(grown_batch(10, 0.8), 50);
  EXPECT_EQ(grown_batch(10, 0.3), 10);
}

TEST(BatchSize, IsWhatMemoryHolds) {
  StepMemory memory;
  memory.fixed = 100;
  memory.per_picture = 40;
  EXPECT_EQ(base_batch(memory, 1000, 0), 20);  // of 1000 a tenth stays free
  EXPECT_EQ(base_batch(memory, 1000, 0.95), 20);
  memory.waiting = 2;  // a picture that waits is as large behind any mask
  EXPECT_EQ(base_batch(memory, 1000, 0), 19);
  EXPECT_EQ(base_batch(memory, 1000, 0.95), 10);
  EXPECT_EQ(base_batch(memory, 100, 0), 0);
}

TEST(BatchSize, MemoryOfAStepIsMeasured) {
  TrainOptions options = test::tiny_options("cotex", "faces");
  const StepMemory two = measure_step_memory(options, {});
  std::int64_t parameters = 0;
  const NetworkPointer network = create_network(options.model, options.vocabulary(), options.input);
  for (const at::Tensor& value : network->parameters()) parameters += value.numel();
  constexpr double kFloat = 4;
  // Weights, gradients and two moments; and what a step has beside them whatever the batch.
  EXPECT_GE(two.fixed, 4 * kFloat * static_cast<double>(parameters));
  EXPECT_LE(two.fixed, 6 * kFloat * static_cast<double>(parameters));
  // 17 tokens of 24 numbers in two blocks keep some 16 numbers a number, the last block fewer.
  const double tokens = 2 * 17 * 24 * kFloat;
  EXPECT_GE(two.per_picture, 16 * tokens);
  EXPECT_LE(two.per_picture, 64 * tokens);
  options.model.views = 4;
  const StepMemory four = measure_step_memory(options, {});
  EXPECT_NEAR(four.per_picture, 2 * two.per_picture, 0.4 * two.per_picture);
  options.model.views = 2;
  options.input.size = 64;  // 65 tokens
  EXPECT_GT(measure_step_memory(options, {}).per_picture, 3 * two.per_picture);
}

class ResolvedBatch : public testing::Test {
 protected:
  std::int64_t resolved(TrainOptions options) {
    const NetworkPointer network =
        create_network(options.model, options.vocabulary(), options.input);
    EventSink sink;
    sink.message = [this](MessageLevel, const std::string& text) { said_ += text + "\n"; };
    resolve_batch(options, {}, *network, sink);
    return options.optim.batch;
  }
  std::string said_;
};

TEST_F(ResolvedBatch, TellsHowItCameAbout) {
  TrainOptions options = test::tiny_options("cotex", "faces");
  options.model.mask = 0.75;
  EXPECT_EQ(resolved(options), 8);
  EXPECT_EQ(said_, "");
  options.optim.batch = kTable6Batch;
  EXPECT_EQ(resolved(options), 1024);
  EXPECT_THAT(said_, HasSubstr("batch: 1024 pictures for a mask of 75 %"));
  options.optim.batch = kAutoBatch;
  options.optim.memory_gib = 0.05;
  const std::int64_t behind_mask = resolved(options);
  EXPECT_THAT(said_, HasSubstr("0.1 GiB"));
  options.model.mask = 0;
  const std::int64_t whole = resolved(options);
  EXPECT_GT(whole, 8);
  EXPECT_GT(behind_mask, whole);  // less than 4 times: so small a network's pictures outweigh it
  EXPECT_LE(behind_mask, 4 * whole);
  options.optim.memory_gib = 1e-4;
  EXPECT_THROW(resolved(options), UsageError);
}

TEST(MicroBatch, IsRefusedWherePartsAreNotTheWhole) {
  for (const char* name : {"emma", "vit", "dan", "cotex"}) {
    TrainOptions options = test::tiny_options(name, "faces");
    const NetworkPointer network =
        create_network(options.model, options.vocabulary(), options.input);
    EXPECT_NO_THROW(check_micro_batch(options.optim, *network)) << name;
    options.optim.micro_batch = 4;
    if (options.model.name == "cotex") {
      EXPECT_NO_THROW(check_micro_batch(options.optim, *network));
    } else {
      EXPECT_THROW(check_micro_batch(options.optim, *network), OptionError) << name;
    }
  }
  const auto check = [](const std::string& name, bool freeze_trunk) {
    TrainOptions faces = test::tiny_options(name, "faces");
    faces.task = "expr";
    faces.model.freeze_trunk = freeze_trunk;
    faces.optim.micro_batch = 4;
    check_micro_batch(faces.optim, *create_network(faces.model, faces.vocabulary(), faces.input));
  };
  EXPECT_NO_THROW(check("vit", false));
  EXPECT_THROW(check("resnet18", false), OptionError);
  EXPECT_NO_THROW(check("resnet18", true));       // its batch norms stay as they are
  EXPECT_THROW(check("dan", true), OptionError);  // there are more in its heads
}

}  // namespace
}  // namespace mien
