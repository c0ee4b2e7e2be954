// EMMA (method section 5): a transformer for expressions and action units, a frozen DAN beside it,
// and a small head for valence and arousal over both.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mien/nn/models/dan.h"
#include "mien/nn/models/frozen_dan.h"
#include "mien/nn/models/vit.h"
#include "mien/nn/network.h"

namespace mien {

/// AffectNet's eight classes in the order of the published DAN.
std::vector<std::string> affectnet_expressions();

/// Parameters: vit. (transformer with head.0, head.2; with dan_patches also dan_embed), cnn. (DAN),
/// va_head.0, va_head.2. The DAN is there only where something reads it: the valence-arousal
/// head, expression = p1+p2, or the transformer (dan_patches).
class EmmaNetwork : public Network {
 public:
  EmmaNetwork(const ModelOptions& model, const Vocabulary& vocabulary, const InputOptions& input);
  Outputs forward(const at::Tensor& pictures) override;
  at::Tensor patch_mean(const at::Tensor& pictures) override;
  std::int64_t layer_of(std::string_view parameter) const override;
  std::int64_t layers() const override;
  ParameterRole role_of(std::string_view parameter) const override;
  Backbone backbone() override;
  torch::nn::Module* frozen_cnn() override { return cnn_.get(); }
  /// The DAN stays in evaluation mode.
  void train(bool on = true) override;

 private:
  void add_dan(const DanOptions& options);
  void add_va_head(std::int64_t inputs);
  /// What the DAN's third stage adds to the patches. [N, C, h, w] -> [N, h * w, D] or undefined
  at::Tensor added_to_patches(const at::Tensor& third_stage);

  std::shared_ptr<VitWithHead> vit_;
  std::unique_ptr<FrozenDan> frozen_dan_;       ///< computes what cnn_ gives
  std::shared_ptr<Dan> cnn_;                    ///< or nothing
  std::shared_ptr<Linear> dan_embed_;           ///< or nothing
  std::shared_ptr<Linear> va_first_, va_last_;  ///< or nothing
  std::vector<std::int64_t> dan_index_;         ///< DAN's class for each expression (p1+p2)
};

}  // namespace mien
