#include "mien/infer/analyser.h"

#include <numeric>
#include <thread>

#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/affect/calibration.h"
#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/input/face_crop.h"
#include "mien/nn/ensemble.h"

#include "../face/faces.h"
#include "readings.h"
#include "tiny_network.h"

namespace mien {
namespace {

using test::options_with;
using test::same;
using test::save_tiny;
using test::TinyNetwork;

/// The woman, as she is, mirrored, smaller and beside herself.
std::vector<Image> pictures() {
  const Image one = test::astronaut();
  const Image other = resize(flip_horizontal(one), 400, 400, Interpolation::kBilinear);
  Image both(one.width + other.width, one.height);
  for (int y = 0; y < one.height; ++y) {
    std::copy_n(one.row(y), one.row_bytes(), both.row(y));
    if (y < other.height)
      std::copy_n(other.row(y), other.row_bytes(), both.row(y) + one.row_bytes());
  }
  return {one, other, Image(64, 64), both};
}

class AnalyserTest : public testing::Test {
 protected:
  test::TempFolder folder_;
  std::string file_ = save_tiny(folder_, "a");
};

TEST_F(AnalyserTest, FindsAndReads) {
  const Analyser analyser(options_with({file_}));
  const auto readings = analyser.analyse(pictures());
  ASSERT_EQ(readings.size(), 4U);
  ASSERT_EQ(readings[0].size(), 1U);
  ASSERT_EQ(readings[1].size(), 1U);
  EXPECT_TRUE(readings[2].empty());
  ASSERT_EQ(readings[3].size(), 2U);
  const FaceReading& face = readings[0][0];
  EXPECT_GT(overlap_of_union(face.box, test::astronaut_face().box), 0.6);
  EXPECT_GT(face.confidence, 0.9);
  EXPECT_TRUE(face.landmarks.has_value());
  EXPECT_LT(face.pose.value().misfit, 0.2);
  EXPECT_GT(face.quality.value(), 0.1);
  EXPECT_EQ(face.face_id, 0);
  EXPECT_TRUE(face.prediction.valence.has_value());
  ASSERT_EQ(face.prediction.expression.size(), 3U);
  EXPECT_EQ(face.prediction.action_units.size(), 2U);
  const auto& expression = face.prediction.expression;
  EXPECT_NEAR(std::accumulate(expression.begin(), expression.end(), 0.0), 1, 1e-5);
}

TEST_F(AnalyserTest, AFaceReadsTheSameAloneAndInABatch) {
  const std::vector<Image> images = pictures();
  AnalyserOptions options = options_with({file_});
  const auto together = Analyser(options).analyse(images);
  options.batch = 1;
  const Analyser alone(options);
  for (std::size_t i = 0; i < images.size(); ++i) {
    EXPECT_TRUE(same(alone.analyse(std::span(images).subspan(i, 1))[0], together[i])) << i;
  }
  // Her face and its mirror image do not read the same: the test can see a difference.
  EXPECT_FALSE(same(together[0][0].prediction, together[1][0].prediction));
}

TEST_F(AnalyserTest, TheSameOnOneThreadAndTwoAndFromSeveralAtOnce) {
  const std::vector<Image> images = pictures();
  const Analyser analyser(options_with({file_}));
  const int before = at::get_num_threads();
  at::set_num_threads(1);
  const auto expected = analyser.analyse(images);
  at::set_num_threads(2);
  const auto two = analyser.analyse(images);
  at::set_num_threads(before);
  std::vector<std::vector<std::vector<FaceReading>>> results(3);
  std::vector<std::thread> threads;
  threads.reserve(results.size());
  for (auto& result : results) {
    threads.emplace_back([&] { result = analyser.analyse(images); });
  }
  for (std::thread& thread : threads) thread.join();
  results.push_back(two);
  for (const auto& result : results) {
    for (std::size_t i = 0; i < images.size(); ++i) EXPECT_TRUE(same(result[i], expected[i])) << i;
  }
}

TEST_F(AnalyserTest, ACropReadsAsTheFaceThatItIsOf) {
  for (const char* crop : {"box", "aligned"}) {
    TinyNetwork tiny;
    tiny.input.crop = crop;
    tiny.input.margin = 0.2;
    const std::string file = save_tiny(folder_, crop, tiny);
    const Image image = test::astronaut();
    const FaceReading face = Analyser(options_with({file})).analyse(std::span(&image, 1))[0].at(0);
    AnalyserOptions options = options_with({file});
    options.detector = "none";
    const Image part = face_crop(image, face.box, face.landmarks, tiny.input);
    const auto readings = Analyser(options).analyse(std::span(&part, 1));
    ASSERT_EQ(readings[0].size(), 1U);
    EXPECT_TRUE(same(readings[0][0].prediction, face.prediction)) << crop;
    EXPECT_EQ(readings[0][0].box, (Box{0, 0, 32, 32}));
    EXPECT_EQ(readings[0][0].confidence, 1);
    EXPECT_FALSE(readings[0][0].landmarks.has_value());
    EXPECT_FALSE(readings[0][0].quality.has_value());
  }
}

TEST_F(AnalyserTest, SeveralNetworksGiveTheirMean) {
  TinyNetwork other;
  other.seed = 2;
  other.input.size = 48;  // gets crops of its own
  other.input.margin = 0.3;
  other.vocabulary = {{"happiness", "neutral", "anger"}, {"AU12", "AU25"}, false};
  other.thresholds = {0.3, 0.7};
  const std::string second = save_tiny(folder_, "b", other);
  const Image image = test::astronaut();
  const auto read = [&](const std::vector<std::string>& files) {
    return Analyser(options_with(files)).analyse(std::span(&image, 1))[0].at(0).prediction;
  };
  const Prediction a = read({file_});
  const Prediction b = read({second});
  const Prediction both = read({file_, second});
  EXPECT_EQ(both.valence, a.valence);
  EXPECT_NEAR(both.expression[0], (a.expression[0] + b.expression[1]) / 2, 1e-5);
  EXPECT_NEAR(both.expression[1], (a.expression[1] + b.expression[0]) / 2, 1e-5);
  EXPECT_NEAR(both.action_units[1], (a.action_units[1] + b.action_units[0]) / 2, 1e-5);
  EXPECT_NEAR(both.action_units[2], b.action_units[1], 1e-5);
  const Analyser analyser(options_with({file_, second}));
  EXPECT_THAT(analyser.vocabulary().action_units, testing::ElementsAre("AU01", "AU12", "AU25"));
  EXPECT_THAT(analyser.thresholds(), testing::ElementsAre(0.5, 0.4, 0.7));
}

TEST_F(AnalyserTest, AnEnsemblesFileReadsAsItsMembers) {
  TinyNetwork other;
  other.seed = 2;
  other.input.size = 48;
  const std::string second = save_tiny(folder_, "b", other);
  const std::filesystem::path path = folder_ / "both.toml";
  EnsembleFile file;
  file.vocabulary = other.vocabulary;
  for (const std::string& weights : {file_, second}) {
    file.members.push_back({member_name(path, weights), sha256_of_file(weights)});
  }
  write_ensemble_file(path, file);
  const Image image = test::astronaut();
  const auto read = [&](const std::vector<std::string>& files) {
    return Analyser(options_with(files)).analyse(std::span(&image, 1))[0].at(0).prediction;
  };
  const Prediction together = read({path.string()});
  EXPECT_TRUE(same(together, read({file_, second})));
  // Beside another network the ensemble counts once, not as often as it has members.
  const Prediction first = read({file_});
  EXPECT_NEAR(read({path.string(), file_}).valence.value(),
              (together.valence.value() + first.valence.value()) / 2,
              1e-5);
  file.card.temperature = 0.5;
  file.card.thresholds = {0.25, 0.75};
  write_ensemble_file(path, file);
  const Analyser tuned(options_with({path.string()}));
  EXPECT_EQ(tuned.thresholds(), file.card.thresholds);
  std::vector<float> sharper = together.expression;
  apply_temperature(sharper, 0.5);
  const Prediction read_tuned = tuned.analyse(std::span(&image, 1))[0].at(0).prediction;
  for (std::size_t k = 0; k < sharper.size(); ++k) {
    EXPECT_NEAR(read_tuned.expression[k], sharper[k], 1e-5);
  }
}

TEST_F(AnalyserTest, FeaturesOfEachFace) {
  TinyNetwork other;
  other.seed = 2;
  const Analyser analyser(options_with({file_, save_tiny(folder_, "b", other)}));
  const std::vector<Image> images = pictures();
  std::vector<std::vector<FaceReading>> faces;
  std::vector<PictureFaces> places;
  faces.reserve(images.size());
  for (const Image& image : images) {
    faces.push_back(analyser.detect(image));
    EXPECT_TRUE(faces.back().empty() || faces.back()[0].prediction.expression.empty());
    places.push_back({&image, &faces.back()});
  }
  const auto features = analyser.read(places);
  ASSERT_EQ(features.size(), 4U);
  EXPECT_TRUE(features[2].empty());
  ASSERT_EQ(features[3].size(), 2U);
  for (const FaceFeatures& each : features[3]) EXPECT_EQ(each.size(), 64U);  // two networks' 32
  EXPECT_GT(test::largest_difference(features[3][0], features[3][1]), 1e-3);
  EXPECT_EQ(faces[3][1].prediction.expression.size(), 3U);
}

TEST_F(AnalyserTest, FollowsAFaceThatMoved) {
  const Analyser analyser(options_with({file_}));
  const Image image = test::astronaut();
  const std::vector<FaceReading> before = analyser.detect(image);
  for (const int step : {0, 5, 10}) {
    const Image moved = crop(image, step, step / 2, 480, 480);
    const std::vector<FaceReading> after = analyser.follow(moved, before);
    ASSERT_EQ(after.size(), 1U) << step;
    EXPECT_GT(overlap_of_union(after[0].box, analyser.detect(moved).at(0).box), 0.8) << step;
    EXPECT_TRUE(after[0].pose.has_value());
  }
  EXPECT_TRUE(analyser.follow(Image(512, 512), before).empty());
  EXPECT_TRUE(analyser.follow(Image(20, 20), before).empty());
  EXPECT_TRUE(analyser.follow(image, {}).empty());
  // Two boxes about one face are one face.
  EXPECT_EQ(analyser.follow(image, {before[0], before[0]}).size(), 1U);
}

TEST_F(AnalyserTest, EmptyPictures) {
  AnalyserOptions options = options_with({file_});
  EXPECT_TRUE(Analyser(options).analyse({}).empty());
  const Image nothing;
  EXPECT_TRUE(Analyser(options).analyse(std::span(&nothing, 1))[0].empty());
  options.detector = "none";
  EXPECT_TRUE(Analyser(options).analyse(std::span(&nothing, 1))[0].empty());
}

TEST_F(AnalyserTest, RefusesWhatCannotBe) {
  EXPECT_THROW(Analyser(options_with({(folder_ / "none.safetensors").string()})), DataError);
  AnalyserOptions options = options_with({file_});
  options.detector = "nose";
  EXPECT_THROW(Analyser{options}, OptionError);
  options = options_with({file_});
  options.batch = 0;
  EXPECT_THROW(Analyser{options}, OptionError);
  options = options_with({file_});
  options.device = "abacus";
  EXPECT_THROW(Analyser{options}, UsageError);
  options = options_with({file_});
  options.faces.min_face = 1;
  EXPECT_THROW(Analyser{options}, OptionError);
}

TEST_F(AnalyserTest, WithoutANetworkFacesAreFoundAndNotRead) {
  const Analyser analyser(options_with({}));
  EXPECT_TRUE(analyser.vocabulary().expressions.empty());
  EXPECT_TRUE(analyser.thresholds().empty());
  const auto readings = analyser.analyse(pictures());
  ASSERT_EQ(readings[3].size(), 2U);
  EXPECT_TRUE(readings[3][0].landmarks.has_value());
  EXPECT_FALSE(readings[3][0].prediction.valence.has_value());
  std::vector<FaceReading> faces = readings[3];
  const Image image = pictures()[3];
  const PictureFaces places{&image, &faces};
  const auto features = analyser.read({&places, 1});
  ASSERT_EQ(features.size(), 1U);
  EXPECT_EQ(features[0], std::vector<FaceFeatures>(2));
}

TEST_F(AnalyserTest, OptionsAreDescribed) {
  AnalyserOptions options;
  const Fields fields = fields_of(options);
  set_option(fields, "model", "a,b");
  set_option(fields, "min_face", "33");
  EXPECT_EQ(options.model.size(), 2U);
  EXPECT_EQ(options.faces.min_face, 33);
}

}  // namespace
}  // namespace mien
