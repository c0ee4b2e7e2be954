#include "mien/infer/ensemble.h"

#include <cmath>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <limits>
#include <numeric>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "mien/core/files.h"
#include "mien/error.h"

#include "patterns.h"
#include "readings.h"
#include "tensor_checks.h"
#include "tiny_network.h"

namespace mien {
namespace {

using test::face_in;
using test::largest_difference;
using test::pattern;
using test::same;
using test::save_tiny;
using test::TinyNetwork;
using testing::AllOf;
using testing::DoubleEq;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr double kExact = 1e-5;

InputOptions plain_input() {
  InputOptions input;
  input.size = 8;
  input.mean = {0.5, 0.5, 0.5};
  input.deviation = {0.25, 0.25, 0.25};
  return input;
}

/// 16 x 8: the left half black, the right one red.
Image black_and_red() {
  Image image(16, 8);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 8; x < image.width; ++x) image.row(y)[static_cast<std::size_t>(x) * 3] = 255;
  }
  return image;
}

/// The values along the middle row of a plane, 2 for a full colour, -2 for none.
std::vector<float> row_of(const at::Tensor& picture, std::int64_t plane) {
  constexpr std::ptrdiff_t kSide = 8;
  const float* row = picture.const_data_ptr<float>() + (plane * kSide + kSide / 2) * kSide;
  return {row, row + kSide};
}

TEST(FaceTensor, IsWhatTheBoxHolds) {
  const Image image = black_and_red();
  const std::vector<float> none(8, -2);
  const std::vector<float> full(8, 2);
  const auto crop_of = [&](const Box& box) {
    return face_tensor(image, face_in(box), plain_input(), false);
  };
  const at::Tensor red = crop_of({8, 0, 8, 8});
  EXPECT_EQ(red.sizes(), (std::vector<std::int64_t>{3, 8, 8}));
  EXPECT_LE(largest_difference(row_of(red, 0), full), 0.02);
  EXPECT_LE(largest_difference(row_of(red, 1), none), 0.02);
  EXPECT_LE(largest_difference(row_of(red, 2), none), 0.02);
  EXPECT_LE(largest_difference(row_of(crop_of({0, 0, 8, 8}), 0), none), 0.02);
  EXPECT_LE(largest_difference(row_of(crop_of({4, 0, 8, 8}), 0), {-2, -2, -2, -2, 2, 2, 2, 2}),
            0.02);
}

TEST(FaceTensor, OfAWholePictureIsAllOfIt) {
  const Image image = black_and_red();
  const at::Tensor picture = face_tensor(image, face_in({8, 0, 8, 8}), plain_input(), true);
  EXPECT_TRUE(test::near(picture, tensor_from_image(image, plain_input()), 0));
  const std::vector<float> row = row_of(picture, 0);
  EXPECT_NEAR(row[0], -2, 0.02);
  EXPECT_NEAR(row[7], 2, 0.02);
}

TEST(FaceTensor, RefusesWhatCannotBeCut) {
  const Image image = black_and_red();
  InputOptions input = plain_input();
  EXPECT_THROW(face_tensor(image, face_in({5, 5, 0, 0}), input, false), UsageError);
  EXPECT_THROW(face_tensor(Image(), face_in({0, 0, 8, 8}), input, false), UsageError);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(face_tensor(image, face_in({0, 0, nan, nan}), input, false), UsageError);
  input.crop = "aligned";
  EXPECT_THROW(face_tensor(image, face_in({0, 0, 8, 8}), input, false), UsageError);
}

struct Answer {
  std::vector<FaceReading> faces;
  std::vector<std::vector<float>> features;
};

std::vector<FacePlace> places_of(const Image& image, std::vector<FaceReading>& faces) {
  std::vector<FacePlace> places;
  places.reserve(faces.size());
  for (FaceReading& face : faces) places.push_back({&image, &face});
  return places;
}

Answer read(const Ensemble& ensemble, const Image& image, std::vector<FaceReading> faces) {
  auto features = ensemble.read(places_of(image, faces));
  return {std::move(faces), std::move(features)};
}

class EnsembleTest : public testing::Test {
 protected:
  static EnsembleOptions on_cpu() { return {"cpu", "float32", false}; }
  /// Squares of the picture, the last one partly beyond its edge.
  static std::vector<FaceReading> faces() {
    return {face_in({0, 0, 32, 32}),
            face_in({32, 0, 32, 32}),
            face_in({50, 14, 40, 40}),
            face_in({-8, 30, 32, 32})};
  }
  Answer answer(const std::vector<std::string>& files) const {
    return read(Ensemble(files, on_cpu()), image_, faces());
  }
  std::string save(const std::string& name, int seed, std::int64_t size = 32) const {
    TinyNetwork tiny;
    tiny.seed = seed;
    tiny.input.size = size;
    return save_tiny(folder_, name, tiny);
  }
  /// An ensemble's file of those two, the first of which counts three times.
  std::string three_to_one(const std::string& first, const std::string& second) const {
    const std::filesystem::path path = folder_ / "both.toml";
    EnsembleFile file;
    file.vocabulary = TinyNetwork().vocabulary;
    file.members = {{member_name(path, first), sha256_of_file(first), 3},
                    {member_name(path, second), sha256_of_file(second), 1}};
    write_ensemble_file(path, file);
    return path.string();
  }

  test::TempFolder folder_;
  std::string file_ = save("a", 1);
  Image image_ = pattern(96, 64, 7);
};

TEST_F(EnsembleTest, ReadsEachFaceOfABatchAsAlone) {
  const Ensemble ensemble({file_}, on_cpu());
  const Answer all = read(ensemble, image_, faces());
  ASSERT_EQ(all.features.size(), 4U);
  for (std::size_t i = 0; i < all.faces.size(); ++i) {
    const Answer alone = read(ensemble, image_, {faces()[i]});
    EXPECT_TRUE(same(alone.faces[0].prediction, all.faces[i].prediction)) << i;
    EXPECT_LE(largest_difference(alone.features.at(0), all.features[i]), 1e-3) << i;
    EXPECT_EQ(all.faces[i].box, faces()[i].box);
    const std::vector<float>& expression = all.faces[i].prediction.expression;
    ASSERT_EQ(expression.size(), 3U);
    EXPECT_NEAR(std::accumulate(expression.begin(), expression.end(), 0.0), 1, kExact);
  }
  EXPECT_GT(largest_difference(all.features[0], all.features[1]), 0.01) << "all read the same";
  EXPECT_GT(largest_difference(all.features[0], all.features[3]), 0.01);
}

TEST_F(EnsembleTest, ReadsFacesOfSeveralPictures) {
  const Ensemble ensemble({file_}, on_cpu());
  const Image other = pattern(40, 40, 8);
  std::vector<FaceReading> read_faces = {
      face_in({0, 0, 32, 32}), face_in({0, 0, 32, 32}), face_in({32, 0, 32, 32})};
  const std::vector<FacePlace> places = {
      {&image_, &read_faces[2]}, {&other, &read_faces[0]}, {&image_, &read_faces[1]}};
  ensemble.read(places);
  const Answer here = read(ensemble, image_, faces());
  EXPECT_TRUE(same(read_faces[2].prediction, here.faces[1].prediction));
  EXPECT_TRUE(same(read_faces[1].prediction, here.faces[0].prediction));
  EXPECT_FALSE(same(read_faces[0].prediction, here.faces[0].prediction));
}

TEST_F(EnsembleTest, ReadsNoFaces) {
  EXPECT_TRUE(Ensemble({file_}, on_cpu()).read({}).empty());
}

TEST_F(EnsembleTest, EachNetworkSeesFacesAsItLearnedThem) {
  const std::string large = save("b", 2, 48);
  const std::string third = save("c", 3);
  const Answer a = answer({file_});
  const Answer b = answer({large});
  const Answer c = answer({third});
  for (const auto& [files, parts] :
       {std::pair{std::vector{file_, large, third}, std::vector{&a, &b, &c}},
        std::pair{std::vector{large, third, file_}, std::vector{&b, &c, &a}}}) {
    const Answer all = answer(files);
    for (std::size_t i = 0; i < all.faces.size(); ++i) {
      std::vector<float> features;
      double valence = 0;
      for (const Answer* part : parts) {
        features.insert(features.end(), part->features[i].begin(), part->features[i].end());
        valence += static_cast<double>(part->faces[i].prediction.valence.value()) / 3;
      }
      EXPECT_LE(largest_difference(all.features[i], features), kExact) << i;
      EXPECT_NEAR(all.faces[i].prediction.valence.value(), valence, kExact) << i;
    }
  }
}

TEST_F(EnsembleTest, AnEnsemblesFileKeepsItsWeightsAndCountsOnceBesideOthers) {
  const std::string second = save("b", 2);
  const std::string third = save("c", 3);
  const std::string both = three_to_one(file_, second);
  const Answer a = answer({file_});
  const Answer b = answer({second});
  const Answer c = answer({third});
  const Answer of_two = answer({both});
  const Answer of_all = answer({both, third});
  for (std::size_t i = 0; i < a.faces.size(); ++i) {
    const auto valence = [&](const Answer& one) {
      return static_cast<double>(one.faces[i].prediction.valence.value());
    };
    const auto happy = [&](const Answer& one) {
      return static_cast<double>(one.faces[i].prediction.expression.at(1));
    };
    EXPECT_NEAR(valence(of_two), (3 * valence(a) + valence(b)) / 4, kExact);
    EXPECT_NEAR(happy(of_two), (3 * happy(a) + happy(b)) / 4, kExact);
    EXPECT_NEAR(valence(of_all), (valence(of_two) + valence(c)) / 2, kExact);
    EXPECT_NEAR(happy(of_all), (happy(of_two) + happy(c)) / 2, kExact);
    EXPECT_EQ(of_two.features[i].size(), 64U);
    EXPECT_EQ(of_all.features[i].size(), 96U);
  }
}

TEST_F(EnsembleTest, EachNetworkHasItsOwnTemperature) {
  TinyNetwork tuned;  // the weights of the first
  tuned.temperature = 2;
  const std::string warm = save_tiny(folder_, "warm", tuned);
  const Prediction cold = answer({file_}).faces[0].prediction;
  const Prediction alone = answer({warm}).faces[0].prediction;
  const Prediction both = answer({file_, warm}).faces[0].prediction;
  double sum = 0;
  for (const float p : cold.expression) sum += std::sqrt(static_cast<double>(p));
  for (std::size_t k = 0; k < cold.expression.size(); ++k) {
    const auto p = static_cast<double>(cold.expression[k]);
    EXPECT_NEAR(alone.expression[k], std::sqrt(p) / sum, kExact);
    EXPECT_NEAR(both.expression[k], (p + std::sqrt(p) / sum) / 2, kExact);
  }
  EXPECT_GT(largest_difference(cold.expression, alone.expression), 1e-3);
  EXPECT_LE(largest_difference(cold.action_units, alone.action_units), kExact);
}

TEST_F(EnsembleTest, SpeaksOfAllClassesAndUnits) {
  const Ensemble first({file_}, on_cpu());
  EXPECT_EQ(first.vocabulary(), TinyNetwork().vocabulary);
  EXPECT_THAT(first.thresholds(), ElementsAre(0.5, 0.5));
  TinyNetwork other;
  other.vocabulary = {{"happiness", "fear"}, {"AU12", "AU25"}, false};
  other.thresholds = {0.2, 0.3};
  const Ensemble both({file_, save_tiny(folder_, "other", other)}, on_cpu());
  EXPECT_EQ(
      both.vocabulary(),
      (Vocabulary{{"neutral", "happiness", "anger", "fear"}, {"AU01", "AU12", "AU25"}, true}));
  EXPECT_THAT(both.thresholds(), ElementsAre(DoubleEq(0.5), DoubleEq(0.35), DoubleEq(0.3)));
}

TEST_F(EnsembleTest, WholePicturesAreReadWithoutTheirBoxes) {
  EnsembleOptions whole = on_cpu();
  whole.whole_pictures = true;
  const Ensemble crops({file_}, whole);
  const Image face = pattern(32, 32, 3);
  const Answer two = read(crops, face, {face_in({1, 2, 3, 4}), face_in({0, 0, 0, 0})});
  const Answer box = read(Ensemble({file_}, on_cpu()), face, {face_in({0, 0, 32, 32})});
  EXPECT_TRUE(same(two.faces[0].prediction, box.faces[0].prediction));
  EXPECT_TRUE(same(two.faces[1].prediction, box.faces[0].prediction));
}

TEST_F(EnsembleTest, InBfloat16NearlyTheSame) {
  EnsembleOptions options = on_cpu();
  options.precision = "bfloat16";
  const Answer rough = read(Ensemble({file_}, options), image_, faces());
  const Answer fine = answer({file_});
  for (std::size_t i = 0; i < fine.faces.size(); ++i) {
    EXPECT_LE(largest_difference(rough.features[i], fine.features[i]), 0.25) << i;
    EXPECT_GT(largest_difference(rough.features[i], fine.features[i]), 1e-5) << "it was not used";
  }
}

TEST_F(EnsembleTest, FromSeveralThreadsTheSame) {
  const Ensemble ensemble({file_, save("b", 2, 48)}, on_cpu());
  const Answer expected = read(ensemble, image_, faces());
  std::vector<std::vector<Answer>> answers(4);
  std::vector<std::jthread> threads;
  threads.reserve(answers.size());
  for (std::vector<Answer>& own : answers) {
    threads.emplace_back([&] {
      for (int i = 0; i < 8; ++i) own.push_back(read(ensemble, image_, faces()));
    });
  }
  for (std::jthread& thread : threads) thread.join();
  for (const std::vector<Answer>& own : answers) {
    for (const Answer& each : own) {
      EXPECT_TRUE(same(each.faces, expected.faces));
      for (std::size_t i = 0; i < expected.features.size(); ++i) {
        EXPECT_LE(largest_difference(each.features.at(i), expected.features[i]), 1e-3);
      }
    }
  }
}

TEST_F(EnsembleTest, AFaceThatCannotBeReadLeavesAllAsTheyWere) {
  const Ensemble ensemble({file_}, on_cpu());
  std::vector<FaceReading> mixed = faces();
  mixed[2].box = {5, 5, 0, 0};
  for (FaceReading& face : mixed) face.prediction.valence = 7.0F;
  EXPECT_THROW(ensemble.read(places_of(image_, mixed)), UsageError);
  for (const FaceReading& face : mixed) {
    EXPECT_EQ(face.prediction.valence, 7.0F);
    EXPECT_TRUE(face.prediction.expression.empty());
  }
  mixed[2].box = faces()[2].box;
  EXPECT_TRUE(same(read(ensemble, image_, mixed).faces, answer({file_}).faces));
}

/// While it lives the process gets little more memory than it has.
class LittleMemory {
 public:
  explicit LittleMemory(rlim_t more) {
    rlim_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    getrlimit(RLIMIT_AS, &before_);
    const rlimit limit{pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + more, before_.rlim_max};
    setrlimit(RLIMIT_AS, &limit);
  }
  ~LittleMemory() { setrlimit(RLIMIT_AS, &before_); }
  LittleMemory(const LittleMemory&) = delete;
  LittleMemory& operator=(const LittleMemory&) = delete;

 private:
  rlimit before_{};
};

TEST_F(EnsembleTest, SaysHowManyFacesWereTooManyForTheMemory) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer takes all addresses for itself";
#endif
  constexpr std::size_t kFaces = 50'000;  // 614 MB of pictures
  const Ensemble ensemble({file_}, on_cpu());
  FaceReading face = face_in({0, 0, 32, 32});
  const std::vector<FacePlace> places(kFaces, {&image_, &face});
  std::string message;
  {
    const LittleMemory limit(rlim_t{128} << 20);
    try {
      ensemble.read(places);
    } catch (const FailureError& error) {
      message = error.what();
    }
  }
  EXPECT_THAT(message,
              AllOf(HasSubstr("50000 faces"), HasSubstr("failed: "), Not(HasSubstr("\n"))));
  EXPECT_TRUE(same(read(ensemble, image_, faces()).faces, answer({file_}).faces));
}

TEST_F(EnsembleTest, RefusesWhatCannotBe) {
  EXPECT_THROW(Ensemble(std::vector<std::string>(), on_cpu()), UsageError);
  EXPECT_THROW(Ensemble({file_, (folder_ / "none.safetensors").string()}, on_cpu()), DataError);
  EXPECT_THROW(Ensemble({file_}, {"abacus", "float32", false}), UsageError);
  EXPECT_THROW(Ensemble({file_}, {"cpu", "half", false}), UsageError);
  TinyNetwork unlabelled;
  unlabelled.name = "mae";
  unlabelled.vocabulary = {};
  const std::string mae = save_tiny(folder_, "mae", unlabelled);
  try {
    const Ensemble ensemble({file_, mae}, on_cpu());
    FAIL() << "it reads nothing";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("mae"));
  }
}

}  // namespace
}  // namespace mien
