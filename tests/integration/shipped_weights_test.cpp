// The weights in models/: what their cards say of them is what the files give.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/core/files.h"
#include "mien/core/text.h"

#include "small_runs.h"

namespace mien::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using Json = nlohmann::json;

constexpr std::uintmax_t kLargest = 40'000'000;  // bytes: a repository carries them for ever
constexpr const char* kRuntime = " --device cpu --precision float32 --threads 1 -q";
/// Processors round otherwise. One other answer among the few faces of a rare class or unit moves
/// a mean by about a point; another file's scores are far off.
constexpr double kTolerance = 3.0;

/// The one weights file of models/ whose name begins so.
fs::path shipped(const std::string& begin) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(fs::path(kSourceDir) / "models")) {
    const std::string name = entry.path().filename().string();
    if (name.rfind(begin, 0) == 0 && entry.path().extension() == ".safetensors") {
      found.push_back(entry.path());
    }
  }
  EXPECT_EQ(found.size(), 1U) << begin;
  return found.empty() ? fs::path() : found.front();
}

std::string card_of(const fs::path& weights) {
  return read_file(fs::path(weights).replace_extension(".md"));
}

/// "| `key` | 12.3 |" rows of a card.
std::map<std::string, double> figures_of(const std::string& card) {
  std::map<std::string, double> figures;
  std::istringstream lines(card);
  for (std::string line; std::getline(lines, line);) {
    const std::vector<std::string_view> cells = split(line, '|');
    if (cells.size() != 4) continue;
    const std::string_view key = trim(cells[1]);
    const std::optional<double> value = parse_double(trim(cells[2]));
    if (key.size() > 2 && key.front() == '`' && value) {
      figures[std::string(key.substr(1, key.size() - 2))] = *value;
    }
  }
  return figures;
}

class ShippedWeights : public SmallRuns {
 protected:
  /// What the program prints; it has to succeed.
  static std::string said(const std::string& words) {
    const ProgramResult result = mien(words);
    EXPECT_EQ(result.code, 0) << result.err;
    return result.out;
  }
  static Json header_of(const fs::path& file) {
    return Json::parse(said("info --json " + file.string())).at("header");
  }
  /// The faces that the cards' figures are of.
  void draw_card_faces() const {
    said("data synth -q --seed 7 --training 0 --validation 150 --missing 0 -o " + path("faces"));
  }
};

TEST_F(ShippedWeights, AreSmallAndWhatTheirListOfHashesSays) {
  std::istringstream list(read_file(fs::path(kSourceDir) / "models/SHA256SUMS"));
  std::map<std::string, std::string> hashes;
  for (std::string hash, name; list >> hash >> name;) hashes[name] = hash;
  EXPECT_EQ(hashes.size(), 2U);
  for (const char* begin : {"emma-", "mae-"}) {
    const fs::path file = shipped(begin);
    EXPECT_LE(fs::file_size(file), kLargest) << file;
    const std::string hash = sha256_of_file(file);
    EXPECT_EQ(hashes[file.filename().string()], hash) << file;
    EXPECT_THAT(card_of(file), HasSubstr(hash)) << file;
  }
}

TEST_F(ShippedWeights, InfoShowsTheirCards) {
  for (const char* begin : {"emma-", "mae-"}) {
    const fs::path file = shipped(begin);
    EXPECT_THAT(said("info " + file.string()), HasSubstr(card_of(file))) << file;
  }
}

TEST_F(ShippedWeights, GiveEverythingThatARowHas) {
  const Json header = header_of(shipped("emma-"));
  const Json& vocabulary = header.at("mien.vocabulary");
  EXPECT_EQ(header.at("mien.model").at("name"), "emma");
  EXPECT_EQ(vocabulary.at("expressions").size(), 8U);
  EXPECT_EQ(vocabulary.at("action_units").size(), 12U);
  EXPECT_EQ(vocabulary.at("valence_arousal"), true);
  EXPECT_EQ(header.at("mien.card").at("thresholds").size(), 12U) << "mien tune has fitted them";
}

TEST_F(ShippedWeights, HaveTheScoresOnDrawnFacesThatTheirCardSays) {
  draw_card_faces();
  const fs::path file = shipped("emma-");
  const std::map<std::string, double> figures = figures_of(card_of(file));
  EXPECT_EQ(figures.size(), 4U);
  const Json scores = Json::parse(said("evaluate " + file.string() + " --data " + path("faces") +
                                       " --json -o " + path("scores.json") + kRuntime))
                          .at("pooled");
  for (const char* key : {"ccc_valence", "ccc_arousal", "expression_f1", "action_unit_f1"}) {
    ASSERT_EQ(figures.count(key), 1U) << key;
    EXPECT_NEAR(figures.at(key), 100 * scores.at(key).get<double>(), kTolerance) << key;
  }
}

TEST_F(ShippedWeights, ReadWhereNoNetworkIsNamed) {
  draw_card_faces();
  said("read " + path("faces/cropped_aligned") + " --recursive --no-detect -o " + path("out") +
       kRuntime);
  const std::string rows = read_file(folder_ / "out/pictures.csv");
  EXPECT_THAT(rows, HasSubstr("AU12_c"));
  EXPECT_EQ(std::count(rows.begin(), rows.end(), '\n'), 151);
}

TEST_F(ShippedWeights, TheEncoderPaintsWhatIsHiddenAndCanBeTrainedFrom) {
  draw_card_faces();
  const fs::path file = shipped("mae-");
  const Json header = header_of(file);
  const auto size = header.at("mien.model").at("vit").get<std::string>();
  EXPECT_EQ(header.at("mien.model").at("name"), "mae");
  EXPECT_EQ(size, header_of(shipped("emma-")).at("mien.model").at("vit").get<std::string>())
      << "the network beside it could not have started from it";
  said("reconstruct " + file.string() + " " + path("faces/cropped_aligned/valid_001/00001.jpg") +
       " -o " + path("painted") + kRuntime);
  EXPECT_TRUE(fs::exists(folder_ / "painted/00001.mae.png"));
  said("data synth -q --training 32 --validation 16 -o " + path("few"));
  said("train vit --recipe vit-small --model.vit=" + size +
       " --input.size=" + std::to_string(header.at("mien.input").at("size").get<int>()) +
       " --optim.epochs=1 --optim.batch=16 --data " + path("few") + " --backbone " + file.string() +
       " -o " + path("run") + " --device cpu --threads 1 -q");
  EXPECT_TRUE(fs::exists(folder_ / "run/best.safetensors"));
}

}  // namespace
}  // namespace mien::test
