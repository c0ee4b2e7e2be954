// InceptionV3 (Szegedy et al. 2016) as torchvision has it, and the network "inception-v3".
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "mien/nn/models/cnn.h"
#include "mien/nn/models/inception_block.h"

namespace mien {

/// The network up to and including Mixed_6e, which EmotionNet stands on too. Parameters:
/// Conv2d_1a_3x3 .. Conv2d_4a_3x3, Mixed_5b .. Mixed_6e.
class InceptionBase : public torch::nn::Module {
 public:
  static constexpr std::int64_t kChannels = 768;

  InceptionBase();
  /// pictures [N, 3, S, S] -> [N, 768, side(S), side(S)]
  at::Tensor forward(const at::Tensor& pictures);

  /// Places a side of the map of a picture: 17 of 299 pixels, 12 of 224, 3 of 75; 0: too small.
  static std::int64_t side(std::int64_t picture);
  /// The smallest picture with so many.
  static std::int64_t picture_of(std::int64_t side);
  /// Throws OptionError naming input.size unless the map has at least so many, for what reads it.
  static void check_side(const InputOptions& input,
                         std::int64_t least,
                         const std::string& reader,
                         const std::string& advice = "");

 private:
  std::vector<std::shared_ptr<InceptionConv>> stem_;
  std::vector<std::shared_ptr<InceptionBlock>> blocks_;
};

/// The trunk, in two halves: the auxiliary head reads what lies between.
class InceptionTrunk : public CnnTrunk {
 public:
  static constexpr std::int64_t kLeastSide = 3;  ///< of the map between, for Mixed_7a

  InceptionTrunk();
  at::Tensor forward(const at::Tensor& pictures) override { return upper(lower(pictures)); }
  std::int64_t width() const override { return blocks_.back()->channels(); }

  /// [N, 3, S, S] -> [N, 768, h, w]
  at::Tensor lower(const at::Tensor& pictures) { return base_->forward(pictures); }
  /// [N, 768, h, w] -> [N, 2048]; dropout in training
  at::Tensor upper(const at::Tensor& map);

 private:
  std::shared_ptr<InceptionBase> base_;
  std::vector<std::shared_ptr<InceptionBlock>> blocks_;
};

/// Parameters: conv0, conv1, fc.
class InceptionAuxiliary : public torch::nn::Module {
 public:
  static constexpr std::int64_t kLeastSide = 17;  ///< of the map

  explicit InceptionAuxiliary(std::int64_t outputs);
  /// map [N, 768, h, w] -> scores [N, outputs] float32
  at::Tensor forward(const at::Tensor& map);

 private:
  std::shared_ptr<InceptionConv> conv0_;
  std::shared_ptr<InceptionConv> conv1_;
  std::shared_ptr<Linear> fc_;
};

/// The network "inception-v3": one last layer `fc` for all tasks and, with `model.auxiliary`, the
/// head `AuxLogits`, which answers in training alone, through Outputs::auxiliary.
class InceptionNetwork : public CnnNetwork {
 public:
  /// Throws OptionError naming input.size for pictures that are too small.
  InceptionNetwork(const ModelOptions& model,
                   const Vocabulary& vocabulary,
                   const InputOptions& input);
  Outputs forward(const at::Tensor& pictures) override;
  Backbone backbone() override;
  std::int64_t layer_of(std::string_view parameter) const override;

 private:
  InceptionNetwork(const ModelOptions& model,
                   const Vocabulary& vocabulary,
                   const InputOptions& input,
                   std::shared_ptr<InceptionTrunk> trunk);

  std::shared_ptr<InceptionTrunk> trunk_;
  std::shared_ptr<InceptionAuxiliary> auxiliary_;  ///< or nothing
};

}  // namespace mien
