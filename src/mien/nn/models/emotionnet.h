// EmotionNet, the static model of Deng 2022 (arXiv 2203.12845): InceptionV3's map, looked at once
// for the region of each action unit; relations between the regions tell the units, the regions
// themselves expression, valence and arousal.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mien/nn/layers/linear.h"
#include "mien/nn/layers/named_children.h"
#include "mien/nn/layers/post_norm_block.h"
#include "mien/nn/models/inception.h"
#include "mien/nn/network.h"

namespace mien {

/// The action unit of each region: the vocabulary's in their order, then, without a label, what it
/// lacks of the seventeen of the paper. ABAW's twelve and AU05, 09, 14, 16, 17 for ABAW's
/// vocabulary.
std::vector<std::string> emotionnet_regions(const Vocabulary& vocabulary);

/// A map of attention a region. Parameters: AU_attention_convs.0, .1, .3, .4;
/// AU_attention_map_module.0.
class RegionAttention : public torch::nn::Module {
 public:
  explicit RegionAttention(std::int64_t regions);
  /// x [N, 768, h, w] -> [N, R, h, w], each number in 0 to 1
  at::Tensor forward(const at::Tensor& x);

 private:
  std::shared_ptr<Conv2d> conv0_, conv3_, map_;
  std::shared_ptr<BatchNorm> norm1_, norm4_;
};

/// What a region's attention finds. Parameters: Conv1.0, Conv1.1, Conv2.0, Conv2.1, fc.
class RegionVector : public torch::nn::Module {
 public:
  static constexpr std::int64_t kWidth = 16;

  RegionVector();
  /// x [N, 768, h, w], attention [N, 1, h, w] -> [N, 16] float32
  at::Tensor forward(const at::Tensor& x, const at::Tensor& attention);

 private:
  std::shared_ptr<Conv2d> conv1_, conv2_;
  std::shared_ptr<BatchNorm> norm1_, norm2_;
  std::shared_ptr<Linear> fc_;
};

/// Which units are present, by what the regions tell each other. Parameters: MHA;
/// emotion_classifiers.0.fc, a row a unit.
class RegionRelations : public torch::nn::Module {
 public:
  RegionRelations(std::int64_t regions, std::int64_t units, NamedChildren& classifiers);
  /// vectors [N, R, 16] -> logits [N, U] of the first regions
  at::Tensor forward(const at::Tensor& vectors);

 private:
  at::Tensor positions_;  ///< [R, 16], fixed
  std::shared_ptr<PostNormBlock> block_;
  std::shared_ptr<Linear> rows_;  ///< [U, 16]
};

/// Expression, valence and arousal from all regions. Parameters: transformation_matrices.R;
/// emotion_classifiers.1 (expressions), emotion_classifiers.2 (valence, arousal).
class RegionEmotions : public torch::nn::Module {
 public:
  RegionEmotions(std::int64_t regions,
                 const Vocabulary& vocabulary,
                 bool average_predictions,
                 NamedChildren& classifiers);
  /// Fills in expression, valence and arousal, as far as the vocabulary has them. vectors [N, R,
  /// 16]
  void read(const at::Tensor& vectors, Outputs& outputs);

 private:
  /// vectors [N, R, 16], each through its matrix, to scores [N, K]
  at::Tensor averaged(const at::Tensor& moved, Linear& classifier) const;

  bool average_predictions_;
  std::vector<at::Tensor> matrices_;    ///< [16, 16] a region
  std::shared_ptr<Linear> expression_;  ///< or nothing
  std::shared_ptr<Linear> affect_;      ///< or nothing
};

/// The network "emotionnet". Parameters: the trunk's below backbone_CNN, AU_Metric_Modules.R, and
/// those of the parts above. Where a vocabulary has no units, or neither expressions nor valence
/// and arousal, what would tell them is left out.
class EmotionNetwork : public Network {
 public:
  /// Throws OptionError naming input.size for pictures that are too small.
  EmotionNetwork(const ModelOptions& model,
                 const Vocabulary& vocabulary,
                 const InputOptions& input);
  Outputs forward(const at::Tensor& pictures) override;
  /// What stands over the trunk. map [N, 768, h, w]
  Outputs read(const at::Tensor& map);
  Backbone backbone() override;
  /// The trunk is 0, all else is 1.
  std::int64_t layer_of(std::string_view parameter) const override;
  std::int64_t layers() const override { return 2; }

 private:
  std::shared_ptr<InceptionBase> trunk_;
  std::shared_ptr<RegionAttention> attention_;
  std::vector<std::shared_ptr<RegionVector>> vectors_;
  std::shared_ptr<RegionRelations> relations_;  ///< or nothing
  std::shared_ptr<RegionEmotions> emotions_;    ///< or nothing
};

}  // namespace mien
