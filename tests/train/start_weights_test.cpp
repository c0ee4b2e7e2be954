#include "mien/train/start_weights.h"

#include <filesystem>
#include <string>
#include <vector>

#include <ATen/Context.h>
#include <ATen/ops/full.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/network.h"

#include "tiny_run.h"

namespace mien {
namespace {

using testing::AllOf;
using testing::HasSubstr;

NetworkPointer network_of(const std::string& name,
                          std::uint64_t seed,
                          std::int64_t classes = 8,
                          std::int64_t size = 32) {
  TrainOptions options = test::tiny_options(name, "faces");
  options.input.size = size;
  Vocabulary vocabulary = abaw_mtl_vocabulary();
  vocabulary.expressions.resize(static_cast<std::size_t>(classes));
  at::manual_seed(seed);
  return create_network(options.model, vocabulary, options.input);
}

class StartWeights : public testing::Test {
 protected:
  std::string saved(const Network& network) {
    const auto file = folder_ / "weights.safetensors";
    save_network(file, network, {});
    return file.string();
  }
  EventSink sink() {
    EventSink sink;
    sink.message = [this](MessageLevel level, const std::string& text) {
      message_ = text;
      if (level == MessageLevel::kWarning) warnings_.push_back(text);
    };
    return sink;
  }

  test::TempFolder folder_;
  std::string message_;
  std::vector<std::string> warnings_;
};

TEST_F(StartWeights, TransformerComesWithoutItsHead) {
  const NetworkPointer from = network_of("vit", 1, 6);
  const NetworkPointer to = network_of("vit", 2, 8);
  const StateDict before = [&] {
    StateDict copy;
    for (const auto& [name, tensor] : state_of(*to).tensors) copy.tensors[name] = tensor.clone();
    return copy;
  }();
  load_backbone(*to, saved(*from), sink());
  const StateDict source = state_of(*from);
  for (const auto& [name, tensor] : state_of(*to).tensors) {
    const bool head = name.starts_with("head");
    EXPECT_TRUE(tensor.equal((head ? before : source).tensors.at(name))) << name;
  }
  EXPECT_THAT(message_, HasSubstr("head"));
}

TEST_F(StartWeights, TransformerGoesIntoEmmaAndBack) {
  const NetworkPointer vit = network_of("vit", 1);
  const NetworkPointer emma = network_of("emma", 2);
  load_backbone(*emma, saved(*vit), sink());
  EXPECT_TRUE(state_of(*emma)
                  .tensors.at("vit.blocks.1.attn.qkv.weight")
                  .equal(state_of(*vit).tensors.at("blocks.1.attn.qkv.weight")));
  const NetworkPointer other = network_of("vit", 3);
  load_backbone(*other, saved(*emma), sink());
  EXPECT_TRUE(state_of(*other)
                  .tensors.at("blocks.0.mlp.fc1.weight")
                  .equal(state_of(*vit).tensors.at("blocks.0.mlp.fc1.weight")));
}

TEST_F(StartWeights, WhatAnEmmasPatchesCarryComesWhereTheFileHasIt) {
  TrainOptions options = test::tiny_options("emma", "faces");
  options.model.dan_patches = true;
  const auto layer = [](const Network& emma) {
    return state_of(emma).tensors.at("vit.dan_embed.weight");
  };
  const auto make = [&] {
    return create_network(options.model, abaw_mtl_vocabulary(), options.input);
  };
  const NetworkPointer to = make();
  options.model.dan_patches = false;
  load_backbone(*to, saved(*make()), sink());
  EXPECT_FALSE(layer(*to).any().item<bool>()) << "it starts from zero, and a file may lack it";
  options.model.dan_patches = true;
  const NetworkPointer from = make();
  layer(*from).detach().fill_(0.5);
  load_backbone(*to, saved(*from), sink());
  EXPECT_TRUE(layer(*to).equal(layer(*from)));
}

// As torchvision's file has it: a thousand classes, and batch norms without their counts.
TEST_F(StartWeights, AResNetComesFromAPlainFile) {
  const NetworkPointer from = network_of("resnet18", 1);
  StateDict state;
  for (const auto& [name, tensor] : state_of(*from).tensors) {
    if (name.ends_with("num_batches_tracked")) continue;
    const bool head = name.starts_with("fc.");
    state.tensors[name] = head ? at::full({1000, 512}, 1.0) : tensor;
  }
  const auto file = folder_ / "resnet18.safetensors";
  write_safetensors(file, state);
  const NetworkPointer to = network_of("resnet18", 2);
  load_backbone(*to, file.string(), sink());
  for (const auto& [name, tensor] : state_of(*to).tensors) {
    if (name.starts_with("fc.") || name.ends_with("num_batches_tracked")) continue;
    EXPECT_TRUE(tensor.equal(state.tensors.at(name))) << name;
  }
  EXPECT_THAT(message_, HasSubstr("fc.weight"));
}

TEST_F(StartWeights, AVggFaceTakesItsLinearLayersToo) {
  const NetworkPointer from = network_of("vgg-face", 1);
  const NetworkPointer to = network_of("vgg-face", 2, 6);
  const std::string file = saved(*from);
  load_backbone(*to, file, sink());
  for (const char* name : {"conv1_1.bias", "conv5_3.weight", "fc6.weight", "fc7.weight"}) {
    EXPECT_TRUE(state_of(*to).tensors.at(name).equal(state_of(*from).tensors.at(name))) << name;
  }
  const NetworkPointer larger = network_of("vgg-face", 3, 8, 64);
  EXPECT_THROW(load_backbone(*larger, file, sink()), WeightsError);  // fc6
}

TEST_F(StartWeights, OneTransformerFillsEveryViewOfACotex) {
  const NetworkPointer vit = network_of("vit", 1, 6);
  const NetworkPointer cotex = network_of("cotex", 2);
  const at::Tensor head = state_of(*cotex).tensors.at("v1.head.weight").clone();
  load_backbone(*cotex, saved(*vit), sink());
  const StateDict source = state_of(*vit);
  for (const auto& [name, tensor] : state_of(*cotex).tensors) {
    if (name.substr(3).starts_with("head")) continue;
    EXPECT_TRUE(tensor.equal(source.tensors.at(name.substr(3)))) << name;
  }
  EXPECT_TRUE(state_of(*cotex).tensors.at("v1.head.weight").equal(head));
  EXPECT_THAT(message_, HasSubstr("left there: 2 (head.bias, head.weight)"));
}

TEST_F(StartWeights, ViewsOfACotexGoToTheirOwnPlaces) {
  const NetworkPointer from = network_of("cotex", 1);
  const NetworkPointer to = network_of("cotex", 2);
  load_backbone(*to, saved(*from), sink());
  const char* name = "blocks.1.mlp.fc1.weight";
  const auto weight = [&](const Network& network, const std::string& prefix) {
    return state_of(network).tensors.at(prefix + name);
  };
  EXPECT_TRUE(weight(*to, "v0.").equal(weight(*from, "v0.")));
  EXPECT_TRUE(weight(*to, "v1.").equal(weight(*from, "v1.")));
  EXPECT_FALSE(weight(*to, "v0.").equal(weight(*to, "v1.")));
  const NetworkPointer vit = network_of("vit", 3);  // takes the first view
  load_backbone(*vit, saved(*from), sink());
  EXPECT_TRUE(weight(*vit, "").equal(weight(*from, "v0.")));
}

TEST_F(StartWeights, PositionsOfAnotherGridAreInterpolated) {
  const NetworkPointer small = network_of("vit", 1, 8, 32);
  const NetworkPointer large = network_of("vit", 2, 8, 64);
  load_backbone(*large, saved(*small), sink());
  EXPECT_EQ(state_of(*large).tensors.at("pos_embed").size(1), 65);
  EXPECT_TRUE(state_of(*large)
                  .tensors.at("pos_embed")
                  .select(1, 0)
                  .equal(state_of(*small).tensors.at("pos_embed").select(1, 0)));
}

/// The image encoder's tensors under "visual.", beside what a text encoder has.
StateDict as_clip_publishes(const Network& network) {
  StateDict state;
  for (const auto& [name, tensor] : state_of(network).tensors) {
    if (!name.starts_with("head.")) state.tensors["visual." + name] = tensor;
  }
  state.tensors["positional_embedding"] = at::full({77, 24}, 0.5);
  state.tensors["transformer.resblocks.0.ln_1.weight"] = at::full({24}, 0.5);
  state.tensors["logit_scale"] = at::full({}, 4.6);
  return state;
}

TEST_F(StartWeights, ClipsImageEncoderIsTakenOutOfTheWholeClip) {
  for (const std::string name : {"clip-vit", "clip-rn50"}) {
    SCOPED_TRACE(name);
    const NetworkPointer from = network_of(name, 1, 8, 32);
    const NetworkPointer to = network_of(name, 2, 8, 64);
    const at::Tensor head = state_of(*to).tensors.at("head.weight").clone();
    write_safetensors(folder_ / "clip.safetensors", as_clip_publishes(*from));
    load_backbone(*to, (folder_ / "clip.safetensors").string(), sink());
    EXPECT_THAT(message_, HasSubstr("left there: 3 (logit_scale, positional_embedding, transf"));
    const StateDict source = state_of(*from);
    for (const auto& [tensor_name, tensor] : state_of(*to).tensors) {
      if (tensor_name.starts_with("head.")) continue;
      if (tensor_name.ends_with("positional_embedding")) {
        EXPECT_TRUE(tensor[0].equal(source.tensors.at(tensor_name)[0]));
      } else {
        EXPECT_TRUE(tensor.equal(source.tensors.at(tensor_name))) << tensor_name;
      }
    }
    EXPECT_TRUE(state_of(*to).tensors.at("head.weight").equal(head));
  }
}

TEST_F(StartWeights, WhatDoesNotFitIsRefused) {
  const NetworkPointer dan = network_of("dan", 1);
  const std::string file = saved(*dan);
  EXPECT_THROW(load_backbone(*network_of("vit", 2), file, sink()), DataError);
  // A transformer with a block less.
  StateDict state = state_of(*network_of("vit", 1));
  std::erase_if(state.tensors,
                [](const auto& item) { return item.first.starts_with("blocks.1."); });
  write_safetensors(folder_ / "short.safetensors", state);
  EXPECT_THROW(
      load_backbone(*network_of("vit", 2), (folder_ / "short.safetensors").string(), sink()),
      WeightsError);
}

/// The message of the WeightsError or other error that a state is refused with.
std::string refusal_of(Network& network, const std::filesystem::path& file) {
  try {
    load_backbone(network, file.string(), {});
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// ResNet-34 holds all that ResNet-18 needs.
TEST_F(StartWeights, ADeeperNetworkIsRefused) {
  const NetworkPointer network = network_of("resnet18", 1);
  StateDict state = state_of(*network);
  state.tensors["layer1.2.conv1.weight"] = state.tensors.at("layer1.1.conv1.weight");
  write_safetensors(folder_ / "resnet34.safetensors", state);
  EXPECT_THAT(refusal_of(*network, folder_ / "resnet34.safetensors"),
              AllOf(HasSubstr("of another architecture"), HasSubstr("no layer1.2.conv1.weight")));
}

TEST_F(StartWeights, IntegersAreNoWeights) {
  const NetworkPointer vit = network_of("vit", 1);
  StateDict state = state_of(*vit);
  at::Tensor& weight = state.tensors.at("blocks.0.mlp.fc1.weight");
  weight = weight.to(at::kLong);
  write_safetensors(folder_ / "long.safetensors", state);
  EXPECT_THAT(refusal_of(*vit, folder_ / "long.safetensors"),
              HasSubstr("blocks.0.mlp.fc1.weight: Long in the file, Float in the network"));
}

TEST_F(StartWeights, WhatIsThereInOtherNamesIsSaid) {
  const NetworkPointer network = network_of("resnet18", 1);
  StateDict state;
  for (const auto& [name, tensor] : state_of(*network).tensors) {
    state.tensors["module." + name] = tensor;
  }
  write_safetensors(folder_ / "prefixed.safetensors", state);
  EXPECT_THAT(refusal_of(*network, folder_ / "prefixed.safetensors"),
              AllOf(HasSubstr("ResNet-18"), HasSubstr("--prefix module.")));
}

TEST_F(StartWeights, ClipsGeluIsSaidOrBinding) {
  const NetworkPointer clip = network_of("clip-vit", 1);
  StateDict state = as_clip_publishes(*clip);
  write_safetensors(folder_ / "clip.safetensors", state);
  load_backbone(*clip, (folder_ / "clip.safetensors").string(), sink());
  EXPECT_THAT(warnings_, testing::Contains(HasSubstr("exact or quick")));
  state.tensors["input_resolution"] = at::full({}, 224, at::kLong);  // OpenAI's
  write_safetensors(folder_ / "clip.safetensors", state);
  TrainOptions options = test::tiny_options("clip-vit", "faces");
  options.input.size = 32;
  options.model.clip_gelu = "exact";
  const NetworkPointer exact = create_network(options.model, abaw_mtl_vocabulary(), options.input);
  EXPECT_THAT(refusal_of(*exact, folder_ / "clip.safetensors"), HasSubstr("need quick"));
}

TEST_F(StartWeights, DanBringsItsShape) {
  const NetworkPointer dan = network_of("dan", 1, 5);
  const std::string file = saved(*dan);
  ModelOptions model;
  const DanWeights weights = read_dan(file, model);
  EXPECT_EQ(model.dan_width, 4);
  EXPECT_EQ(model.dan_stem, "small");
  EXPECT_EQ(model.dan_heads, 2);
  EXPECT_EQ(model.dan_expressions, dan->vocabulary().expressions);
  const NetworkPointer vit = network_of("vit", 1);
  const std::string wrong = saved(*vit);
  EXPECT_THROW(read_dan(wrong, model), DataError);
}

TEST_F(StartWeights, DanInsideAnEmmaServesToo) {
  const NetworkPointer emma = network_of("emma", 1);
  const std::string file = saved(*emma);
  ModelOptions model;
  const DanWeights weights = read_dan(file, model);
  EXPECT_EQ(model.dan_width, 4);
  const NetworkPointer other = network_of("emma", 2);
  load_dan(*other, weights);
  EXPECT_TRUE(state_of(*other)
                  .tensors.at("cnn.fc.weight")
                  .equal(state_of(*emma).tensors.at("cnn.fc.weight")));
}

TEST_F(StartWeights, DanInsideAPublishedEmmaServesToo) {
  const NetworkPointer emma = network_of("emma", 1);
  StateDict published = state_of(*emma);  // names and tensors alone, as in the authors' files
  const auto file = folder_ / "published.safetensors";
  write_safetensors(file, published);
  ModelOptions model = emma->options();
  const DanWeights weights = read_dan(file.string(), model);
  const NetworkPointer other = network_of("emma", 2);
  load_dan(*other, weights);
  EXPECT_TRUE(
      state_of(*other).tensors.at("cnn.fc.weight").equal(published.tensors.at("cnn.fc.weight")));
}

TEST_F(StartWeights, TrunkOfADan) {
  const NetworkPointer from = network_of("dan", 1, 5);
  const NetworkPointer to = network_of("dan", 2, 8);
  const at::Tensor head = state_of(*to).tensors.at("fc.weight").clone();
  load_backbone(*to, saved(*from), sink());
  EXPECT_TRUE(state_of(*to)
                  .tensors.at("features.0.weight")
                  .equal(state_of(*from).tensors.at("features.0.weight")));
  EXPECT_TRUE(state_of(*to).tensors.at("fc.weight").equal(head));
}

}  // namespace
}  // namespace mien
