#include "mien/report/overlay.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/report/affect_look.h"

#include "readings.h"

namespace mien {
namespace {

using test::frame_with;
using test::kSmallVocabulary;

constexpr std::uint8_t kBackground = 128;

Image grey(int width, int height) {
  Image image(width, height);
  std::fill(image.pixels.begin(), image.pixels.end(), kBackground);
  return image;
}

FaceReading face_at(std::int64_t id, const Box& box) {
  FaceReading face;
  face.face_id = id;
  face.box = box;
  face.prediction = test::small_prediction();
  return face;
}

Image drawn(Image image, const std::vector<FaceReading>& faces) {
  Overlay({kSmallVocabulary, {}}).draw(image, frame_with("a", 0, faces));
  return image;
}

std::int64_t count_pixels(const Image& image, Rgb colour) {
  std::int64_t count = 0;
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
    count += image.pixels[i] == colour.red && image.pixels[i + 1] == colour.green &&
             image.pixels[i + 2] == colour.blue;
  }
  return count;
}

Rgb pixel_at(const Image& image, int x, int y) {
  const std::uint8_t* pixel = image.row(y) + std::ptrdiff_t{3} * x;
  return {pixel[0], pixel[1], pixel[2]};
}

bool same(Rgb a, Rgb b) {
  return a.red == b.red && a.green == b.green && a.blue == b.blue;
}

TEST(Overlay, NothingIsDrawnWithoutFaces) {
  EXPECT_EQ(drawn(grey(64, 48), {}), grey(64, 48));
}

TEST(Overlay, TheBoxHasThePersonsColourAndTheFaceIsLeftFree) {
  const Image image = drawn(grey(1280, 720), {face_at(2, {600, 300, 200, 200})});
  EXPECT_TRUE(same(pixel_at(image, 600, 400), person_colour(2)));
  EXPECT_TRUE(same(pixel_at(image, 799, 400), person_colour(2)));
  EXPECT_TRUE(same(pixel_at(image, 700, 499), person_colour(2)));
  EXPECT_TRUE(same(pixel_at(image, 700, 400), {kBackground, kBackground, kBackground}));
  EXPECT_TRUE(same(pixel_at(image, 100, 100), {kBackground, kBackground, kBackground}));
}

TEST(Overlay, APresentUnitIsColouredAndAnAbsentOneIsNot) {
  FaceReading face = face_at(1, {500, 300, 200, 200});
  face.prediction.action_units = {0.1F, 0.1F};
  const Image absent = drawn(grey(1280, 720), {face});
  face.prediction.action_units = {0.9F, 0.9F};
  const Image present = drawn(grey(1280, 720), {face});
  const Rgb bar = mixed(person_colour(1), {255, 255, 255}, 0.35);
  EXPECT_GT(count_pixels(present, bar), count_pixels(absent, bar) + 500);
}

TEST(Overlay, ThresholdsDecideWhatIsPresent) {
  const FaceReading face = face_at(1, {500, 300, 200, 200});  // 0.5 and 0.4375
  Image low = grey(1280, 720);
  Image high = grey(1280, 720);
  Overlay({kSmallVocabulary, {0.4, 0.4}}).draw(low, frame_with("a", 0, {face}));
  Overlay({kSmallVocabulary, {0.6, 0.6}}).draw(high, frame_with("a", 0, {face}));
  const Rgb bar = mixed(person_colour(1), {255, 255, 255}, 0.35);
  EXPECT_GT(count_pixels(low, bar), count_pixels(high, bar) + 200);
}

TEST(Overlay, ShowsTheAdjustedReading) {
  FaceReading face = face_at(1, {500, 300, 200, 200});
  const Image raw = drawn(grey(1280, 720), {face});
  face.adjusted = face.prediction;
  EXPECT_EQ(drawn(grey(1280, 720), {face}), raw);
  face.adjusted->valence = -0.75F;
  EXPECT_NE(drawn(grey(1280, 720), {face}), raw);
}

TEST(Overlay, AnUntrustworthyFaceIsMarked) {
  FaceReading face = face_at(1, {500, 300, 200, 200});
  face.quality = 0.21;
  const Image sure = drawn(grey(1280, 720), {face});
  face.quality = 0.19;
  EXPECT_LT(count_pixels(drawn(grey(1280, 720), {face}), person_colour(1)),
            count_pixels(sure, person_colour(1)) - 1000);
}

TEST(Overlay, TakesAnySizeOfPictureAndFace) {
  for (const int side : {1, 3, 16, 40, 112, 240, 2160}) {
    const auto s = static_cast<float>(side);
    EXPECT_NO_THROW(drawn(grey(side, side),
                          {face_at(1, {0, 0, s, s}),
                           face_at(12345678, {s / 2, s / 2, 20, 20}),
                           face_at(3, {-s, -s, s, s}),
                           face_at(4, {5 * s, 5 * s, s, s}),
                           face_at(5, {0, 0, 0, 0})}))
        << side;
  }
  EXPECT_NO_THROW(drawn(Image(), {face_at(1, {0, 0, 10, 10})}));
}

TEST(Overlay, TakesNumbersThatAreNone) {
  const float infinity = std::numeric_limits<float>::infinity();
  FaceReading face = face_at(1, {NAN, -infinity, infinity, 1e30F});
  face.prediction = {NAN, infinity, {NAN, 0.5F}, {-infinity, NAN}};
  EXPECT_NO_THROW(drawn(grey(320, 240), {face}));
}

TEST(Overlay, ShowsWhatANetworkGives) {
  for (const Vocabulary& vocabulary : {Vocabulary{{"anger"}, {}, false},
                                       Vocabulary{{}, {"AU01"}, false},
                                       Vocabulary{{}, {}, true},
                                       Vocabulary{}}) {
    FaceReading face;
    face.box = {500, 300, 200, 200};
    if (vocabulary.valence_arousal) face.prediction = {0.5F, 0.5F, {}, {}};
    face.prediction.expression.assign(vocabulary.expressions.size(), 1.0F);
    face.prediction.action_units.assign(vocabulary.action_units.size(), 1.0F);
    Image image = grey(1280, 720);
    Overlay({vocabulary, {}}).draw(image, frame_with("a", 0, {face}));
    EXPECT_NE(image, grey(1280, 720));
  }
}

TEST(Overlay, LengthsMustAgree) {
  EXPECT_THROW(Overlay({kSmallVocabulary, {0.5}}), UsageError);
  FaceReading face = face_at(1, {10, 10, 50, 50});
  face.prediction.expression = {1.0F};
  EXPECT_THROW(drawn(grey(100, 100), {face}), UsageError);
}

}  // namespace
}  // namespace mien
