// Masked CoTEX (method section 6): several transformers, each behind a mask of its own, learn
// expression together.
#pragma once

#include <memory>
#include <vector>

#include "mien/nn/models/vit.h"
#include "mien/nn/network.h"

namespace mien {

/// The log of the mean over the views of their probabilities: a softmax of it gives that mean.
/// views [V, N, K] logits -> [N, K]
at::Tensor mean_of_probabilities(const at::Tensor& views);

/// Parameters: v0., v1., .. and a transformer's names with one linear layer `head`.
class CotexNetwork : public Network {
 public:
  CotexNetwork(const ModelOptions& model, const Vocabulary& vocabulary, const InputOptions& input);
  /// In training each view draws its own mask for each picture.
  Outputs forward(const at::Tensor& pictures) override;
  /// The views' outputs with these patches alone, an undefined one standing for all. kept V x [N,
  /// L']
  Outputs read(const at::Tensor& pictures, const std::vector<at::Tensor>& kept);
  at::Tensor patch_mean(const at::Tensor& pictures) override;
  std::int64_t layer_of(std::string_view parameter) const override;
  std::int64_t layers() const override;
  Backbone backbone() override;
  std::vector<Backbone> backbones() override;

 private:
  Outputs joined(const std::vector<VitWithHead::Result>& results) const;

  std::vector<std::shared_ptr<VitWithHead>> views_;
};

}  // namespace mien
