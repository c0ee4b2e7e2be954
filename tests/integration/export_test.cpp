// `mien export` as a user calls it.
#include <cstdint>
#include <filesystem>
#include <string>

#include <ATen/core/Tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/nn/weights.h"

#include "files_below.h"
#include "small_runs.h"

namespace mien::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class ExportCommand : public SmallRuns {
 protected:
  /// A run whose weights are matrices for the most part.
  void train(const std::string& shape = "96x2x2/8") const {
    draw();
    std::string words = vit("run", "1") + " -q";
    const std::string size = "--model.vit=32x2x2/8";
    words.replace(words.find(size), size.size(), "--model.vit=" + shape);
    ASSERT_EQ(mien(words).code, 0);
  }
  std::string said(const std::string& to, const std::string& type, std::uintmax_t before) const {
    const auto megabytes = [](std::uintmax_t bytes) {
      return number_text(static_cast<double>(bytes) / 1e6, 1) + " MB";
    };
    return "written: " + path(to) + " (" + type + ", " + megabytes(fs::file_size(path(to))) +
           ", before " + megabytes(before) + ")\n";
  }
  StateDict state(const std::string& file) const { return read_safetensors(path(file)); }
  /// The valence that the weights give the first validation picture.
  double valence(const std::string& weights) const {
    const std::string out = path("predicted-" + fs::path(weights).stem().string());
    const ProgramResult result = mien("predict " + path(weights) + " --data " +
                                      path("faces/validation_set_annotations.txt") + " -o " + out +
                                      " --device cpu --precision float32 --threads 1 -q");
    EXPECT_EQ(result.code, 0) << result.err;
    const std::string csv = read_file(out + "/predictions.csv");
    return std::stod(csv.substr(csv.find(',', csv.find('\n')) + 1));
  }
};

TEST_F(ExportCommand, RoundsMatricesAndNothingElse) {
  train();
  if (HasFatalFailure()) return;
  const std::string from = "run/best.safetensors";
  const std::uintmax_t before = fs::file_size(path(from));
  const ProgramResult made = mien("export " + path("run") + " -o " +
                                  path("deep/ship/emma-1.safetensors") + " --type bfloat16");
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(made.out, said("deep/ship/emma-1.safetensors", "bfloat16", before));
  EXPECT_THAT(files_below(path("deep")), ElementsAre("ship/emma-1.safetensors"));
  const double share = static_cast<double>(fs::file_size(path("deep/ship/emma-1.safetensors"))) /
                       static_cast<double>(before);
  EXPECT_LT(share, 0.6);
  const StateDict full = state(from);
  const StateDict half = state("deep/ship/emma-1.safetensors");
  EXPECT_EQ(half.metadata, full.metadata) << "thresholds, temperature, classes, size of pictures";
  ASSERT_EQ(half.tensors.size(), full.tensors.size());
  for (const auto& [name, tensor] : half.tensors) {
    const at::Tensor& was = full.tensors.at(name);
    EXPECT_TRUE(tensor.equal(was.dim() > 1 ? was.to(at::kBFloat16) : was)) << name;
  }
  EXPECT_NEAR(valence("deep/ship/emma-1.safetensors"), valence("run"), 0.02);
  const ProgramResult back =
      mien("export " + path("deep/ship/emma-1.safetensors") + " -o " + path("back.safetensors"));
  ASSERT_EQ(back.code, 0) << back.err;
  for (const auto& [name, tensor] : state("back.safetensors").tensors) {
    EXPECT_TRUE(tensor.equal(half.tensors.at(name).to(at::kFloat))) << name;
  }
}

TEST_F(ExportCommand, CopiesUnlessATypeIsAskedForAndMayReplaceItsFile) {
  train();
  if (HasFatalFailure()) return;
  const std::string words = "export " + path("run/best.safetensors") + " -o ";
  ASSERT_EQ(mien(words + path("copy.safetensors")).code, 0);
  EXPECT_TRUE(read_file(path("copy.safetensors")) == read_file(path("run/best.safetensors")));
  const std::uintmax_t before = fs::file_size(path("run/best.safetensors"));
  const ProgramResult same = mien(words + path("run/best.safetensors") + " --type float16");
  ASSERT_EQ(same.code, 0) << same.err;
  EXPECT_EQ(same.out, said("run/best.safetensors", "float16", before));
  EXPECT_LT(fs::file_size(path("run/best.safetensors")), before);
  EXPECT_EQ(mien("info " + path("run/best.safetensors")).code, 0);
}

TEST_F(ExportCommand, WritesAllOrNothing) {
  train();
  if (HasFatalFailure()) return;
  folder_.write("ship/emma.safetensors", "as it was");
  RunningMien full("export " + path("run") + " -o " + path("ship/emma.safetensors"), 100'000);
  const ProgramResult result = full.wait();
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_THAT(result.err, HasSubstr("emma.safetensors: could not be written"));
  EXPECT_THAT(files_below(path("ship")), ElementsAre("emma.safetensors"));
  EXPECT_EQ(read_file(path("ship/emma.safetensors")), "as it was");
  const std::string bytes = read_file(path("run/best.safetensors"));
  folder_.write("half.safetensors", bytes.substr(0, bytes.size() / 2));
  const ProgramResult half =
      mien("export " + path("half.safetensors") + " -o " + path("ship/half.safetensors"));
  EXPECT_EQ(half.code, 3);
  EXPECT_THAT(half.err,
              AllOf(HasSubstr("half.safetensors"), HasSubstr("ends behind the end of the file")));
  const ProgramResult place =
      mien("export " + path("run") + " -o " + path("ship/emma.safetensors/deeper/a.safetensors"));
  EXPECT_EQ(place.code, 1) << "a folder that cannot be made";
  EXPECT_THAT(files_below(path("ship")), ElementsAre("emma.safetensors"));
}

TEST_F(ExportCommand, WritesWhatANetworkComputes) {
  train();
  if (HasFatalFailure()) return;
  const ProgramResult made =
      mien("export " + path("run") + " --to onnx -o " + path("ship/emma.onnx"));
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(made.err, "") << "the tracer has nothing to warn of";
  EXPECT_THAT(made.out, HasSubstr("emma.onnx (ONNX, "));
  EXPECT_THAT(files_below(path("ship")), ElementsAre("emma.onnx"));
  EXPECT_THAT(read_file(path("ship/emma.onnx")),
              AllOf(HasSubstr("valence_arousal"),
                    HasSubstr("blocks.0.norm1.weight"),
                    HasSubstr("mien.vocabulary")));
}

TEST_F(ExportCommand, WritesAnotherPackagesFormThatImportsAsTheSame) {
  train("64x2x1/8 --model.pool=cls");
  if (HasFatalFailure()) return;
  const ProgramResult timm =
      mien("export " + path("run") + " --to timm -o " + path("timm.safetensors"));
  ASSERT_EQ(timm.code, 0) << timm.err;
  const ProgramResult folder =
      mien("export " + path("run") + " --to transformers -o " + path("hub"));
  ASSERT_EQ(folder.code, 0) << folder.err;
  EXPECT_THAT(files_below(path("hub")),
              ElementsAre("config.json", "model.safetensors", "preprocessor_config.json"));
  const StateDict before = state("run/best.safetensors");
  for (const char* form : {"timm.safetensors", "hub"}) {
    const ProgramResult back = mien("import " + path(form) + " -o " + path("back.safetensors"));
    ASSERT_EQ(back.code, 0) << back.err;
    const StateDict after = state("back.safetensors");
    EXPECT_TRUE(after.tensors.contains("blocks.1.attn.qkv.weight"));
    for (const auto& [name, tensor] : after.tensors) {
      EXPECT_TRUE(tensor.equal(before.tensors.at(name))) << form << " " << name;
    }
  }
}

TEST_F(ExportCommand, SaysWhatIsWrong) {
  folder_.write("ens.toml", "format = 1\n");
  folder_.write("words.safetensors", "these are words");
  fs::create_directory(path("empty"));
  struct Case {
    std::string words;
    int code;
    std::string message;
  };
  const std::string to = " -o " + path("out/a.safetensors");
  for (const Case& wrong : {Case{"export", 2, "RUN|FILE is missing"},
                            Case{"export " + path("run"), 2, "-o FILE.safetensors"},
                            Case{"export " + path("run") + " -o " + path("a.pth"),
                                 2,
                                 "weights are files that end in .safetensors"},
                            Case{"export " + path("run") + to + " --type int8", 2, "bfloat16"},
                            Case{"export run --to caffe" + to, 2, "torchvision"},
                            Case{"export run --to onnx" + to, 2, "ends in .onnx"},
                            Case{"export run --to timm -o a.onnx", 2, "end in .safetensors"},
                            Case{"export run --to transformers" + to, 2, "writes a folder"},
                            Case{"export run --to timm --type float16" + to, 2, "float32"},
                            Case{"export " + path("ens.toml") + to, 2, "mien ensemble --average"},
                            Case{"export " + path("none.safetensors") + to, 3, "no such file"},
                            Case{"export " + path("empty") + to, 3, "best.safetensors"},
                            Case{"export " + path("words.safetensors") + to, 3, "words"}}) {
    const ProgramResult result = mien(wrong.words);
    EXPECT_EQ(result.code, wrong.code) << wrong.words;
    EXPECT_THAT(result.err, HasSubstr(wrong.message)) << wrong.words;
    EXPECT_EQ(result.out, "") << wrong.words;
    EXPECT_FALSE(fs::exists(path("out"))) << wrong.words;
  }
}

}  // namespace
}  // namespace mien::test
