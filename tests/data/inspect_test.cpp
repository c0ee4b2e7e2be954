#include "mien/data/inspect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/affect/vocabulary.h"
#include "mien/error.h"

#include "made_sets.h"

namespace mien {
namespace {

using test::set_at;
using test::TempFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class InspectTest : public testing::Test {
 protected:
  /// One picture a name, with a list line that says its expression.
  void write_part(const std::string& list,
                  const std::vector<std::pair<std::string, int>>& pictures) {
    std::string text = "image,expression,AU45\n";
    for (const auto& [name, number] : pictures) {
      text += name + "," + (number % 2 == 0 ? "contempt" : "fear") + ",1\n";
      std::filesystem::create_directories((folder_ / ("cropped_aligned/" + name)).parent_path());
      write_image(folder_ / ("cropped_aligned/" + name), test::numbered_picture(number));
    }
    folder_.write(list, text);
  }
  SetInspection inspect() {
    return inspect_set(
        set_at(folder_.path()), {abaw_mtl_vocabulary(), default_renames()}, {}, stop_);
  }
  TempFolder folder_;
  StopFlag stop_;
};

TEST_F(InspectTest, CountsAndMaps) {
  write_part("train.csv", {{"a/1.png", 1}, {"a/2.png", 2}, {"b/3.png", 3}});
  write_part("val.csv", {{"c/4.png", 4}});
  const SetInspection found = inspect();
  EXPECT_TRUE(found.sound());
  EXPECT_EQ(found.format, "csv");
  ASSERT_EQ(found.parts.size(), 2U);
  EXPECT_EQ(found.parts[0].counts.samples, 3);
  EXPECT_EQ(found.pictures_checked, 4);
  ASSERT_EQ(found.expressions.size(), 2U);
  EXPECT_EQ(found.expressions[0].from, "fear");
  EXPECT_EQ(found.expressions[0].to, "fear");
  EXPECT_EQ(found.expressions[0].labels, 2);
  EXPECT_EQ(found.expressions[1].from, "contempt");
  EXPECT_EQ(found.expressions[1].to, "other");
  EXPECT_EQ(found.expressions[1].labels, 2);
  ASSERT_EQ(found.action_units.size(), 1U);
  EXPECT_EQ(found.action_units[0].to, "");
  EXPECT_EQ(found.action_units[0].labels, 4);
  EXPECT_THAT(found.shared_folders, IsEmpty());
}

TEST_F(InspectTest, FindsBadPicturesAndDuplicates) {
  write_part("train.csv", {{"a/1.png", 1}, {"a/2.png", 2}, {"a/3.png", 3}, {"a/4.png", 3}});
  write_part("val.csv", {{"a/5.png", 2}, {"b/6.png", 6}, {"b/7.png", 7}});
  std::filesystem::remove(folder_ / "cropped_aligned/a/1.png");
  folder_.write("cropped_aligned/b/6.png", "broken");
  const SetInspection found = inspect();
  EXPECT_FALSE(found.sound());
  ASSERT_EQ(found.missing.size(), 1U);
  EXPECT_EQ(found.missing[0].name, "a/1.png");
  ASSERT_EQ(found.unreadable.size(), 1U);
  EXPECT_EQ(found.unreadable[0].name, "b/6.png");
  EXPECT_EQ(found.unreadable[0].part, SetPart::kValidation);
  ASSERT_EQ(found.duplicates.size(), 1U);
  EXPECT_EQ(found.duplicates[0].training, "a/2.png");
  EXPECT_EQ(found.duplicates[0].validation, "a/5.png");
  EXPECT_EQ(found.training_duplicates, 1);
  EXPECT_EQ(found.validation_duplicates, 0);
  EXPECT_THAT(found.shared_folders, ElementsAre("a"));
}

TEST_F(InspectTest, ReportsAPartThatCannotBeRead) {
  write_part("train.csv", {{"a/1.png", 1}});
  folder_.write("val.csv", "image,expression\nx.png\n");
  const SetInspection found = inspect();
  EXPECT_FALSE(found.sound());
  EXPECT_THAT(found.list_errors, ElementsAre(HasSubstr("val.csv:2: too few fields")));
  folder_.write("train.csv", "image,expression\nx.png\n");
  EXPECT_THROW(inspect(), DataError);
}

TEST_F(InspectTest, TakesASetWithOnePart) {
  write_part("val.csv", {{"a/1.png", 1}});
  const SetInspection found = inspect();
  EXPECT_TRUE(found.sound());
  ASSERT_EQ(found.parts.size(), 1U);
  EXPECT_EQ(found.parts[0].part, SetPart::kValidation);
}

TEST_F(InspectTest, StopsOnRequest) {
  write_part("train.csv", {{"a/1.png", 1}});
  stop_.request();
  try {
    inspect();
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInterrupted);
  }
}

TEST(SharedFolders, TakesTheSidesOfAVideoAsOne) {
  SampleSet training{"t", {}, {}};
  SampleSet validation{"v", {}, {}};
  for (const char* name : {"v1_left/00001.jpg", "v2/00001.jpg", "alone.jpg"})
    training.samples.push_back({name, "", {}});
  for (const char* name : {"v1_right/00001.jpg", "v3/00001.jpg", "alone2.jpg"})
    validation.samples.push_back({name, "", {}});
  EXPECT_THAT(shared_folders(training, validation), ElementsAre("v1"));
}

}  // namespace
}  // namespace mien
