// Training from pictures alone: what `mien pretrain` does.
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/train/trainer.h"

#include "tiny_run.h"

namespace mien {
namespace {

namespace fs = std::filesystem;
using test::same_tensors;
using test::TempFolder;
using test::tiny_options;
using testing::AllOf;
using testing::HasSubstr;

class Unlabelled : public testing::Test {
 protected:
  Unlabelled() : set_(test::tiny_set(folder_ / "set")) {}

  EpochResult train_in(const std::string& run,
                       const TrainOptions& options,
                       const TrainEvents& events = {}) {
    return train(options, folder_ / run, events, StopFlag());
  }

  TempFolder folder_;
  std::string set_;
};

TEST_F(Unlabelled, PicturesAloneAreEnoughForSomeNetworks) {
  std::vector<ShownReconstruction> shown;
  std::vector<EpochResult> epochs;
  std::vector<std::string> said;
  TrainEvents events;
  events.reconstruction = [&](const ShownReconstruction& each) { shown.push_back(each); };
  events.epoch = [&](const EpochResult& result) { epochs.push_back(result); };
  events.sink.message = [&](MessageLevel, const std::string& text) { said.push_back(text); };
  TrainOptions options = tiny_options("mae", "");
  options.data.path = (folder_ / "set/cropped_aligned").string();
  const EpochResult best = train_in("run", options, events);
  EXPECT_EQ(best.epoch, 2);
  EXPECT_EQ(epochs[1].losses.at("reconstruction"), epochs[1].losses.at("total"));
  EXPECT_TRUE(same_tensors(folder_ / "run/best.safetensors", folder_ / "run/last.safetensors"));
  ASSERT_EQ(shown.size(), 2U);
  EXPECT_EQ(shown[0].pictures.sizes(), at::IntArrayRef({6, 3, 32, 32}));
  EXPECT_TRUE(shown[1].made.seen.equal(shown[0].made.seen));
  EXPECT_FALSE(shown[1].made.filled.equal(shown[0].made.filled));
  EXPECT_THAT(said, testing::Not(testing::Contains(HasSubstr("validation"))));
  // The encoder is a backbone for others.
  TrainOptions next = tiny_options("vit", set_);
  next.backbone = (folder_ / "run").string();
  next.optim.epochs = 1;
  said.clear();
  train_in("vit", next, events);
  EXPECT_THAT(said, testing::Contains(AllOf(HasSubstr("backbone"), HasSubstr("decoder"))));
  // And it starts from one.
  TrainOptions again = options;
  again.backbone = (folder_ / "vit").string();
  again.optim.epochs = 1;
  EXPECT_NO_THROW(train_in("again", again));
}

TEST_F(Unlabelled, AHeldOutPartDecidesWhichEpochIsBest) {
  TrainOptions options = tiny_options("mae", (folder_ / "set/cropped_aligned").string());
  test::tiny_set(folder_ / "held", 9, 1);
  options.data.validation = (folder_ / "held/cropped_aligned").string();
  std::vector<EpochResult> epochs;
  TrainEvents events;
  events.epoch = [&](const EpochResult& result) { epochs.push_back(result); };
  options.optim.epochs = 3;
  options.optim.batch = 4;
  options.optim.accumulate = 1;
  options.optim.lr = 3e-3;
  const EpochResult best = train_in("run", options, events);
  ASSERT_EQ(epochs.size(), 3U);
  for (const EpochResult& epoch : epochs) {
    EXPECT_GE(epoch.losses.at("held_out"), best.losses.at("held_out"));
  }
  EXPECT_LT(epochs[2].losses.at("held_out"), epochs[0].losses.at("held_out"));
  // The same gaps each time: without learning it is the same number to the bit.
  options.optim.lr = 0;
  options.optim.min_lr = 0;
  options.optim.weight_decay = 0;
  epochs.clear();
  train_in("still", options, events);
  EXPECT_EQ(epochs[0].losses.at("held_out"), epochs[2].losses.at("held_out"));
  options.data.validation = options.data.path;
  EXPECT_THROW(train_in("overlap", options), DataError);
}

TEST_F(Unlabelled, ADamagedPictureIsPassedOverWhereThatIsAskedFor) {
  folder_.write("pictures/damaged.jpg", "no picture");
  fs::copy(
      folder_ / "set/cropped_aligned", folder_ / "pictures/faces", fs::copy_options::recursive);
  TrainOptions options = tiny_options("mae", (folder_ / "pictures").string());
  options.optim.epochs = 1;
  EXPECT_THROW(train_in("strict", options), DataError);
  options.data.loader.damaged = "skip";
  std::vector<std::string> warned;
  TrainEvents events;
  events.sink.message = [&](MessageLevel level, const std::string& text) {
    if (level == MessageLevel::kWarning) warned.push_back(text);
  };
  train_in("lenient", options, events);
  EXPECT_THAT(warned,
              testing::ElementsAre(AllOf(HasSubstr("so far: 1 ("), HasSubstr("damaged.jpg"))));
}

TEST_F(Unlabelled, AHeldOutPictureThatCannotBeReadCostsNoEpoch) {
  TrainOptions options = tiny_options("mae", (folder_ / "set/cropped_aligned").string());
  test::tiny_set(folder_ / "held", 9, 1);
  options.data.validation = (folder_ / "held/cropped_aligned").string();
  fs::path picture;
  for (const auto& entry : fs::recursive_directory_iterator(options.data.validation)) {
    if (entry.is_regular_file()) picture = entry.path();
  }
  const std::string whole = test::text_of(picture);
  write_file_atomically(picture, "no picture");
  EXPECT_THROW(train_in("run", options), DataError);
  // Long before the first checkpoint inside an epoch would be due.
  EXPECT_TRUE(fs::exists(folder_ / "run/checkpoint.safetensors"));
  write_file_atomically(picture, whole);
  resume_training(folder_ / "run", {}, StopFlag());
  train_in("undisturbed", options);
  EXPECT_TRUE(
      same_tensors(folder_ / "run/last.safetensors", folder_ / "undisturbed/last.safetensors"));
}

TEST_F(Unlabelled, ALabelledSetIsWarnedOfUnlessItsFormatIsNamed) {
  std::vector<std::string> warned;
  TrainEvents events;
  events.sink.message = [&](MessageLevel level, const std::string& text) {
    if (level == MessageLevel::kWarning) warned.push_back(text);
  };
  TrainOptions options = tiny_options("mae", set_);
  options.optim.epochs = 1;
  train_in("all", options, events);
  EXPECT_THAT(warned, testing::ElementsAre(HasSubstr("--data.format=abaw-mtl takes")));
  warned.clear();
  options.data.format = "abaw-mtl";
  train_in("part", options, events);
  EXPECT_THAT(warned, testing::IsEmpty());
}

}  // namespace
}  // namespace mien
