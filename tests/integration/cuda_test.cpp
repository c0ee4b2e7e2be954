// Commands on a GPU, and what they say there beside the CPU. Skipped without one.
#include <cstddef>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/nn/weights.h"

#include "small_runs.h"
#include "tensor_checks.h"

namespace mien::test {
namespace {

using testing::HasSubstr;

std::string on(const std::string& device) {
  return " -q --precision=float32 --device=" + device;
}

/// Numbers of a report that both devices give, each within `tolerance`.
void expect_same_numbers(const nlohmann::json& actual,
                         const nlohmann::json& expected,
                         double tolerance,
                         const std::string& place = "") {
  ASSERT_EQ(actual.type(), expected.type()) << place;
  if (expected.is_number()) {
    EXPECT_NEAR(actual.get<double>(), expected.get<double>(), tolerance) << place;
  } else if (expected.is_structured()) {
    for (const auto& [key, value] : expected.items()) {
      const auto& given = expected.is_array() ? actual.at(std::stoul(key)) : actual.at(key);
      expect_same_numbers(given, value, tolerance, place + "/" + key);
    }
  }
}

void expect_same_rows(const std::string& actual, const std::string& expected, double tolerance) {
  const auto rows = split(actual, '\n');
  const auto wanted = split(expected, '\n');
  ASSERT_EQ(rows.size(), wanted.size());
  for (std::size_t row = 0; row < wanted.size(); ++row) {
    const auto cells = split(rows[row], ',');
    const auto expected_cells = split(wanted[row], ',');
    ASSERT_EQ(cells.size(), expected_cells.size()) << row;
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
      const auto value = parse_double(expected_cells[cell]);
      if (!value) {
        EXPECT_EQ(cells[cell], expected_cells[cell]) << row << ", " << cell;
      } else {
        EXPECT_NEAR(parse_double(cells[cell]).value_or(1e9), *value, tolerance)
            << row << ", " << cell;
      }
    }
  }
}

class CudaCommands : public SmallRuns {
 protected:
  void SetUp() override {
    draw();
    const ProgramResult tried = mien(vit("tried", "1") + " --device=cuda");
    if (tried.err.find("no CUDA device") != std::string::npos) GTEST_SKIP() << tried.err;
    ASSERT_EQ(tried.code, 0) << tried.err;
  }
  std::string train(const std::string& words, const std::string& run) const {
    const ProgramResult result = mien(words + " --data " + path("faces") + " -o " + path(run) +
                                      " --device=cuda --threads=1");
    EXPECT_EQ(result.code, 0) << words << "\n" << result.err;
    EXPECT_THAT(result.err, HasSubstr("device: GPU cuda:0"));
    return result.err;
  }
  std::string output(const std::string& words) const {
    const ProgramResult result = mien(words);
    EXPECT_EQ(result.code, 0) << words << "\n" << result.err;
    return result.out;
  }
  std::string predicted(const std::string& run, const std::string& device) const {
    output("predict " + path(run) + " --data " + path("faces") + on(device) + " -o " +
           path("rows"));
    return read_file(path("rows/predictions.csv"));
  }
  std::string read(const std::string& run, const std::string& device) const {
    const std::string folder = path("read-" + device);
    output("read --no-detect " + path("faces/cropped_aligned") + " --model " + path(run) +
           on(device) + " --recursive -o " + folder);
    return read_file(folder + "/pictures.csv");
  }
  at::Tensor features(const std::string& run, const std::string& device) const {
    output("features " + path("faces/validation_set_annotations.txt") + " --model " + path(run) +
           on(device) + " -o " + path("out.safetensors"));
    return read_safetensors(path("out.safetensors")).tensors.at("features");
  }
  /// Scores, rows and features of the run are those of the CPU.
  void expect_as_on_the_cpu(const std::string& run) const {
    const std::string words = "evaluate " + path(run) + " --json --data " + path("faces");
    expect_same_numbers(nlohmann::json::parse(output(words + on("cuda"))),
                        nlohmann::json::parse(output(words + on("cpu"))),
                        1e-3);
    expect_same_rows(predicted(run, "cuda"), predicted(run, "cpu"), 1e-3);
    EXPECT_TRUE(near(features(run, "cuda"), features(run, "cpu"), 1e-3)) << run;
  }
};

TEST_F(CudaCommands, EmmaIsLearnedThereAndReadsAsOnTheCpu) {
  train(
      "pretrain --recipe=mae-small --model.vit=32x2x2/8 --model.decoder=16x1x2 --input.size=32 "
      "--optim.batch=16 --optim.epochs=1 --optim.warmup_epochs=0.5 --data.format=abaw-mtl",
      "mae");
  train(
      "train dan --recipe=dan-small --model.dan_width=8 --input.size=32 --optim.batch=16 "
      "--optim.epochs=1 --optim.warmup_epochs=0.5",
      "dan");
  train(
      "train emma --recipe=emma-small --model.vit=32x2x2/8 --input.size=32 --optim.epochs=2 "
      "--optim.batch=16 --model.dan_patches=true --dan " +
          path("dan") + " --backbone " + path("mae"),
      "emma");
  expect_as_on_the_cpu("emma");
  output("tune " + path("emma") + " --data " + path("faces") + on("cuda"));
  output("probe " + path("mae") + " --data " + path("faces") + on("cuda"));
  output("reconstruct " + path("mae") + " " + path("faces/cropped_aligned/train_001") + " -o " +
         path("shown") + on("cuda"));
  expect_same_rows(read("emma", "cuda"), read("emma", "cpu"), 2e-3);
}

TEST_F(CudaCommands, CotexIsLearnedThere) {
  train(
      "train cotex --recipe cotex-small --model.vit=24x2x2/8 --input.size=32 --optim.batch=16 "
      "--optim.epochs=1 --optim.warmup_epochs=0.5 --mask 0.5",
      "cotex");
  expect_as_on_the_cpu("cotex");
}

TEST_F(CudaCommands, MemoryDecidesTheBatchThereToo) {
  const std::string said = train(
      "train cotex --recipe cotex-small --model.vit=24x2x2/8 --input.size=32 --optim.batch=auto "
      "--optim.memory_gib=0.5 --optim.epochs=1 --optim.warmup_epochs=0.5 --mask 0.75",
      "cotex");
  EXPECT_THAT(said, HasSubstr("memory: 0.5 GiB"));
}

TEST_F(CudaCommands, ADeviceThatIsNotThereIsAnError) {
  const ProgramResult result = mien(vit("run") + " --device=cuda:99");
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("CUDA devices, from cuda:0"));
}

}  // namespace
}  // namespace mien::test
