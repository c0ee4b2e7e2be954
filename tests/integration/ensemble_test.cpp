// Ensembles and soups as a user makes and uses them.
#include <filesystem>
#include <string>

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/core/files.h"
#include "mien/nn/weights.h"

#include "small_runs.h"

namespace mien::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kCpu = " --device cpu --precision float32 --threads 1 -q";

class EnsembleCommands : public SmallRuns {
 protected:
  void train_two() {
    draw();
    ASSERT_EQ(mien(vit("a") + " --train.keep=every:1 -q").code, 0);
    std::string second = vit("b", "1") + " --train.seed=2 -q";
    const std::string size = "--input.size=32";
    second.replace(second.find(size), size.size(), "--input.size=40");
    ASSERT_EQ(mien(second).code, 0);
  }
  /// The rows of predictions.csv of these weights.
  std::string predicted(const std::string& weights) const {
    const std::string out = path("out-" + std::filesystem::path(weights).stem().string());
    const ProgramResult result =
        mien("predict " + path(weights) + " --data " +
             path("faces/validation_set_annotations.txt") + " -o " + out + kCpu);
    EXPECT_EQ(result.code, 0) << result.err;
    return read_file(out + "/predictions.csv");
  }
  /// The first number of the first row: a valence.
  static double first_valence(const std::string& csv) {
    const std::size_t row = csv.find('\n') + 1;
    return std::stod(csv.substr(csv.find(',', row) + 1));
  }
};

TEST_F(EnsembleCommands, AnswerLikeWeights) {
  train_two();
  if (HasFatalFailure()) return;
  const std::string words = "ensemble " + path("a") + "@epoch=2..3 " + path("b") + " -o ";
  const ProgramResult plain = mien(words + path("plain.toml") + kCpu);
  ASSERT_EQ(plain.code, 0) << plain.err;
  const ProgramResult made = mien(words + path("ens.toml") + " --data " + path("faces") + kCpu);
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(read_file(path("plain.toml")), read_file(path("ens.toml")));
  EXPECT_THAT(made.out, AllOf(HasSubstr("mean scores of 3 networks"), HasSubstr("VA CCC")));

  const ProgramResult scores =
      mien("evaluate " + path("ens.toml") + " --data " + path("faces") + " --json" + kCpu);
  ASSERT_EQ(scores.code, 0) << scores.err;
  EXPECT_EQ(nlohmann::json::parse(scores.out)["pooled"]["samples"], 24);
  EXPECT_TRUE(std::filesystem::exists(path("ens.evaluation.json")));
  const double mean = (first_valence(predicted("a/epoch-0002.safetensors")) +
                       first_valence(predicted("a/epoch-0003.safetensors")) +
                       first_valence(predicted("b/best.safetensors"))) /
                      3;
  EXPECT_NEAR(first_valence(predicted("ens.toml")), mean, 2e-5);

  const std::string picture = path("faces/validation_set_annotations.txt");
  const ProgramResult vectors =
      mien("features " + picture + " --model " + path("ens.toml") + " -o " + path("f.safetensors") +
           " --device cpu --precision float32 -q");
  ASSERT_EQ(vectors.code, 0) << vectors.err;
  EXPECT_EQ(read_safetensors(path("f.safetensors")).tensors.at("features").size(1), 3 * 32);
  const ProgramResult info = mien("info " + path("ens.toml"));
  EXPECT_THAT(info.out,
              AllOf(HasSubstr("members.0.file = a/epoch-0002.safetensors"),
                    HasSubstr("members.2.state = as it was")));
}

TEST_F(EnsembleCommands, ASoupIsOneNetwork) {
  train_two();
  if (HasFatalFailure()) return;
  const ProgramResult made =
      mien("ensemble " + path("a") + "@epoch=1,3 --average --weights 1,3 -o " +
           path("soup.safetensors") + " --data " + path("faces") + kCpu);
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("mean weights of 2 networks"));
  const auto token = [&](const std::string& file) {
    return read_safetensors(path(file)).tensors.at("cls_token");
  };
  const at::Tensor hand =
      (token("a/epoch-0001.safetensors") + 3 * token("a/epoch-0003.safetensors")) / 4;
  EXPECT_LT((token("soup.safetensors") - hand).abs().max().item<float>(), 1e-6);
  EXPECT_THAT(mien("info " + path("soup.safetensors")).out,
              AllOf(HasSubstr("made_by = mien ensemble --average"),
                    HasSubstr("epoch-0003.safetensors, SHA-256"),
                    HasSubstr("weight 3")));
  EXPECT_FALSE(predicted("soup.safetensors").empty());
  const ProgramResult other =
      mien("ensemble " + path("a") + " " + path("b") + " --average -o " + path("soup.safetensors"));
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("size is 32 in one and 40 in the other"));
}

TEST_F(EnsembleCommands, SayWhatIsWrong) {
  train_two();
  if (HasFatalFailure()) return;
  const std::string words = "ensemble " + path("a") + " " + path("b") + " -o ";
  EXPECT_EQ(mien("ensemble " + path("a") + " " + path("b")).code, 2) << "where to?";
  EXPECT_EQ(mien(words + path("ens.safetensors")).code, 2);
  EXPECT_EQ(mien(words + path("ens.toml") + " --weights 1").code, 2);
  EXPECT_EQ(mien(words + path("ens.toml") + " --weights 1,0").code, 2);
  ASSERT_EQ(mien(words + path("ens.toml")).code, 0);
  const ProgramResult nested = mien("ensemble " + path("ens.toml") + " -o " + path("x.toml"));
  EXPECT_EQ(nested.code, 3);
  EXPECT_THAT(nested.err, HasSubstr("is an ensemble"));
  std::filesystem::copy_file(path("a/last.safetensors"),
                             path("b/best.safetensors"),
                             std::filesystem::copy_options::overwrite_existing);
  const ProgramResult changed = mien("evaluate " + path("ens.toml") + " --data " + path("faces"));
  EXPECT_EQ(changed.code, 3);
  EXPECT_THAT(changed.err, HasSubstr("b/best.safetensors has changed"));
  EXPECT_THAT(mien("info " + path("ens.toml")).out, HasSubstr("has changed"));
  const ProgramResult backbone = mien(vit("c") + " --backbone " + path("ens.toml"));
  EXPECT_EQ(backbone.code, 3);
  EXPECT_THAT(backbone.err, HasSubstr("is an ensemble, and one network is needed"));
}

}  // namespace
}  // namespace mien::test
