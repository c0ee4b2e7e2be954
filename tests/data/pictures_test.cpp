#include "mien/data/pictures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "made_sets.h"

namespace mien {
namespace {

using test::error_of;
using test::made_set;
using test::TempFolder;
using testing::AllOf;
using testing::HasSubstr;

TEST(ReadPicture, CutsToTheBox) {
  const TempFolder folder;
  SampleSet set = made_set(folder, 1);
  set.samples[0].box = {4, 2, 5, 6};
  const Image cut = read_picture(set.samples[0]);
  EXPECT_EQ(cut, crop(test::numbered_picture(0), 4, 2, 5, 6));
  set.samples[0].box = {12, -3, 100, 100};  // what lies outside is left away
  const Image clipped = read_picture(set.samples[0]);
  EXPECT_EQ(clipped.width, 4);
  EXPECT_EQ(clipped.height, 16);
  set.samples[0].box = {500, 500, 10, 10};
  EXPECT_EQ(read_picture(set.samples[0]).width, 1);
}

TEST(GreySquare, IsStrict) {
  EXPECT_EQ(parse_grey_square("1 2 3 4,Training", "f").pixels,
            (std::vector<std::uint8_t>{1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4}));
  EXPECT_THROW(parse_grey_square("1 2 3", "f"), DataError);
  EXPECT_THROW(parse_grey_square("", "f"), DataError);
  EXPECT_THROW(parse_grey_square("1 2 3 999999999999", "f"), DataError);
}

class CheckPictures : public testing::Test {
 protected:
  void remove(std::size_t index) { std::filesystem::remove(set_.samples[index].file); }
  TempFolder folder_;
  SampleSet set_ = made_set(folder_, 40);
};

TEST_F(CheckPictures, AcceptsWhatIsThere) {
  check_pictures(set_, "error", {});
  EXPECT_EQ(set_.samples.size(), 40U);
}

TEST_F(CheckPictures, NamesTheFirstFewAndTheCount) {
  for (std::size_t i = 3; i < 10; ++i) remove(i);
  EXPECT_THAT(error_of([&] { check_pictures(set_, "error", {}); }),
              AllOf(HasSubstr("set: 7 of 40 pictures are missing"),
                    HasSubstr("3.png"),
                    HasSubstr("7.png, ..."),
                    Not(HasSubstr("8.png"))));
}

TEST_F(CheckPictures, SkipsAndSaysSo) {
  remove(0);
  remove(39);
  std::string said;
  EventSink events;
  events.message = [&](MessageLevel level, const std::string& text) {
    EXPECT_EQ(level, MessageLevel::kWarning);
    said = text;
  };
  check_pictures(set_, "skip", events);
  EXPECT_EQ(set_.samples.size(), 38U);
  EXPECT_EQ(set_.samples[0].name, "set/1.png");
  EXPECT_THAT(said, HasSubstr("2 of 40 pictures are missing"));
}

TEST_F(CheckPictures, LooksAtSmallFoldersToo) {
  SampleSet small = made_set(folder_, 2, "small");
  std::filesystem::remove(small.samples[1].file);
  EXPECT_THAT(error_of([&] { check_pictures(small, "error", {}); }), HasSubstr("1 of 2"));
}

TEST_F(CheckPictures, RefusesToSkipEverything) {
  std::filesystem::remove_all(folder_ / "set");
  EXPECT_THAT(error_of([&] { check_pictures(set_, "skip", {}); }), HasSubstr("Nothing is left"));
  EXPECT_THROW(check_pictures(set_, "ignore", {}), OptionError);
}

TEST(CheckNoOverlap, FindsOneFileUnderTwoSpellings) {
  const TempFolder folder;
  const SampleSet training = made_set(folder, 5);
  SampleSet validation{"val", training.vocabulary, {}};
  EXPECT_NO_THROW(check_no_overlap(training, validation));
  Sample same = training.samples[2];
  same.name = "other name";
  same.file = folder / "set/../set/./2.png";
  validation.samples.push_back(same);
  EXPECT_THAT(error_of([&] { check_no_overlap(training, validation); }),
              AllOf(HasSubstr("val: 1 pictures are in set too"), HasSubstr("other name")));
}

TEST(CheckNoOverlap, TellsRowsOfOneFileApart) {
  SampleSet training{"t", {}, {}};
  training.samples.push_back({"a", "fer2013.csv", {}, {}, 10});
  SampleSet validation{"v", {}, {}};
  validation.samples.push_back({"b", "fer2013.csv", {}, {}, 99});
  EXPECT_NO_THROW(check_no_overlap(training, validation));
  validation.samples.push_back({"c", "fer2013.csv", {}, {}, 10});
  EXPECT_THROW(check_no_overlap(training, validation), DataError);
}

}  // namespace
}  // namespace mien
