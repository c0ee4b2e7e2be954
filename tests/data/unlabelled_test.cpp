// Sets without labels: what mien pretrain reads.
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/data/loader.h"
#include "mien/data/pictures.h"
#include "mien/data/synth.h"
#include "mien/error.h"

#include "made_sets.h"
#include "made_tar.h"

namespace mien {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using test::numbered_picture;
using test::set_at;
using test::TempFolder;
using testing::HasSubstr;

std::vector<std::string> names_of(const SampleSet& set) {
  std::vector<std::string> names;
  names.reserve(set.samples.size());
  for (const Sample& sample : set.samples) names.push_back(sample.name);
  return names;
}

class Unlabelled : public testing::Test {
 protected:
  void picture(const std::string& name, int number) const {
    folder_.write(name, encode_png(numbered_picture(number)));
  }
  TempFolder folder_;
};

TEST_F(Unlabelled, AFolderIsTakenWithAllBelowIt) {
  picture("set/b.png", 1);
  picture("set/deep/down/a.png", 2);
  folder_.write("set/LICENSE", "free");
  test::write_tar((folder_ / "set/more.tar").string(),
                  {{"t.png", encode_png(numbered_picture(3))}});
  const SampleSet set = read_unlabelled(set_at(folder_ / "set"));
  EXPECT_THAT(names_of(set), testing::ElementsAre("b.png", "deep/down/a.png", "more.tar/t.png"));
  EXPECT_EQ(read_picture(set.samples[2]), numbered_picture(3));
  EXPECT_THAT(set.notes, testing::Contains("1 files that are no pictures"));
  EXPECT_EQ(set.vocabulary, Vocabulary());
}

TEST_F(Unlabelled, ALabelledFolderIsTakenWholeOrItsTrainingPartAlone) {
  SynthOptions options;
  options.training = 6;
  options.validation = 4;
  options.size = 16;
  write_synthetic_set(folder_ / "faces", options, {}, StopFlag());
  EXPECT_EQ(read_unlabelled(set_at(folder_ / "faces")).samples.size(), 10U);
  const SampleSet training = read_unlabelled(set_at(folder_ / "faces", "abaw-mtl"));
  EXPECT_EQ(training.samples.size(), 6U);
  for (const Sample& sample : training.samples) EXPECT_TRUE(sample.label.action_units.empty());
  const auto list = folder_ / "faces/training_set_annotations.txt";
  EXPECT_EQ(read_unlabelled(set_at(list)).samples.size(), 6U);
}

TEST_F(Unlabelled, APlainListIsALineAPicture) {
  picture("pictures/1.png", 1);
  picture("pictures/2.png", 2);
  folder_.write("list.txt", "pictures/2.png\r\n\n pictures/1.png\n# a remark\n");
  const SampleSet set = read_unlabelled(set_at(folder_ / "list.txt"));
  EXPECT_THAT(names_of(set), testing::ElementsAre("pictures/2.png", "pictures/1.png"));
  EXPECT_EQ(read_picture(set.samples[0]), numbered_picture(2));
  EXPECT_THAT(set.notes, testing::ElementsAre("1 lines that name no picture"));
  SetOptions elsewhere = set_at(folder_.write("lists/a.txt", "1.png\n"));
  elsewhere.root = (folder_ / "pictures").string();
  EXPECT_EQ(read_picture(read_unlabelled(elsewhere).samples[0]), numbered_picture(1));
}

TEST_F(Unlabelled, MistakesAreNamed) {
  EXPECT_THAT(error_of([&] { read_unlabelled(set_at(folder_ / "none")); }), HasSubstr("no such"));
  fs::create_directories(folder_ / "empty");
  EXPECT_THAT(error_of([&] { read_unlabelled(set_at(folder_ / "empty")); }), HasSubstr("empty"));
  picture("a.png", 1);
  EXPECT_THAT(error_of([&] { read_unlabelled(set_at(folder_ / "a.png")); }),
              HasSubstr("is a picture"));
}

TEST_F(Unlabelled, HasNoLabelsToTrainAndNoValidationPart) {
  picture("set/1.png", 1);
  EXPECT_THROW(read_set(set_at(folder_ / "set", "pictures"), SetPart::kTraining), DataError);
  EXPECT_THROW(read_set(set_at(folder_ / "set", "pictures"), SetPart::kValidation), DataError);
}

TEST_F(Unlabelled, ATarFileIsAListToPredict) {
  test::write_tar((folder_ / "a.tar").string(), {{"t.png", encode_png(numbered_picture(3))}});
  EXPECT_EQ(read_list(set_at(folder_ / "a.tar"), SetPart::kTraining).samples.size(), 1U);
}

class Damaged : public Unlabelled {
 protected:
  Damaged() {
    for (int i = 0; i < 10; ++i) picture("set/" + std::to_string(i) + ".png", i);
    folder_.write("set/3.png", "damaged");
    folder_.write("set/4.png", "damaged");
  }
  Loader loader(std::int64_t workers) const {
    LoaderOptions options;
    options.workers = workers;
    options.damaged = "skip";
    InputOptions input;
    input.size = 16;
    return {{read_unlabelled(set_at(folder_ / "set"))}, input, AugmentOptions(), options};
  }
  static LoaderPlan plan(bool training) {
    LoaderPlan plan = evaluation_plan(10, 4);
    plan.training = training;
    return plan;
  }
  static std::vector<std::int64_t> drawn(Loader& loader) {
    std::vector<std::int64_t> indices;
    Batch batch;
    loader.start(plan(true));
    while (loader.next(batch)) {
      indices.insert(indices.end(), batch.indices.begin(), batch.indices.end());
    }
    return indices;
  }
};

TEST_F(Damaged, TheNextTakesThePlaceWhateverTheWorkers) {
  for (const std::int64_t workers : {0, 1, 3}) {
    Loader made = loader(workers);
    for (int epoch = 0; epoch < 2; ++epoch) {
      EXPECT_THAT(drawn(made), testing::ElementsAre(0, 1, 2, 5, 5, 5, 6, 7, 8, 9));
    }
    EXPECT_THAT(made.damaged(), testing::ElementsAre(HasSubstr("3.png"), HasSubstr("4.png")));
  }
}

TEST_F(Damaged, EvaluationPassesOverNothing) {
  Loader made = loader(1);
  drawn(made);  // knows them by now
  Batch batch;
  made.start(plan(false));
  EXPECT_THROW(while (made.next(batch)){}, DataError);
}

TEST_F(Damaged, NothingButDamageIsAnError) {
  for (int i = 0; i < 10; ++i) folder_.write("set/" + std::to_string(i) + ".png", "damaged");
  Loader made = loader(2);
  EXPECT_THROW(drawn(made), DataError);
}

}  // namespace
}  // namespace mien
