// What goes wrong in a user's hands: one clear line and the right exit code.
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/files.h"

#include "small_runs.h"

namespace mien::test {
namespace {

using testing::HasSubstr;

class BadInput : public SmallRuns {
 protected:
  ProgramResult train() { return mien(vit("run")); }
  std::string training_list() const { return path("faces/training_set_annotations.txt"); }
  /// The picture that the training list names first.
  std::filesystem::path first_picture() const {
    const std::string list = read_file(training_list());
    const std::size_t begin = list.find('\n') + 1;
    return path("faces/cropped_aligned/") + list.substr(begin, list.find(',', begin) - begin);
  }
  static void expect_one_line(const std::string& text) {
    EXPECT_EQ(text.find("Exception raised"), std::string::npos) << text;
    EXPECT_EQ(text.find("terminate"), std::string::npos) << text;
  }
};

TEST_F(BadInput, OptionsAndCommands) {
  const ProgramResult option = mien("train emma --optim.bach 3");
  EXPECT_EQ(option.code, 2);
  EXPECT_EQ(option.err, "mien: unknown option --optim.bach; did you mean --optim.batch?\n");
  EXPECT_EQ(mien("learn").code, 2);
  EXPECT_EQ(mien("train vit --model.name=dan --data x -o " + path("run")).code, 2);
  EXPECT_EQ(mien("help --optim.lr").code, 0);
  const ProgramResult weights = mien("info " + path("nothing.safetensors"));
  EXPECT_EQ(weights.code, 3);
  EXPECT_THAT(weights.err, HasSubstr("no such file"));
  EXPECT_EQ(mien("train vit --data x -o " + path("run") + " --optim.batch=0").code, 2);
}

TEST_F(BadInput, PicturesThatAreMissingOrDamaged) {
  draw();
  const std::filesystem::path picture = first_picture();
  const std::string bytes = read_file(picture);
  write_file_atomically(picture, bytes.substr(0, bytes.size() / 3));
  const ProgramResult damaged = train();
  EXPECT_EQ(damaged.code, 3) << damaged.err;
  EXPECT_THAT(damaged.err, HasSubstr(picture.filename().string()));
  expect_one_line(damaged.err);
  const ProgramResult check = mien("data check " + path("faces"));
  EXPECT_EQ(check.code, 3);
  EXPECT_THAT(check.out, HasSubstr("pictures that cannot be read: 1"));
  std::filesystem::remove(picture);
  std::filesystem::remove_all(path("run"));
  const ProgramResult missing = train();
  EXPECT_EQ(missing.code, 3);
  EXPECT_THAT(missing.err, HasSubstr(picture.filename().string()));
  const ProgramResult skipped = mien(vit("run") + " --data.missing=skip");
  EXPECT_EQ(skipped.code, 0) << skipped.err;
  EXPECT_THAT(skipped.err, HasSubstr("training: 47 pictures"));
}

TEST_F(BadInput, ListsThatAreWrong) {
  draw();
  const std::string whole = read_file(training_list());
  const std::size_t second = whole.find('\n', whole.find('\n') + 1) + 1;
  write_file_atomically(training_list(), whole.substr(0, second) + "V/1.jpg,0.1,0.2\n");
  const ProgramResult fields = train();
  EXPECT_EQ(fields.code, 3);
  EXPECT_THAT(fields.err, HasSubstr("training_set_annotations.txt:3:"));
  write_file_atomically(training_list(),
                        whole.substr(0, second) + "V/1.jpg,0.1,0.2,9,0,0,0,0,0,0,0,0,0,0,0,0\n");
  EXPECT_THAT(train().err, HasSubstr("training_set_annotations.txt:3:"));
  write_file_atomically(training_list(), "");
  EXPECT_EQ(train().code, 3);
  write_file_atomically(training_list(), read_file(path("faces/validation_set_annotations.txt")));
  const ProgramResult overlap = train();
  EXPECT_EQ(overlap.code, 3) << "validation pictures in training";
  EXPECT_FALSE(std::filesystem::exists(path("run"))) << "nothing is begun that cannot go on";
}

TEST_F(BadInput, WeightsThatDoNotFit) {
  draw();
  ASSERT_EQ(train().code, 0);
  const std::string emma =
      "train emma --recipe=emma-small --data " + path("faces") + " -o " + path("emma");
  const ProgramResult other = mien(emma + " --dan " + path("run"));
  EXPECT_EQ(other.code, 3) << other.err;
  EXPECT_THAT(other.err, HasSubstr("vit"));
  const std::string weights = read_file(path("run/best.safetensors"));
  write_file_atomically(path("half.safetensors"), weights.substr(0, weights.size() / 2));
  const ProgramResult half =
      mien("evaluate " + path("half.safetensors") + " --data " + path("faces"));
  EXPECT_EQ(half.code, 3) << half.err;
  EXPECT_THAT(half.err, HasSubstr("half.safetensors"));
  expect_one_line(half.err);
  const ProgramResult lacking = mien("predict " + path("run") + " --data " + path("faces") +
                                     " -o " + path("run/best.safetensors/out"));
  EXPECT_EQ(lacking.code, 1) << "a folder that cannot be made";
}

TEST_F(BadInput, ALossThatIsNoNumberStops) {
  draw();
  const ProgramResult result =
      mien("train vit --recipe=vit-small --data " + path("faces") + " -o " + path("run") +
           " --model.vit=32x2x2/8 --input.size=32 --optim.lr=1e30 --optim.clip=0 "
           "--optim.warmup_epochs=0 --optim.batch=8 --precision=float32");
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_THAT(result.err, HasSubstr("not finite (epoch 1, batch"));
}

TEST_F(BadInput, ADeviceThatIsNotThere) {
  if (std::filesystem::exists("/dev/nvidia0")) GTEST_SKIP() << "there is a GPU here";
  draw();
  const ProgramResult result = mien(vit("run") + " --device=cuda");
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("no CUDA device"));
}

}  // namespace
}  // namespace mien::test
