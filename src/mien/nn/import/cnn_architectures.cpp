// Convolutional networks: ResNet, InceptionV3, EfficientNet, VGG-Face.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "mien/nn/import/architectures.h"

namespace mien {
namespace {

const std::vector<NameRule>& resnet_rules() {
  static const std::vector<NameRule> kRules = {
      kept("conv1.weight"),
      kept("bn1."),
      kept("layer#.#.conv#.weight"),
      kept("layer#.#.bn#."),
      kept("layer#.#.downsample.0.weight"),
      kept("layer#.#.downsample.1."),
      of_head("fc.", "fc."),
  };
  return kRules;
}

/// Blocks of the four stages.
bool has_stages(const Shapes& shapes, const std::array<std::int64_t, 4>& blocks) {
  for (std::size_t stage = 0; stage < blocks.size(); ++stage) {
    if (shapes.count("layer" + std::to_string(stage + 1) + ".#.") != blocks[stage]) return false;
  }
  return true;
}

bool is_resnet18(const Shapes& shapes) {
  return has_stages(shapes, {2, 2, 2, 2}) && shapes.is("conv1.weight", {64, 3, 7, 7}) &&
         shapes.is("layer1.0.conv1.weight", {64, 64, 3, 3}) &&
         shapes.is("layer4.1.conv2.weight", {512, 512, 3, 3});
}

bool tell_resnet18(const Shapes& shapes, ForeignNames& /*names*/) {
  return is_resnet18(shapes);
}

bool tell_resnet50(const Shapes& shapes, ForeignNames& /*names*/) {
  return has_stages(shapes, {3, 4, 6, 3}) && shapes.is("conv1.weight", {64, 3, 7, 7}) &&
         shapes.is("layer1.0.conv2.weight", {64, 64, 3, 3}) &&
         shapes.is("layer4.2.conv3.weight", {2048, 512, 1, 1});
}

bool tell_dan_trunk(const Shapes& shapes, ForeignNames& names) {
  names.options = {{"model.dan_width", "64"}, {"model.dan_stem", "imagenet"}};
  return is_resnet18(shapes);
}

}  // namespace

std::vector<Architecture> resnet_architectures() {
  std::vector<NameRule> as_dan = {{"conv1.weight", "features.0.weight"}, {"bn1.", "features.1."}};
  for (int stage = 1; stage <= 4; ++stage) {
    // DAN holds a ResNet-18 as a list: two layers without parameters have the numbers 2 and 3.
    const std::string from = "layer" + std::to_string(stage) + ".#.";
    const std::string to = "features." + std::to_string(3 + stage) + ".#.";
    for (const char* part : {"conv#.weight", "bn#.", "downsample.0.weight", "downsample.1."}) {
      as_dan.push_back({from + part, to + part});
    }
  }
  as_dan.push_back(left_out("fc."));
  const std::vector<std::string> marks = {"conv1.weight", "layer4.1.bn1.weight"};
  return {
      {"resnet18",
       "ResNet-18 in torchvision's names",
       "resnet18",
       resnet_rules(),
       marks,
       tell_resnet18,
       /*only_by_name=*/false,
       {"torchvision", "timm"}},
      {"resnet50",
       "ResNet-50 in torchvision's names",
       "resnet50",
       resnet_rules(),
       marks,
       tell_resnet50,
       /*only_by_name=*/false,
       {"torchvision", "timm"}},
      {"dan-trunk",
       "ResNet-18 in torchvision's names, for DAN's trunk",
       "dan",
       std::move(as_dan),
       marks,
       tell_dan_trunk,
       /*only_by_name=*/true},
  };
}

std::vector<Architecture> inception_architectures() {
  const auto tell = [](const Shapes& shapes, ForeignNames& names) {
    // Trained on pictures between -1 and 1; torchvision moves ImageNet's normalisation to that.
    names.options = {
        {"input.size", "299"}, {"input.mean", "0.5,0.5,0.5"}, {"input.deviation", "0.5,0.5,0.5"}};
    if (!shapes.has("AuxLogits.conv0.conv.weight")) {
      names.options.emplace_back("model.auxiliary", "false");
    }
    return shapes.is("Conv2d_1a_3x3.conv.weight", {32, 3, 3, 3}) &&
           shapes.is("Mixed_7c.branch1x1.conv.weight", {320, 2048, 1, 1});
  };
  return {{"inception-v3",
           "InceptionV3 in torchvision's names",
           "inception-v3",
           {kept("Conv2d_*.conv.weight"),
            kept("Conv2d_*.bn."),
            kept("Mixed_*.*.conv.weight"),
            kept("Mixed_*.*.bn."),
            kept("AuxLogits.conv#.conv.weight"),
            kept("AuxLogits.conv#.bn."),
            of_head("AuxLogits.fc.", "AuxLogits.fc."),
            of_head("fc.", "fc.")},
           {"Conv2d_1a_3x3.conv.weight", "Mixed_7c.branch1x1.conv.weight"},
           tell,
           /*only_by_name=*/false,
           {"torchvision"}}};
}

namespace {

/// What tells B0 and B2 apart: the last convolution, and how many blocks the last stage has.
struct EfficientNetSize {
  const char* name;
  const char* title;
  std::vector<std::int64_t> last;
  std::int64_t last_blocks;
};

const std::array<EfficientNetSize, 2>& efficientnet_sizes() {
  static const std::array<EfficientNetSize, 2> kSizes = {{
      {"efficientnet-b0", "EfficientNet-B0", {1280, 320, 1, 1}, 1},
      {"efficientnet-b2", "EfficientNet-B2", {1408, 352, 1, 1}, 2},
  }};
  return kSizes;
}

std::vector<NameRule> timm_efficientnet_rules() {
  return {kept("conv_stem.weight"),
          kept("bn#."),
          kept("blocks.#.#.conv_*.weight"),
          kept("blocks.#.#.bn#."),
          kept("blocks.#.#.se.conv_reduce."),
          kept("blocks.#.#.se.conv_expand."),
          kept("conv_head.weight"),
          of_head("classifier.#.", "classifier."),  // a list of one layer: Savchenko's
          of_head("classifier.", "classifier.")};
}

/// torchvision numbers what timm names; its first stage does not expand, so its numbers differ.
std::vector<NameRule> torchvision_efficientnet_rules() {
  std::vector<NameRule> rules = {{"features.0.0.weight", "conv_stem.weight"},
                                 {"features.0.1.", "bn1."}};
  const std::vector<std::pair<const char*, const char*>> narrow = {
      {"0.0.weight", "conv_dw.weight"},
      {"0.1.", "bn1."},
      {"1.fc1.", "se.conv_reduce."},
      {"1.fc2.", "se.conv_expand."},
      {"2.0.weight", "conv_pw.weight"},
      {"2.1.", "bn2."},
  };
  const std::vector<std::pair<const char*, const char*>> expanding = {
      {"0.0.weight", "conv_pw.weight"},
      {"0.1.", "bn1."},
      {"1.0.weight", "conv_dw.weight"},
      {"1.1.", "bn2."},
      {"2.fc1.", "se.conv_reduce."},
      {"2.fc2.", "se.conv_expand."},
      {"3.0.weight", "conv_pwl.weight"},
      {"3.1.", "bn3."},
  };
  for (int stage = 1; stage <= 7; ++stage) {
    const std::string from = "features." + std::to_string(stage) + ".#.block.";
    const std::string to = "blocks." + std::to_string(stage - 1) + ".#.";
    for (const auto& [theirs, ours] : stage == 1 ? narrow : expanding) {
      rules.push_back({from + theirs, to + ours});
    }
  }
  rules.push_back({"features.8.0.weight", "conv_head.weight"});
  rules.push_back({"features.8.1.", "bn2."});
  rules.push_back(of_head("classifier.1.", "classifier."));
  return rules;
}

}  // namespace

std::vector<Architecture> efficientnet_architectures() {
  std::vector<Architecture> all;
  for (const EfficientNetSize& size : efficientnet_sizes()) {
    const auto tell = [size](const std::string& last, const std::string& stage, const char* kind) {
      return [=](const Shapes& shapes, ForeignNames& names) {
        names.options = {{"model.efficientnet", kind}};
        return shapes.is(last, size.last) && shapes.count(stage) == size.last_blocks;
      };
    };
    const std::string name = size.name;
    const std::string title = size.title;
    all.push_back(
        {name,
         title + " in torchvision's names",
         name,
         torchvision_efficientnet_rules(),
         {"features.0.0.weight", "features.8.0.weight", "features.1.0.block.1.fc1.weight"},
         tell("features.8.0.weight", "features.7.#.", "torch"),
         /*only_by_name=*/false,
         {"torchvision"}});
    // Names and shapes are the same whatever the padding, so timm's file could be either.
    for (const bool tf : {false, true}) {
      all.push_back(
          {(tf ? "tf-" : "") + name,
           title + " in timm's names" + (tf ? ", with TensorFlow's padding (tf_efficientnet)" : ""),
           name,
           timm_efficientnet_rules(),
           {"conv_stem.weight", "conv_head.weight", "blocks.0.0.se.conv_reduce.weight"},
           tell("conv_head.weight", "blocks.6.#.", tf ? "tf" : "torch"),
           /*only_by_name=*/false,
           {"timm"}});
    }
  }
  return all;
}

std::vector<Architecture> vgg_face_architectures() {
  const auto architecture = [](const char* title, const std::string& pattern, const char* order) {
    Architecture made = {"vgg-face", title, "vgg-face", {}, {}, {}};
    made.rules = {{pattern + ".", "conv#_#."}, kept("fc6."), kept("fc7."), of_head("fc8.", "fc8.")};
    std::string first = pattern;
    std::replace(first.begin(), first.end(), '#', '1');
    first += ".weight";
    made.marks = {first, "fc6.weight", "fc7.weight"};
    made.tell = [first, order](const Shapes& shapes, ForeignNames& names) {
      const std::string scale = "0.00392156862745098";  // pictures from 0 to 255 less a mean
      names.options = {{"input.channels", order},
                       {"input.mean", "0.5066129412,0.4108329412,0.3670352941"},
                       {"input.deviation", scale + "," + scale + "," + scale}};
      return shapes.is(first, {64, 3, 3, 3}) && shapes.is("fc6.weight", {4096, 25088}) &&
             shapes.is("fc7.weight", {4096, 4096});
    };
    return made;
  };
  // Which colour is first lies in the weights; each conversion has names of its own.
  return {architecture("VGG-Face as converted from MatConvNet (conv1_1)", "conv#_#", "rgb"),
          architecture("VGG-Face as converted from Torch (conv_1_1)", "conv_#_#", "bgr")};
}

}  // namespace mien
