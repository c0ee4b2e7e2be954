// ABAW's multi-task lists.
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/data/counts.h"
#include "mien/data/sets.h"
#include "mien/error.h"

#include "made_sets.h"
#include "shared_folder.h"

namespace mien {
namespace {

using test::error_of;
using test::kMtlHeader;
using test::set_at;
using test::TempFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kUnits = "0,1,0,-1,1,0,0,0,0,0,1,0";

class MtlTest : public testing::Test {
 protected:
  SampleSet read(const std::string& body, const std::string& header = kMtlHeader) {
    folder_.write("training_set_annotations.txt", header + body);
    return read_set(set_at(folder_.path()), SetPart::kTraining);
  }
  std::string wrong(const std::string& body, const std::string& header = kMtlHeader) {
    return error_of([&] { read(body, header); });
  }
  TempFolder folder_;
};

TEST_F(MtlTest, ReadsLabelsInOrder) {
  const SampleSet set = read(std::string("v/00001.jpg,0.46,-0.21,4,") + kUnits + "\n" +
                             "v/00002.jpg,-5,-5,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1\n");
  EXPECT_EQ(set.vocabulary, abaw_mtl_vocabulary());
  ASSERT_EQ(set.samples.size(), 2U);
  const Sample& first = set.samples[0];
  EXPECT_EQ(first.name, "v/00001.jpg");
  EXPECT_FLOAT_EQ(first.label.valence.value(), 0.46F);
  EXPECT_FLOAT_EQ(first.label.arousal.value(), -0.21F);
  EXPECT_EQ(first.label.expression, 4);
  EXPECT_THAT(first.label.action_units, ElementsAre(0, 1, 0, -1, 1, 0, 0, 0, 0, 0, 1, 0));
  EXPECT_FALSE(set.samples[1].label.has_valence_arousal());
  EXPECT_EQ(set.samples[1].label.expression, -1);
}

TEST_F(MtlTest, ToleratesWindowsFilesAndBlankEnd) {
  const SampleSet set =
      read(std::string("a.jpg,0,0,0,") + kUnits + "\r\nb.jpg,0,0,1," + kUnits + "\r\n\r\n",
           "\xEF\xBB\xBFimage,valence,arousal,expression,aus\r\n");
  ASSERT_EQ(set.samples.size(), 2U);
  EXPECT_EQ(set.samples[1].label.action_units.back(), 0);
}

TEST_F(MtlTest, KeepsNamesThatAreNotUtf8) {
  EXPECT_EQ(read(std::string("v\xE9.jpg,0,0,0,") + kUnits + "\n").samples[0].name, "v\xE9.jpg");
}

TEST_F(MtlTest, FindsPicturesBesideTheList) {
  folder_.write("cropped_aligned/v/1.jpg", "x");
  const SampleSet set = read(std::string("v/1.jpg,0,0,0,") + kUnits + "\n");
  EXPECT_EQ(set.samples[0].file, folder_ / "cropped_aligned/v/1.jpg");
}

TEST_F(MtlTest, TakesAnotherRoot) {
  folder_.write("training_set_annotations.txt", std::string(kMtlHeader) + "1.jpg,0,0,0," + kUnits);
  SetOptions options = set_at(folder_.path());
  options.root = "/pictures";
  EXPECT_EQ(read_set(options, SetPart::kTraining).samples[0].file, "/pictures/1.jpg");
}

TEST_F(MtlTest, RefusesWrongFieldsByLine) {
  EXPECT_THAT(
      wrong("a.jpg,0,0,0,1,1\n"),
      AllOf(HasSubstr("annotations.txt:2: too few fields: 6 instead of 16"), HasSubstr("cut off")));
  EXPECT_THAT(wrong(std::string("a.jpg,0,0,0,") + kUnits + "\nb.jpg,0,0,0," + kUnits + ",1\n"),
              HasSubstr("annotations.txt:3: too many fields: 17"));
  EXPECT_THAT(wrong(std::string("a.jpg,1.5,0,0,") + kUnits),
              HasSubstr(":2: valence '1.5' is outside [-1, 1]"));
  EXPECT_THAT(wrong(std::string("a.jpg,0,nan,0,") + kUnits),
              HasSubstr(":2: arousal: 'nan' is not a number"));
  EXPECT_THAT(wrong(std::string("a.jpg,0,0,8,") + kUnits),
              HasSubstr("expression '8' is outside 0 to 7"));
  EXPECT_THAT(wrong(std::string("a.jpg,0,0,happy,") + kUnits),
              HasSubstr("'happy' is not a class number"));
  EXPECT_THAT(wrong("a.jpg,0,0,0,2,0,0,0,0,0,0,0,0,0,0,0\n"), HasSubstr("AU01: '2' is not 1"));
  EXPECT_THAT(wrong(std::string(",0,0,0,") + kUnits), HasSubstr("no picture is named"));
}

TEST_F(MtlTest, RefusesNamesThatOccurTwice) {
  EXPECT_THAT(wrong(std::string("a.jpg,0,0,0,") + kUnits + "\nb.jpg,0,0,0," + kUnits +
                    "\na.jpg,0,0,1," + kUnits),
              AllOf(HasSubstr("annotations.txt:4: 'a.jpg'"), HasSubstr("line 2 has it too")));
}

TEST_F(MtlTest, RefusesListsWithoutEntries) {
  EXPECT_THAT(wrong(""), HasSubstr("has no entries"));
  EXPECT_THAT(wrong("", ""), HasSubstr("is empty"));
  EXPECT_THAT(wrong("a.jpg\n", "image\n"), HasSubstr("no label columns"));
  EXPECT_THAT(wrong("a.jpg,1\n", "image,valence\n"), HasSubstr(":1: the first line must be"));
}

TEST_F(MtlTest, SaysWhichPartIsAbsent) {
  folder_.write("training_set_annotations.txt", std::string(kMtlHeader) + "a.jpg,0,0,0," + kUnits);
  EXPECT_THAT(error_of([&] { read_set(set_at(folder_.path()), SetPart::kValidation); }),
              HasSubstr("has no validation part"));
}

TEST_F(MtlTest, TakesValidationFromElsewhere) {
  folder_.write("one.txt", std::string(kMtlHeader) + "a.jpg,0,0,0," + kUnits);
  folder_.write("two.txt", std::string(kMtlHeader) + "b.jpg,0,0,0," + kUnits);
  SetOptions options = set_at(folder_ / "one.txt");
  EXPECT_EQ(read_set(options, SetPart::kValidation).samples[0].name, "a.jpg");
  options.validation = (folder_ / "two.txt").string();
  EXPECT_EQ(read_set(options, SetPart::kTraining).samples[0].name, "a.jpg");
  EXPECT_EQ(read_set(options, SetPart::kValidation).samples[0].name, "b.jpg");
  options.validation = "none";
  EXPECT_TRUE(read_set(options, SetPart::kValidation).samples.empty());
}

TEST_F(MtlTest, ReadsTheTestListForPrediction) {
  const auto list = folder_.write("test.txt", "image\nv/1.jpg\nv/2.jpg\n");
  const SampleSet set = read_list(set_at(list), SetPart::kValidation);
  EXPECT_EQ(set.samples.size(), 2U);
  EXPECT_EQ(set.vocabulary, Vocabulary{});
  EXPECT_EQ(set.samples[1].label.expression, -1);
}

TEST_F(MtlTest, AFoldersListForPredictionIsThePartThatIsAskedFor) {
  folder_.write("training_set_annotations.txt", "image\nt/1.jpg\nt/2.jpg\n");
  folder_.write("validation_set_annotations.txt", "image\nv/1.jpg\n");
  const SetOptions options = set_at(folder_.path());
  EXPECT_EQ(read_list(options, SetPart::kTraining).samples.size(), 2U);
  EXPECT_EQ(read_list(options, SetPart::kValidation).samples.at(0).name, "v/1.jpg");
}

std::string long_list(int lines) {
  std::string text = kMtlHeader;
  for (int i = 0; i < lines; ++i) {
    text += "video_" + std::to_string(i / 500) + "/" + std::to_string(10000 + i) +
            ".jpg,0.463,-0.219,4," + kUnits + "\n";
  }
  return text;
}

// A bound that only a look at each file or quadratic work would break; the figure is in the bench.
TEST_F(MtlTest, ReadsLongListsQuickly) {
  folder_.write("training_set_annotations.txt", long_list(100000));
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(read_set(set_at(folder_.path()), SetPart::kTraining).samples.size(), 100000U);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  EXPECT_LT(spent.count(), 20);
  RecordProperty("milliseconds", static_cast<int>(1000 * spent.count()));
}

TEST(RealMtl, ReadsDiffusionferAndFerplus) {
  const auto folder = test::shared_path("data/ferplus");
  if (!folder) GTEST_SKIP() << test::kNoShared;
  SetOptions options = set_at(*folder);
  options.votes = "votes_train.csv";
  SampleSet set = read_set(options, SetPart::kTraining);
  const LabelCounts counts = count_labels(set);
  EXPECT_EQ(counts.samples, 26802);
  EXPECT_GT(counts.votes, 26000);
  EXPECT_EQ(counts.valence_arousal, 0);
  EXPECT_NO_THROW(check_pictures(set, "error", {}));
  SampleSet validation = read_set(options, SetPart::kValidation);
  EXPECT_EQ(validation.samples.size(), 3509U);
  EXPECT_NO_THROW(check_no_overlap(set, validation));
}

}  // namespace
}  // namespace mien
