// `mien crop` and `mien features` as users call them.
#include <algorithm>
#include <filesystem>
#include <string>

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/nn/weights.h"
#include "mien/report/rows.h"

#include "../face/faces.h"
#include "reading_inputs.h"
#include "shared_folder.h"

namespace mien::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class CropCommand : public ReadingInputs {};
class FeaturesCommand : public ReadingInputs {
 protected:
  ProgramResult features(const std::string& more) const {
    return mien("features -o " + path("out.safetensors") +
                " --device cpu --precision float32 --model " + model_ + " " + more);
  }
  at::Tensor written() const {
    return read_safetensors(folder_ / "out.safetensors").tensors.at("features");
  }
};

TEST_F(CropCommand, MakesTheChallengesLayoutAndGoesOn) {
  picture("holiday/a.png", 1);
  const std::string command = "crop " + path("holiday") + " " + video("clip.mp4", 10) +
                              " --no-detect --size 32 --every 2 -o " + path("crops");
  const ProgramResult first = mien(command);
  EXPECT_EQ(first.code, 0) << first.err;
  for (const char* name : {"holiday/a.jpg", "clip/00001.jpg", "clip/00009.jpg"}) {
    EXPECT_TRUE(exists(std::string("crops/cropped_aligned/") + name)) << name;
  }
  EXPECT_FALSE(exists("crops/cropped_aligned/clip/00002.jpg"));
  EXPECT_EQ(lines("crops/crops.csv"), 7U);
  EXPECT_EQ(read_image(folder_ / "crops/cropped_aligned/clip/00001.jpg").width, 32);
  picture("holiday/b.png", 2);
  append_record(folder_ / "crops/crops.csv", "a row that a kill left behind\n");
  const ProgramResult second = mien(command);
  EXPECT_THAT(second.out, HasSubstr("1 input read, 2 done before; 1 crop written"));
  EXPECT_EQ(lines("crops/crops.csv"), 8U);
  EXPECT_THAT(text("crops/crops.csv"), testing::Not(HasSubstr("left behind")));
}

TEST_F(CropCommand, SaysWhatIsWrong) {
  EXPECT_EQ(mien("crop " + picture("a.png")).code, 2) << "where to?";
  EXPECT_EQ(mien("crop --no-detect --crop aligned -o " + path("x") + " " + path("a.png")).code, 2);
  EXPECT_EQ(mien("crop " + path("nothing") + " -o " + path("x")).code, 3);
}

TEST_F(CropCommand, CropsOfOtherOptionsAreNotMixed) {
  const std::string command = "crop --no-detect --size 32 -o " + path("crops") + " ";
  ASSERT_EQ(mien(command + video("clip.mp4", 6)).code, 0);
  const ProgramResult other = mien(command + path("clip.mp4") + " --every 3");
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("other options"));
  EXPECT_EQ(lines("crops/crops.csv"), 7U);
}

TEST_F(CropCommand, WhatChangedIsCutAnewAndListedOnce) {
  const std::string command = "crop --no-detect --size 32 -o " + path("crops") + " ";
  ASSERT_EQ(mien(command + video("clip.mp4", 6) + " " + picture("a.png")).code, 0);
  EXPECT_EQ(lines("crops/crops.csv"), 8U);
  video("clip.mp4", 9);
  ASSERT_EQ(mien(command + path("clip.mp4")).code, 0);
  EXPECT_EQ(lines("crops/crops.csv"), 11U);
}

TEST_F(CropCommand, AWeightsOwnCropIsReadLikeThePicture) {
  make_folder(folder_ / "in");
  write_image(folder_ / "in/photo.png", astronaut());
  const std::string more =
      " --threads 1 --device cpu --precision float32 --min-face 40 --model " + model_;
  const ProgramResult whole = mien("read " + path("in/photo.png") + more + " -o " + path("whole"));
  ASSERT_EQ(whole.code, 0) << whole.err;
  const ProgramResult cut =
      mien("crop " + path("in/photo.png") + " --min-face 40 --ending png -o " + path("crops") +
           " --model " + model_);
  ASSERT_EQ(cut.code, 0) << cut.err;
  const std::string crop = path("crops/cropped_aligned/in/photo.png");
  const ProgramResult part = mien("read " + crop +
                                  " --no-detect --threads 1 --device cpu --precision "
                                  "float32 --model " +
                                  model_ + " -o " + path("part"));
  ASSERT_EQ(part.code, 0) << part.err;
  RowReader a(folder_ / "whole/pictures.csv", RowFormat::kCsv);
  RowReader b(folder_ / "part/pictures.csv", RowFormat::kCsv);
  FrameReading first;
  FrameReading second;
  ASSERT_TRUE(a.next(first));
  ASSERT_TRUE(b.next(second));
  ASSERT_EQ(first.faces.size(), 1U);
  ASSERT_EQ(second.faces.size(), 1U);
  const Prediction& one = first.faces[0].prediction;
  const Prediction& other = second.faces[0].prediction;
  EXPECT_NEAR(one.valence.value(), other.valence.value(), 1e-3);
  ASSERT_EQ(one.expression.size(), other.expression.size());
  for (std::size_t i = 0; i < one.expression.size(); ++i) {
    EXPECT_NEAR(one.expression[i], other.expression[i], 1e-3);
  }
}

TEST_F(CropCommand, CutsFacesOutOfPhotographs) {
  const auto groups = shared_path("data/groups");
  if (!groups) GTEST_SKIP() << kNoShared;
  const ProgramResult result = mien("crop " + (*groups / "2007_007763.jpg").string() +
                                    " --min-face 40 --crop aligned --size 64 -o " + path("crops"));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(exists("crops/cropped_aligned/groups/2007_007763.jpg"));
  EXPECT_TRUE(exists("crops/cropped_aligned/groups/2007_007763_person2.jpg"));
}

TEST_F(FeaturesCommand, AVectorAFaceInTheOrderOfRows) {
  picture("in/a.png", 1);
  picture("in/b.png", 90);
  for (const std::string layer : {"class", "mean", "logits"}) {
    const ProgramResult result = features("--no-detect --layer " + layer + " " + path("in"));
    EXPECT_EQ(result.code, 0) << result.err;
    const at::Tensor vectors = written();
    EXPECT_EQ(vectors.size(0), 2);
    EXPECT_EQ(vectors.size(1), layer == "logits" ? 7 : 32) << layer;
    EXPECT_FALSE(vectors[0].equal(vectors[1])) << layer;
    EXPECT_EQ(lines("out.csv"), 3U);
  }
}

TEST_F(FeaturesCommand, APicturesVectorIsTheSameAloneAndInAList) {
  const std::string alone = picture("in/b.png", 90);
  picture("in/a.png", 1);
  ASSERT_EQ(features("--no-detect " + alone).code, 0);
  const at::Tensor one = written();
  folder_.write("list.csv", "image\na.png\nb.png\n");
  const ProgramResult result = features("--root " + path("in") + " " + path("list.csv"));
  ASSERT_EQ(result.code, 0) << result.err;
  const at::Tensor two = written();
  ASSERT_EQ(two.size(0), 2);
  EXPECT_LT((two[1] - one[0]).abs().max().item<float>(), 1e-3F);
  EXPECT_THAT(text("out.csv"), HasSubstr("\nb.png,"));
}

TEST_F(FeaturesCommand, SaysWhatIsWrong) {
  const std::string file = picture("a.png");
  EXPECT_EQ(mien("features " + file + " --model " + model_ + " -o " + path("out.csv")).code, 2);
  EXPECT_EQ(features("--layer last " + file).code, 2);
  EXPECT_EQ(features(file + " " + path("list.txt")).code, 2);
  EXPECT_EQ(features(path("list.txt")).code, 3);
  EXPECT_FALSE(exists("out.safetensors"));
  folder_.write("out.csv", "image\na.png\n");
  EXPECT_EQ(features(path("out.csv")).code, 2) << "its rows would replace the list";
  EXPECT_EQ(text("out.csv"), "image\na.png\n");
  fs::remove(folder_ / "out.csv");
  make_folder(folder_ / "empty");
  EXPECT_EQ(features(path("empty")).code, 3);
  EXPECT_EQ(features("--detector mtcnn " + file).code, 0) << "a picture without a face is no error";
  EXPECT_FALSE(exists("out.safetensors"));
  EXPECT_FALSE(exists("out.csv.part"));
}

}  // namespace
}  // namespace mien::test
