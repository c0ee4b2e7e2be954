// From pictures without labels to a reconstruction and to a network that starts from what was
// learned, as a user does it.
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/files.h"
#include "mien/image/image.h"
#include "mien/nn/weights.h"

#include "small_runs.h"

namespace mien::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class Pretrain : public SmallRuns {
 protected:
  void SetUp() override {
    draw();
    fs::rename(path("faces/training_set_annotations.txt"), path("faces/kept.txt"));
  }
  std::string mae(const std::string& run) const {
    return "pretrain --recipe=mae-small --model.vit=32x2x2/8 --model.decoder=16x1x2 "
           "--input.size=32 --optim.batch=8 --optim.warmup_epochs=0.5 --optim.epochs=2 --threads=1 "
           "--precision=float32 --train.checkpoint_steps=1 --data " +
           path("faces") + " -o " + path(run);
  }
  std::string first_picture() const {
    for (const auto& entry : fs::recursive_directory_iterator(path("faces/cropped_aligned"))) {
      if (entry.is_regular_file()) return entry.path().string();
    }
    return "no picture";
  }
};

TEST_F(Pretrain, LearnsReconstructsAndHandsItsEncoderOn) {
  const ProgramResult trained = mien(mae("mae"));
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.err,
              AllOf(HasSubstr("training: 72 pictures in 1 set\n"),
                    HasSubstr("4 files that are no pictures"),
                    HasSubstr("mien reconstruct " + path("mae"))));
  const Image shown = read_image(path("mae/reconstruction.png"));
  EXPECT_EQ(shown.width, 3 * 192 + 2 * 4);
  EXPECT_EQ(shown.height, 6 * 192 + 5 * 4);
  EXPECT_TRUE(fs::exists(path("mae/curves.png")));

  const std::string line = "reconstruct " + path("mae") + " " + first_picture() + " -o ";
  const ProgramResult made = mien(line + path("once"));
  ASSERT_EQ(made.code, 0) << made.err;
  ASSERT_EQ(mien(line + path("again")).code, 0);
  ASSERT_EQ(mien(line + path("other") + " --seed 2").code, 0);
  ASSERT_EQ(mien(line + path("half") + " --mask 0.5").code, 0);
  const auto bytes = [&](const std::string& folder) {
    return read_file(fs::directory_iterator(path(folder))->path());
  };
  EXPECT_EQ(bytes("once"), bytes("again"));
  EXPECT_NE(bytes("once"), bytes("other"));
  EXPECT_NE(bytes("once"), bytes("half"));

  fs::rename(path("faces/kept.txt"), path("faces/training_set_annotations.txt"));
  const ProgramResult next = mien(vit("vit", "1") + " --backbone " + path("mae"));
  ASSERT_EQ(next.code, 0) << next.err;
  EXPECT_THAT(next.err, AllOf(HasSubstr("backbone: 28 of"), HasSubstr("left there")));
}

TEST_F(Pretrain, StoppedItGoesOnToTheSameBits) {
  ASSERT_EQ(mien(mae("whole")).code, 0);
  RunningMien first(mae("stopped"));
  ASSERT_TRUE(wait_for_file(path("stopped/checkpoint.safetensors")));
  first.send(SIGINT);
  const ProgramResult stopped = first.wait();
  if (stopped.code != 0) {  // so small a run may have ended by itself in the meantime
    EXPECT_EQ(stopped.code, 130) << stopped.err;
    EXPECT_THAT(stopped.err, HasSubstr("mien pretrain --resume " + path("stopped")));
  }
  const ProgramResult rest = mien("pretrain --resume " + path("stopped"));
  ASSERT_EQ(rest.code, 0) << rest.err;
  EXPECT_EQ(read_file(path("stopped/last.safetensors")), read_file(path("whole/last.safetensors")));
}

TEST_F(Pretrain, WrongRequestsSayWhatToDo) {
  const ProgramResult no_data = mien("pretrain --recipe mae-small -o " + path("run"));
  EXPECT_EQ(no_data.code, 2);
  EXPECT_THAT(no_data.err, HasSubstr("--data"));
  const ProgramResult train = mien("train mae --data " + path("faces") + " -o " + path("run"));
  EXPECT_EQ(train.code, 2);
  EXPECT_THAT(train.err, HasSubstr("mien pretrain --data"));
  const ProgramResult mask = mien(mae("run") + " --mask 0");
  EXPECT_EQ(mask.code, 2);
  EXPECT_THAT(mask.err, HasSubstr("model.mask"));
  const ProgramResult nothing = mien(mae("run") + " --data " + path("none"));
  EXPECT_EQ(nothing.code, 3);
  EXPECT_FALSE(fs::exists(path("run")));
}

TEST_F(Pretrain, OnlyWhatFillsGapsReconstructs) {
  fs::rename(path("faces/kept.txt"), path("faces/training_set_annotations.txt"));
  ASSERT_EQ(mien(vit("vit", "1")).code, 0);
  const ProgramResult refused = mien("reconstruct " + path("vit") + " " + first_picture());
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("mien pretrain"));
}

}  // namespace
}  // namespace mien::test
