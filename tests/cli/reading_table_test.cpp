#include "mien/cli/reading_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

FrameReading one_face() {
  FaceReading face;
  face.face_id = 3;
  face.box = {10.4F, 20.6F, 30, 40};
  face.quality = 0.456;
  face.prediction.valence = 1.5F;
  face.prediction.arousal = -0.25F;
  face.prediction.expression = {0.2F, 0.8F};
  face.prediction.action_units = {0.5F, 0.49F, 0.7F};
  FrameReading frame;
  frame.input = "a.jpg";
  frame.faces = {face};
  return frame;
}

const OverlayOptions kNames{{{"neutral", "happiness"}, {"AU01", "AU06", "AU12"}, true}, {}};

TEST(ReadingTable, SaysWhatAFaceShows) {
  const std::string text = reading_table(one_face(), kNames);
  for (const char* part :
       {"happiness", "80%", "+1.00", "-0.25", "01 12", "0.46", "30x40 at 10,21", "3"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(ReadingTable, UsesTheThresholdsOfTheWeights) {
  OverlayOptions names = kNames;
  names.thresholds = {0.9, 0.9, 0.9};
  EXPECT_THAT(reading_table(one_face(), names), HasSubstr("none"));
}

TEST(ReadingTable, LeavesOutWhatTheNetworkDoesNotGive) {
  FrameReading frame = one_face();
  frame.faces[0].prediction = {};
  frame.faces[0].prediction.expression = {0.9F, 0.1F};
  const std::string text = reading_table(frame, {{{"neutral", "happiness"}, {}, false}, {}});
  EXPECT_THAT(text, HasSubstr("neutral"));
  EXPECT_THAT(text, Not(HasSubstr("valence")));
  EXPECT_THAT(text, Not(HasSubstr("units")));
}

TEST(ReadingTable, SaysWhereThereIsNoFace) {
  FrameReading frame;
  frame.input = "sea.jpg";
  EXPECT_EQ(reading_table(frame, kNames), "no face in sea.jpg");
}

}  // namespace
}  // namespace mien::cli
