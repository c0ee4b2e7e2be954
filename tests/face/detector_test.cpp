#include "mien/face/detector.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "temp_folder.h"

namespace mien {
namespace {

/// Finds the faces that it was given, whatever the picture.
class Given : public FaceDetector {
 public:
  explicit Given(std::vector<Face> faces) : faces_(std::move(faces)) {}

 private:
  double usual_confidence() const override { return 0.7; }
  std::vector<Face> find(const Image&, const DetectorOptions&) const override { return faces_; }
  std::vector<Face> faces_;
};

Face face_of(float score, float side) {
  Face face;
  face.score = score;
  face.box = {0, 0, side, side};
  return face;
}

std::vector<float> scores_of(const std::vector<Face>& faces) {
  std::vector<float> scores;
  scores.reserve(faces.size());
  for (const Face& face : faces) scores.push_back(face.score);
  return scores;
}

TEST(Detector, GivesTheBestFirstAndLeavesOutTheUncertain) {
  const Given detector({face_of(0.75F, 40), face_of(0.5F, 40), face_of(0.9F, 40)});
  EXPECT_THAT(scores_of(detector.detect(Image(8, 8))), testing::ElementsAre(0.9F, 0.75F));
  DetectorOptions options;
  options.min_confidence = 0.4;
  options.max_faces = 2;
  EXPECT_THAT(scores_of(detector.detect(Image(8, 8), options)), testing::ElementsAre(0.9F, 0.75F));
  options.max_faces = 9;
  EXPECT_THAT(scores_of(detector.detect(Image(8, 8), options)),
              testing::ElementsAre(0.9F, 0.75F, 0.5F));
}

TEST(Detector, LeavesOutTheSmall) {
  const Given detector({face_of(0.9F, 19), face_of(0.8F, 20)});
  EXPECT_THAT(scores_of(detector.detect(Image(8, 8))), testing::ElementsAre(0.8F));
}

TEST(Detector, FindsNothingInAnEmptyPicture) {
  EXPECT_THAT(Given({face_of(0.9F, 40)}).detect(Image()), testing::IsEmpty());
}

TEST(DetectorOptions, AreCheckedBeforeAnyPicture) {
  const Given detector({});
  const auto key_of = [&](const DetectorOptions& options) -> std::string {
    try {
      detector.detect(Image(8, 8), options);
    } catch (const OptionError& error) {
      return error.key();
    }
    return "";
  };
  DetectorOptions options;
  EXPECT_EQ(key_of(options), "");
  options.min_face = 3;
  EXPECT_EQ(key_of(options), "min_face");
  options = {};
  options.min_confidence = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(key_of(options), "min_confidence");
  options.min_confidence = 1.5;
  EXPECT_EQ(key_of(options), "min_confidence");
  options = {};
  options.max_faces = -1;
  EXPECT_EQ(key_of(options), "max_faces");
}

TEST(DetectorOptions, AreDescribed) {
  DetectorOptions options;
  const Fields fields = fields_of(options);
  set_option(fields, "min_face", "40");
  set_option(fields, "min_confidence", "0.9");
  set_option(fields, "max_faces", "1");
  EXPECT_EQ(options.min_face, 40);
  EXPECT_EQ(options.min_confidence, 0.9);
  EXPECT_EQ(options.max_faces, 1);
  EXPECT_THROW(set_option(fields, "min_face", "2"), OptionError);
}

TEST(MakeDetector, SaysWhatItTakes) {
  try {
    make_detector("haar");
    FAIL();
  } catch (const OptionError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("mtcnn"));
    EXPECT_THAT(error.what(), testing::HasSubstr("'haar'"));
  }
}

TEST(MakeDetector, MissingAndForeignFilesAreBadData) {
  const test::TempFolder folder;
  EXPECT_THROW(make_detector((folder / "none.onnx").string()), DataError);
  EXPECT_THROW(make_detector(folder.write("text.ONNX", "not a network").string()), DataError);
  EXPECT_THROW(make_detector(folder.write("empty.onnx", "").string()), DataError);
}

}  // namespace
}  // namespace mien
