// Class folders, single-task tracks, csv, RAF-DB, AffectNet, FER2013, and how a format is found.
#include <cstdint>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/data/pictures.h"
#include "mien/data/sets.h"
#include "mien/error.h"

#include "made_sets.h"

namespace mien {
namespace {

using test::error_of;
using test::kMtlHeader;
using test::set_at;
using test::TempFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names_of(const SampleSet& set) {
  std::vector<std::string> names;
  names.reserve(set.samples.size());
  for (const Sample& sample : set.samples) names.push_back(sample.name);
  return names;
}

std::string class_name(const SampleSet& set, std::size_t index) {
  const int expression = set.samples.at(index).label.expression;
  return expression < 0 ? "" : set.vocabulary.expressions.at(static_cast<std::size_t>(expression));
}

// ---- class folders -----------------------------------------------------------------------------

TEST(Lsd, ReadsClassFoldersByName) {
  const TempFolder folder;
  for (const char* name : {"train/HAPPINESS/b.jpg",
                           "train/HAPPINESS/a.jpg",
                           "train/ANGER/c.png",
                           "train/ANGER/notes.txt",
                           "val/ANGER/d.jpg"}) {
    folder.write(name, "x");
  }
  const SampleSet set = read_set(set_at(folder.path()), SetPart::kTraining);
  EXPECT_THAT(set.vocabulary.expressions, ElementsAre("anger", "happiness"));
  EXPECT_THAT(names_of(set),
              ElementsAre("train/ANGER/c.png", "train/HAPPINESS/a.jpg", "train/HAPPINESS/b.jpg"));
  EXPECT_EQ(class_name(set, 2), "happiness");
  EXPECT_EQ(set.samples[0].file, folder / "train/ANGER/c.png");
  EXPECT_THAT(set.notes, ElementsAre(HasSubstr("1 files")));
  EXPECT_EQ(read_set(set_at(folder.path()), SetPart::kValidation).samples.size(), 1U);
}

TEST(Lsd, RefusesUnknownAndNumberedClasses) {
  const TempFolder folder;
  folder.write("train/hapiness/a.jpg", "x");
  EXPECT_THAT(error_of([&] { read_set(set_at(folder.path()), SetPart::kTraining); }),
              AllOf(HasSubstr("unknown class 'hapiness'"), HasSubstr("'happiness'?")));
  const TempFolder numbered;
  numbered.write("train/3/a.jpg", "x");
  EXPECT_THAT(error_of([&] { read_set(set_at(numbered.path()), SetPart::kTraining); }),
              HasSubstr("is a number"));
}

TEST(Lsd, RefusesFoldersWithoutPictures) {
  const TempFolder folder;
  folder.write("train/anger/readme", "x");
  EXPECT_THAT(error_of([&] { read_set(set_at(folder.path()), SetPart::kTraining); }),
              HasSubstr("has no entries"));
}

// ---- single-task tracks ------------------------------------------------------------------------

TEST(SingleTask, ReadsValenceArousal) {
  const TempFolder folder;
  folder.write("Train_Set/v1.txt", "valence,arousal\n0.602,0.389\n-5,-5\n-0.1,0\n");
  folder.write("Train_Set/v0_left.txt", "valence,arousal\n1,-1\n");
  const SampleSet set = read_set(set_at(folder.path()), SetPart::kTraining);
  EXPECT_THAT(names_of(set),
              ElementsAre("v0_left/00001.jpg", "v1/00001.jpg", "v1/00002.jpg", "v1/00003.jpg"));
  EXPECT_FLOAT_EQ(set.samples[1].label.valence.value(), 0.602F);
  EXPECT_FALSE(set.samples[2].label.has_valence_arousal());
  EXPECT_TRUE(set.vocabulary.valence_arousal);
}

TEST(SingleTask, PassesOverFramesWithoutPicture) {
  const TempFolder folder;
  folder.write("Train_Set/v.txt", "valence,arousal\n0,0\n0.1,0\n0.2,0\n");
  folder.write("cropped_aligned/v/00002.jpg", "x");
  const SampleSet set = read_set(set_at(folder.path()), SetPart::kTraining);
  EXPECT_THAT(names_of(set), ElementsAre("v/00002.jpg"));
  EXPECT_FLOAT_EQ(set.samples[0].label.valence.value(), 0.1F);
  EXPECT_THAT(set.notes, ElementsAre(HasSubstr("2 labelled frames without a picture")));
}

TEST(SingleTask, ReadsExpressionsAndUnitsByTheirHeader) {
  const TempFolder expressions;
  expressions.write("Validation_Set/v.txt",
                    "Neutral,Anger,Disgust,Fear,Happiness,Sadness,Surprise,Other\n4\n-1\n7\n");
  const SampleSet set = read_set(set_at(expressions.path()), SetPart::kValidation);
  EXPECT_EQ(class_name(set, 0), "happiness");
  EXPECT_EQ(class_name(set, 1), "");
  EXPECT_EQ(class_name(set, 2), "other");

  const TempFolder units;
  units.write("Train_Set/v.txt", "AU1,AU2,AU12\n1,0,-1\n");
  const SampleSet coded = read_set(set_at(units.path()), SetPart::kTraining);
  EXPECT_THAT(coded.vocabulary.action_units, ElementsAre("AU01", "AU02", "AU12"));
  EXPECT_THAT(coded.samples[0].label.action_units, ElementsAre(1, 0, -1));
}

TEST(SingleTask, RefusesWrongLines) {
  const TempFolder folder;
  folder.write("Train_Set/v.txt", "valence,arousal\n0.5\n");
  EXPECT_THAT(error_of([&] { read_set(set_at(folder.path()), SetPart::kTraining); }),
              HasSubstr("v.txt:2: too few fields"));
  folder.write("Train_Set/v.txt", "AU1,AUx\n0,1\n");
  EXPECT_THAT(error_of([&] { read_set(set_at(folder.path()), SetPart::kTraining); }),
              HasSubstr("no action unit"));
  EXPECT_THAT(error_of([&] { read_set(set_at(folder.path(), "abaw-va"), SetPart::kTraining); }),
              HasSubstr("v.txt:1: the first line does not name"));
  folder.write("Train_Set/v.txt", "AU1,AU2\n0,1\n");
  folder.write("Train_Set/w.txt", "AU1,AU4\n0,1\n");
  EXPECT_THAT(error_of([&] { read_set(set_at(folder.path()), SetPart::kTraining); }),
              HasSubstr("w.txt:1: "));
}

// ---- csv ---------------------------------------------------------------------------------------

TEST(Csv, ReadsAnyColumnsByName) {
  const TempFolder folder;
  folder.write(
      "train.csv",
      "id,AU12,Expression,image,au_1,valence,arousal\r\n"
      "1,1,Happy,\"a, b.jpg\",0,0.5,-0.5\r\n2,-1,,c.jpg,,,\r\n3,0,boredom,d.jpg,1,-5,-5\r\n");
  const SampleSet set = read_set(set_at(folder.path()), SetPart::kTraining);
  EXPECT_THAT(set.vocabulary.expressions, ElementsAre("happiness", "boredom"));
  EXPECT_THAT(set.vocabulary.action_units, ElementsAre("AU01", "AU12"));
  EXPECT_TRUE(set.vocabulary.valence_arousal);
  EXPECT_THAT(names_of(set), ElementsAre("a, b.jpg", "c.jpg", "d.jpg"));
  EXPECT_THAT(set.samples[0].label.action_units, ElementsAre(0, 1));
  EXPECT_THAT(set.samples[1].label.action_units, ElementsAre(-1, -1));
  EXPECT_EQ(class_name(set, 1), "");
  EXPECT_EQ(class_name(set, 2), "boredom");
  EXPECT_FALSE(set.samples[2].label.has_valence_arousal());
  EXPECT_EQ(set.samples[0].file, folder / "a, b.jpg");
  EXPECT_THAT(set.notes, ElementsAre(HasSubstr("id")));
}

TEST(Csv, RefusesWrongRowsAndHeaders) {
  const TempFolder folder;
  const auto wrong = [&](const std::string& text) {
    const auto list = folder.write("list.csv", text);
    return error_of([&] { read_set(set_at(list, "csv"), SetPart::kTraining); });
  };
  EXPECT_THAT(wrong("image,expression\na.jpg,sadnes\n"),
              HasSubstr("list.csv:2: unknown class 'sadnes'"));
  EXPECT_THAT(wrong("image,expression\na.jpg,4\n"), HasSubstr("list.csv:2: class '4' is a number"));
  EXPECT_THAT(wrong("image,valence\na.jpg,2\n"), HasSubstr("list.csv:2: valence '2' is outside"));
  EXPECT_THAT(wrong("image,AU1,AU01\na.jpg,1,1\n"), HasSubstr("'AU01' is there twice"));
  EXPECT_THAT(wrong("picture,AU1\na.jpg,1\n"), HasSubstr("no column 'image'"));
  EXPECT_THAT(wrong("image,AU1\na.jpg\n"), HasSubstr("list.csv:2: too few fields"));
  EXPECT_THAT(wrong("image,AU1\na.jpg,1\n\nb.jpg,1\n"), HasSubstr("list.csv:3: too few fields"));
  EXPECT_THAT(wrong("image,AU1\na.jpg,1\na.jpg,1\n"),
              HasSubstr("list.csv:3: 'a.jpg' is in the list twice"));
  EXPECT_THAT(wrong("image\na.jpg\n"), HasSubstr("no label columns"));
}

// ---- RAF-DB ------------------------------------------------------------------------------------

TEST(RafDb, ReadsItsListAndAlignedPictures) {
  const TempFolder folder;
  folder.write("EmoLabel/list_patition_label.txt",
               "train_00001.jpg 5\ntest_0001.jpg 7\ntrain_00002.jpg 1\n");
  folder.write("Image/aligned/train_00001_aligned.jpg", "x");
  const SampleSet set = read_set(set_at(folder.path()), SetPart::kTraining);
  EXPECT_THAT(names_of(set), ElementsAre("train_00001.jpg", "train_00002.jpg"));
  EXPECT_EQ(class_name(set, 0), "sadness");
  EXPECT_EQ(class_name(set, 1), "surprise");
  EXPECT_EQ(set.samples[0].file, folder / "Image/aligned/train_00001_aligned.jpg");
  EXPECT_EQ(class_name(read_set(set_at(folder.path()), SetPart::kValidation), 0), "neutral");
}

TEST(RafDb, RefusesWrongLines) {
  const TempFolder folder;
  const auto wrong = [&](const std::string& text) {
    folder.write("list_patition_label.txt", text);
    return error_of([&] { read_set(set_at(folder.path()), SetPart::kTraining); });
  };
  EXPECT_THAT(wrong("train_1.jpg 8\n"), HasSubstr(":1: class '8' is not a number from 1 to 7"));
  EXPECT_THAT(wrong("train_1.jpg\n"), HasSubstr(":1: too few fields"));
  EXPECT_THAT(wrong("picture.jpg 1\n"), HasSubstr("must begin with train_ or test_"));
}

// ---- AffectNet ---------------------------------------------------------------------------------

TEST(AffectNet, ReadsTheOlderLists) {
  const TempFolder folder;
  const std::string header =
      "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,"
      "valence,arousal\n";
  folder.write(
      "training.csv",
      header + "1/a.jpg,2,3,4,5,\"1;2\",1,0.7,-0.1\n2/b.jpg,NULL,NULL,NULL,NULL,,10,-2,-2\n");
  folder.write("Manually_Annotated_Images/1/a.jpg", "x");
  const SampleSet set = read_set(set_at(folder.path()), SetPart::kTraining);
  EXPECT_EQ(class_name(set, 0), "happiness");
  EXPECT_FLOAT_EQ(set.samples[0].label.valence.value(), 0.7F);
  EXPECT_EQ(set.samples[0].box.height, 5);
  EXPECT_EQ(set.samples[0].file, folder / "Manually_Annotated_Images/1/a.jpg");
  EXPECT_EQ(class_name(set, 1), "");
  EXPECT_FALSE(set.samples[1].label.has_valence_arousal());
  EXPECT_EQ(set.samples[1].box.width, 0);
  folder.write("training.csv", header + "1/a.jpg,2,3,4,5,,11,0,0\n");
  EXPECT_THAT(error_of([&] { read_set(set_at(folder.path()), SetPart::kTraining); }),
              HasSubstr("training.csv:2: "));
}

/// A .npy file of one value.
std::string npy(const std::string& type,
                const std::string& value,
                const std::string& shape = "()") {
  std::string header =
      "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
  header.resize(118, ' ');
  header.back() = '\n';
  return std::string("\x93NUMPY\x01\x00", 8) + std::string("\x76\x00", 2) + header + value;
}

std::string as_text(const std::string& digits) {
  std::string wide;
  for (const char c : digits) wide += std::string(1, c) + std::string(3, '\0');
  return wide;
}

TEST(AffectNet, ReadsTheNewerFolders) {
  const TempFolder folder;
  const double valence = -0.25;
  folder.write("train_set/images/17.jpg", "x");
  folder.write("train_set/annotations/17_exp.npy", npy("<U1", as_text("7")));
  folder.write("train_set/annotations/17_val.npy",
               npy("<f8", std::string(reinterpret_cast<const char*>(&valence), sizeof(valence))));
  folder.write("train_set/annotations/17_aro.npy", npy("<U5", as_text("0.125"), "(1,)"));
  const SampleSet set = read_set(set_at(folder.path()), SetPart::kTraining);
  EXPECT_EQ(class_name(set, 0), "contempt");
  EXPECT_FLOAT_EQ(set.samples[0].label.valence.value(), -0.25F);
  EXPECT_FLOAT_EQ(set.samples[0].label.arousal.value(), 0.125F);
  const auto wrong = [&](const std::string& bytes) {
    folder.write("train_set/annotations/17_exp.npy", bytes);
    return error_of([&] { read_set(set_at(folder.path()), SetPart::kTraining); });
  };
  EXPECT_THAT(wrong("what"), HasSubstr("17_exp.npy: is not a .npy file"));
  EXPECT_THAT(wrong(npy("<U1", as_text("x"))), HasSubstr("no number"));
  EXPECT_THAT(wrong(npy("|O", "abc")), HasSubstr("the type '|O'"));
  EXPECT_THAT(wrong(npy("<f8", "123")), HasSubstr("wrong length"));
  EXPECT_THAT(wrong(npy("<f8", std::string(16, '\0'), "(2,)")), HasSubstr("more than one value"));
  EXPECT_THAT(wrong(npy("<U1", as_text("9")).substr(0, 40)), HasSubstr("cut off"));
}

// ---- FER2013 -----------------------------------------------------------------------------------

std::string grey_row(int value, int side) {
  std::string text;
  for (int i = 0; i < side * side; ++i) text += (i == 0 ? "" : " ") + std::to_string(value);
  return text;
}

TEST(Fer2013, ReadsPixelRows) {
  const TempFolder folder;
  folder.write("fer2013.csv",
               "emotion,pixels,Usage\n0," + grey_row(7, 4) + ",Training\n3,\"" + grey_row(250, 4) +
                   "\",PublicTest\n6," + grey_row(9, 4) + ",Training\n");
  const SampleSet set = read_set(set_at(folder.path()), SetPart::kTraining);
  ASSERT_EQ(set.samples.size(), 2U);
  EXPECT_EQ(class_name(set, 0), "anger");
  EXPECT_EQ(class_name(set, 1), "neutral");
  EXPECT_EQ(read_picture(set.samples[1]).pixels, std::vector<std::uint8_t>(48, 9));
  const SampleSet validation = read_set(set_at(folder.path()), SetPart::kValidation);
  EXPECT_EQ(class_name(validation, 0), "happiness");
  EXPECT_EQ(read_picture(validation.samples.at(0)).pixels, std::vector<std::uint8_t>(48, 250));
}

TEST(Fer2013, TakesFerPlusVotesByRow) {
  const TempFolder folder;
  folder.write("fer2013.csv", "emotion,pixels,Usage\n0,1,Training\n1,2,PublicTest\n2,3,Training\n");
  folder.write(
      "fer2013new.csv",
      "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"
      "Training,fer0000000.png,0,0,0,1,0,0,0,3,1,0\nPublicTest,x,9,0,0,0,0,0,0,0,1,0\n"
      "Training,y,2,2,0,0,0,0,0,0,1,0\n");
  SetOptions options = set_at(folder.path());
  options.votes = "fer2013new.csv";
  const SampleSet set = read_set(options, SetPart::kTraining);
  EXPECT_EQ(class_name(set, 0), "other");
  EXPECT_FLOAT_EQ(set.samples[0].label.expression_distribution.at(7), 0.75F);
  EXPECT_EQ(class_name(set, 1), "");  // a tie
  EXPECT_EQ(class_name(read_set(options, SetPart::kValidation), 0), "neutral");
}

TEST(Fer2013, RefusesWrongRows) {
  const TempFolder folder;
  const auto wrong = [&](const std::string& rows) {
    folder.write("fer2013.csv", "emotion,pixels,Usage\n" + rows);
    return error_of([&] {
      for (const Sample& sample : read_set(set_at(folder.path()), SetPart::kTraining).samples)
        read_picture(sample);
    });
  };
  EXPECT_THAT(wrong("7,1,Training\n"), HasSubstr("outside 0 to 6"));
  EXPECT_THAT(wrong("1,1,Trainings\n"), HasSubstr(":2: usage"));
  EXPECT_THAT(wrong("1,1 2 3,Training\n"), HasSubstr("make no square"));
  EXPECT_THAT(wrong("1,256,Training\n"), HasSubstr("above 255"));
}

// ---- finding the format ------------------------------------------------------------------------

TEST(Auto, SaysWhatItLookedFor) {
  const TempFolder folder;
  folder.write("readme.md", "x");
  EXPECT_THAT(
      error_of([&] { read_set(set_at(folder.path()), SetPart::kTraining); }),
      AllOf(HasSubstr("cannot tell its format"), HasSubstr("fer2013"), HasSubstr("data.format")));
  EXPECT_THAT(error_of([&] { read_set(set_at(folder / "absent"), SetPart::kTraining); }),
              HasSubstr("no such folder or list"));
}

TEST(Auto, SaysWhenTwoFormatsFit) {
  const TempFolder folder;
  folder.write("train/anger/a.jpg", "x");
  folder.write("training_set_annotations.txt", kMtlHeader);
  EXPECT_THAT(
      error_of([&] { set_format(set_at(folder.path())); }),
      AllOf(HasSubstr("more than one format"), HasSubstr("abaw-mtl"), HasSubstr("abaw-lsd")));
  EXPECT_EQ(set_format(set_at(folder.path(), "abaw-lsd")), "abaw-lsd");
}

TEST(Auto, TakesAffectNetForItself) {
  const TempFolder folder;
  folder.write("train_set/images/1.jpg", "x");
  folder.write("train_set/annotations/1_exp.npy", "x");
  EXPECT_EQ(set_format(set_at(folder.path())), "affectnet");
}

TEST(ReadList, TakesAFolderOfPictures) {
  const TempFolder folder;
  for (const char* name : {"b.jpg", "sub/a.png", "LICENSE"}) folder.write(name, "x");
  const SampleSet set = read_list(set_at(folder.path()), SetPart::kValidation);
  EXPECT_THAT(names_of(set), ElementsAre("b.jpg", "sub/a.png"));
  EXPECT_THAT(set.notes, ElementsAre(HasSubstr("1 files that are no pictures")));
  const TempFolder bare;
  EXPECT_THAT(error_of([&] { read_list(set_at(bare.path()), SetPart::kValidation); }),
              HasSubstr("has no pictures"));
}

TEST(SetOptionsTest, AreChecked) {
  EXPECT_THROW(read_set({}, SetPart::kTraining), OptionError);
  SetOptions options = set_at("x", "abaw");
  EXPECT_THROW(options.check(), OptionError);
  options = set_at("x");
  options.weight = -1;
  EXPECT_THROW(options.check(), OptionError);
}

}  // namespace
}  // namespace mien
