// Weights of other programs, imported and used, as a user does it.
#include <algorithm>
#include <filesystem>
#include <string>

#include <ATen/Context.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/files.h"
#include "mien/nn/network.h"
#include "mien/nn/weights.h"

#include "pth_writer.h"
#include "small_runs.h"

namespace mien::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class Import : public SmallRuns {
 protected:
  /// Tensors of a small network, without anything of mien's in the header.
  StateDict tensors_of(const std::string& name, const Vocabulary& vocabulary) const {
    at::manual_seed(7);
    ModelOptions model;
    model.name = name;
    model.vit = "32x2x1/8";
    model.head_hidden = 0;
    model.dan_width = 8;
    InputOptions input;
    input.size = 32;
    return state_of(*create_network(model, vocabulary, input));
  }
  std::string write(const std::string& name, const StateDict& state) const {
    write_safetensors(path(name), state);
    return path(name);
  }
  /// The message of an import that must fail as a bad file does, and leave nothing behind.
  std::string refused(const std::string& words) const {
    const ProgramResult result = mien("import " + words + " -o " + path("none.safetensors"));
    EXPECT_EQ(result.code, 3) << result.out << result.err;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    EXPECT_FALSE(fs::exists(path("none.safetensors")));
    return result.err;
  }
};

TEST_F(Import, ATransformerIsTrainedFrom) {
  draw();
  const std::string file = write("timm.safetensors", tensors_of("vit", abaw_lsd_vocabulary()));
  const ProgramResult imported = mien("import " + file + " -o " + path("out/vit.safetensors"));
  ASSERT_EQ(imported.code, 0) << imported.err;
  EXPECT_THAT(imported.out,
              AllOf(HasSubstr("vision transformer in timm's and MAE's names"),
                    HasSubstr("left there 2: head.bias, head.weight")));
  EXPECT_THAT(imported.err, HasSubstr("--backbone"));
  const ProgramResult trained =
      mien(vit("run", "1") + " --backbone " + path("out/vit.safetensors"));
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.err, HasSubstr("backbone: "));
  EXPECT_THAT(refused(path("out/vit.safetensors")), HasSubstr("imported already"));
  const ProgramResult evaluated =
      mien("evaluate " + path("out/vit.safetensors") + " --data " + path("faces"));
  EXPECT_EQ(evaluated.code, 3);
  EXPECT_THAT(evaluated.err, AllOf(HasSubstr("weights to start from"), HasSubstr("--backbone")));
  EXPECT_THAT(refused(path("run/best.safetensors")), HasSubstr("written by mien"));
}

TEST_F(Import, AFolderSaysWhatTensorsDoNot) {
  draw();
  fs::create_directories(path("hub"));
  write("hub/model.safetensors", tensors_of("vit", abaw_lsd_vocabulary()));
  const auto configure = [&](const std::string& text) { folder_.write("hub/config.json", text); };
  configure(R"({"architecture": "vit_x", "model_args": {"num_heads": 2},
                "pretrained_cfg": {"mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25]}})");
  const std::string words = "import " + path("hub") + " -o " + path("vit.safetensors");
  const ProgramResult imported = mien(words);
  ASSERT_EQ(imported.code, 0) << imported.err;
  EXPECT_THAT(imported.err,
              AllOf(HasSubstr("--model.vit=32x2x2/8"),
                    HasSubstr("--input.mean=0.5,0.5,0.5"),
                    HasSubstr("--input.deviation=0.25,0.25,0.25")));
  EXPECT_THAT(imported.err, testing::Not(HasSubstr("by the published rule")));
  const std::string backbone = " --backbone " + path("vit.safetensors");
  const ProgramResult trained = mien(vit("run", "1") + backbone);
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.err, AllOf(HasSubstr("input.mean is"), HasSubstr("input.deviation is")));
  std::string four_heads = vit("other", "1");
  four_heads.replace(four_heads.find("32x2x2"), 6, "32x2x4");
  const ProgramResult other = mien(four_heads + backbone);
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("need 32x2x2/8"));

  configure(R"({"architecture": "vit_x", "model_args": {"num_heads": 5}})");
  EXPECT_THAT(refused(path("hub")), AllOf(HasSubstr("config.json"), HasSubstr("5 attention")));
  configure(R"({"architecture": "vit_x", "pretrained_cfg": {"std": [0, 0, 0]}})");
  EXPECT_THAT(refused(path("hub")), AllOf(HasSubstr("config.json"), HasSubstr("above 0")));
  configure("{}");
  const ProgramResult assumed = mien(words);
  EXPECT_THAT(assumed.err, HasSubstr("model.vit=32x2x1/8: attention heads by the published rule"));
}

TEST_F(Import, PyTorchsFilesAreTakenToo) {
  const StateDict state = tensors_of("dan", {{"a", "b", "c"}, {}, false});
  const std::string words = " --classes=anger,fear,happy -o " + path("dan.safetensors");
  for (const std::string& bytes : {pth_file(state), script_file(state)}) {
    const std::string file = folder_.write("dan.pt", bytes).string();
    const ProgramResult imported = mien("import " + file + words);
    ASSERT_EQ(imported.code, 0) << imported.err;
    const LoadedNetwork loaded = load_network(path("dan.safetensors"));
    const StateDict loaded_state = state_of(*loaded.network);
    for (const auto& [name, tensor] : state.tensors) {
      EXPECT_TRUE(loaded_state.tensors.at(name).equal(tensor)) << name;
    }
    EXPECT_EQ(loaded.card.notes.at("architecture"), "DAN");
  }
  EXPECT_EQ(
      mien("import " + path("dan.pt") + " --classes=joy,fear,happy -o " + path("x.safetensors"))
          .code,
      2);
}

TEST_F(Import, HostileFilesEndEarly) {
  const std::string pickle = std::string("\x80\x02}.");
  ZipPart bomb = stored("archive/data.pkl", pickle);
  bomb.claimed = 0xfffffff0;
  bomb.compressed = true;
  const std::string compressed = folder_.write("bomb.pth", zip_archive({bomb})).string();
  EXPECT_THAT(refused(compressed), HasSubstr("is compressed"));
  bomb.compressed = false;
  EXPECT_THAT(refused(folder_.write("claim.pth", zip_archive({bomb})).string()),
              HasSubstr("is compressed"));  // packed and unpacked sizes differ
  StateDict state;
  state.tensors["a\nb"] = at::zeros({1});
  for (int i = 0; i < 9; ++i)
    state.tensors[std::string(50'000, '.') + std::to_string(i)] = at::zeros({1});
  EXPECT_LT(refused(write("names.safetensors", state)).size(), 2000U);
}

TEST_F(Import, ClassesMakeItWhole) {
  draw();
  const std::string file = write("timm.safetensors", tensors_of("vit", abaw_lsd_vocabulary()));
  const std::string words =
      "import " + file + " -o " + path("vit.safetensors") + " --input.mean=0.5,0.5,0.5 --classes=";
  ASSERT_EQ(mien(words + "angry,disgust,fear,happy,sad,surprise").code, 0);
  const LoadedNetwork loaded = load_network(path("vit.safetensors"));
  EXPECT_EQ(loaded.network->vocabulary(), abaw_lsd_vocabulary());
  EXPECT_EQ(loaded.network->input().mean.front(), 0.5);
  const ProgramResult scored =
      mien("evaluate " + path("vit.safetensors") + " --threads=1 --data " + path("faces"));
  EXPECT_EQ(scored.code, 0) << scored.err;
  EXPECT_EQ(mien(words + "angry,disgust").code, 3);
}

TEST_F(Import, ADanIsWholeAndServesEmma) {
  const StateDict state = tensors_of("dan", {{"a", "b", "c", "d", "e", "f", "g"}, {}, false});
  const std::string file = write("dan.safetensors", state);
  EXPECT_THAT(refused(file), HasSubstr("--arch dan-rafdb"));
  const ProgramResult imported =
      mien("import " + file + " --arch dan-rafdb -o " + path("rafdb.safetensors"));
  ASSERT_EQ(imported.code, 0) << imported.err;
  EXPECT_EQ(load_network(path("rafdb.safetensors")).network->vocabulary().expressions.front(),
            "surprise");
  draw();
  const std::string emma =
      "train emma --recipe=emma-small --model.vit=32x2x2/8 --input.size=32 "
      "--optim.batch=8 --optim.epochs=1 --optim.warmup_epochs=0.5 --threads=1 "
      "--data.sampling.min_valence_arousal=2 --precision=float32 --data ";
  const ProgramResult trained =
      mien(emma + path("faces") + " --dan " + path("rafdb.safetensors") + " -o " + path("run"));
  EXPECT_EQ(trained.code, 0) << trained.err;
}

TEST_F(Import, ForeignFilesSayWhatIsWrong) {
  StateDict state = tensors_of("vit", abaw_lsd_vocabulary());
  StateDict behind;
  for (const auto& [name, tensor] : state.tensors) behind.tensors["model." + name] = tensor;
  const std::string prefixed = write("prefixed.safetensors", behind);
  EXPECT_THAT(refused(prefixed), HasSubstr("--prefix model."));
  EXPECT_EQ(mien("import " + prefixed + " --prefix model. -o " + path("vit.safetensors")).code, 0);
  EXPECT_THAT(refused(prefixed + " --prefix module."), HasSubstr("begins with 'module.'"));
  EXPECT_THAT(refused(prefixed + " --prefix model. --arch resnet50"), HasSubstr("is no ResNet-50"));

  state.tensors["blocks.1.norm1.weight"] = state.tensors["blocks.1.norm1.weight"].to(at::kLong);
  EXPECT_THAT(refused(write("long.safetensors", state)), HasSubstr("floating-point"));
  state.tensors["blocks.1.norm1.weight"] = at::Tensor(state.tensors["norm.weight"]).slice(0, 1);
  EXPECT_THAT(refused(write("short.safetensors", state)), HasSubstr("of another shape"));
  const std::string bytes = read_file(prefixed);
  EXPECT_THAT(refused(folder_.write("cut.safetensors", bytes.substr(0, 9000)).string()),
              HasSubstr("cut off or damaged"));
  EXPECT_THAT(refused(folder_.write("long.pth", "PK\x03\x04 nothing").string()), HasSubstr("zip"));
  EXPECT_THAT(refused(path("none.pth")), HasSubstr("no such file"));
  EXPECT_EQ(mien("import " + prefixed).code, 2);
  EXPECT_EQ(mien("import " + prefixed + " --arch alexnet -o " + path("x.safetensors")).code, 2);
}

}  // namespace
}  // namespace mien::test
