// Foreign bytes in every parser: random, and good files with bytes changed, cut out or repeated.
// Whatever comes, the answer is a set or a mien::Error.
#include <gtest/gtest.h>

#include "mien/core/random.h"
#include "mien/data/npy.h"
#include "mien/data/pictures.h"
#include "mien/data/votes.h"
#include "mien/error.h"

#include "made_sets.h"

namespace mien {
namespace {

using test::TempFolder;

std::string random_bytes(RandomStream& random) {
  std::string bytes(static_cast<std::size_t>(random.below(300)), '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.below(256));
  return bytes;
}

std::string mutated(std::string text, RandomStream& random) {
  static const std::string kTelling = ",\"\n\r-.0123456789eEnN \t;\xFF";
  for (std::int64_t edits = 1 + random.below(4); edits > 0 && !text.empty(); --edits) {
    const auto at = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(text.size())));
    switch (random.below(4)) {
      case 0:
        text[at] = static_cast<char>(random.below(256));
        break;
      case 1:
        text[at] = kTelling[static_cast<std::size_t>(
            random.below(static_cast<std::int64_t>(kTelling.size())))];
        break;
      case 2:
        text.erase(at, static_cast<std::size_t>(random.below(20)));
        break;
      default:
        text.insert(at, text.substr(at, static_cast<std::size_t>(random.below(20))));
    }
  }
  return text;
}

/// Calls `parse` on many damaged texts; counts those that were refused.
template <typename Parse>
int refused(const std::string& good, const Parse& parse) {
  RandomStream random(11);
  int count = 0;
  for (int round = 0; round < 400; ++round) {
    const std::string text = round % 4 == 0 ? random_bytes(random) : mutated(good, random);
    try {
      parse(text);
    } catch (const Error&) {
      ++count;
    }
  }
  return count;
}

struct Case {
  std::string format;
  std::string file;
  std::string text;
};

class Readers : public testing::TestWithParam<Case> {};

TEST_P(Readers, RefuseOrRead) {
  const TempFolder folder;
  const auto& [format, file, good] = GetParam();
  folder.write(file, good);
  const SetOptions options = test::set_at(folder.path(), format);
  ASSERT_NO_THROW(read_set(options, SetPart::kTraining));
  EXPECT_GT(refused(good,
                    [&](const std::string& text) {
                      folder.write(file, text);
                      const SampleSet set = read_set(options, SetPart::kTraining);
                      map_set(set, abaw_mtl_vocabulary(), {});
                      if (format == "fer2013") {
                        for (const Sample& sample : set.samples) read_picture(sample);
                      }
                    }),
            100);
}

INSTANTIATE_TEST_SUITE_P(
    Formats,
    Readers,
    testing::Values(
        Case{"abaw-mtl",
             "training_set_annotations.txt",
             "image,valence,arousal,expression,aus\nv/1.jpg,0.46,-0.21,4,0,0,0,1,1,1,1,0,-1,0,1,0\n"
             "v/2.jpg,-5,-5,-1,0,0,0,1,1,1,1,0,-1,0,1,0\n"},
        Case{"abaw-va", "Train_Set/v.txt", "valence,arousal\n0.602,0.389\n-5,-5\n0.1,-0.3\n"},
        Case{"abaw-expr", "Train_Set/v.txt", "Neutral,Anger,Disgust,Fear,Happiness\n4\n-1\n0\n2\n"},
        Case{"abaw-au", "Train_Set/v.txt", "AU1,AU2,AU12\n1,0,-1\n0,0,1\n"},
        Case{"csv",
             "train.csv",
             "image,expression,AU12,valence,arousal\n\"a, "
             "\"\"b\"\".jpg\",fear,1,0.5,-0.5\nc.jpg,joy,,-5,-5\n"},
        Case{"rafdb",
             "list_patition_label.txt",
             "train_00001.jpg 5\ntest_0001.jpg 7\ntrain_00002.jpg 1\n"},
        Case{"affectnet",
             "training.csv",
             "subDirectory_filePath,face_x,face_y,face_width,face_height,expression,valence,"
             "arousal\n"
             "1/a.jpg,2,3,4,5,1,0.7,-0.1\n2/b.jpg,NULL,NULL,NULL,NULL,10,-2,-2\n"},
        Case{"fer2013",
             "fer2013.csv",
             "emotion,pixels,Usage\n0,1 2 3 4,Training\n3,\"5 6 7 8\",PublicTest\n6,0 0 0 "
             "0,Training\n"}),
    [](const auto& tested) {
      std::string name = tested.param.format;
      for (char& c : name) c = c == '-' ? '_' : c;
      return name;
    });

TEST(Fuzz, AutoDetection) {
  const TempFolder folder;
  EXPECT_GT(refused("image,expression\na.jpg,fear\n",
                    [&](const std::string& text) {
                      for (const char* name : {"list.csv", "list.txt"}) {
                        read_list(test::set_at(folder.write(name, text)), SetPart::kValidation);
                      }
                    }),
            100);
}

TEST(Fuzz, Votes) {
  const TempFolder folder;
  EXPECT_GT(
      refused("image,neutral,anger,contempt,unknown,NF\nset/0.png,1,2,3,4,5\nset/1.png,0,0,0,1,9\n",
              [&](const std::string& text) {
                SampleSet set = test::label_set(2);
                apply_votes(set, folder.write("votes.csv", text));
                for (const Sample& sample : set.samples) {
                  for (const float share : sample.label.expression_distribution)
                    ASSERT_GE(share, 0.0F);
                }
              }),
      100);
}

TEST(Fuzz, Npy) {
  std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (), }";
  header.resize(118, ' ');
  const std::string good =
      std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + std::string(8, '\0');
  EXPECT_DOUBLE_EQ(parse_npy_number(good, "f"), 0.0);
  EXPECT_GT(refused(good, [](const std::string& text) { parse_npy_number(text, "f"); }), 100);
}

TEST(Fuzz, GreySquares) {
  EXPECT_GT(
      refused("1 2 3 4 5 6 7 8 255", [](const std::string& text) { parse_grey_square(text, "f"); }),
      100);
}

}  // namespace
}  // namespace mien
