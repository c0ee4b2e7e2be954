// What every network is to the rest of the program: pictures in, scores by task out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <torch/nn/module.h>

#include "mien/affect.h"
#include "mien/input/input.h"
#include "mien/nn/model_options.h"
#include "mien/nn/outputs.h"
#include "mien/nn/registry.h"

namespace mien {

/// Which optimiser a parameter belongs to: the network's own, or a head with an optimiser of its
/// own.
enum class ParameterRole { kMain, kVaHead, kFrozen };

/// The part of a network that another training can hand on: a transformer's trunk, a CNN's trunk.
struct Backbone {
  torch::nn::Module* module = nullptr;  ///< holds it, heads and all
  std::vector<std::string> parts;       ///< beginnings of its parameters' names in `module`
  std::vector<std::string> optional;    ///< of these, what a file need not have
  std::vector<std::string> prefixes;    ///< that may stand before them in a file, likeliest first
  std::vector<std::string> learning = {};  ///< of these, what learns though the trunk is frozen
};

class Network : public torch::nn::Module {
 public:
  /// pictures [N, 3, S, S], normalised as `input()` says, on the network's device.
  virtual Outputs forward(const at::Tensor& pictures) = 0;
  /// The mean over a picture's patches of what the final norm makes of them: another feature than
  /// the class token's, which knows more of where things are. [N, 3, S, S] -> [N, D] float32.
  /// Throws UsageError where a network has no patches.
  virtual at::Tensor patch_mean(const at::Tensor& pictures);
  /// Hides the part `mask` of each picture's patches, drawn from the CPU's default generator, and
  /// paints them. Throws UsageError where a network has not learned to.
  virtual Reconstruction reconstruct(const at::Tensor& pictures, double mask);

  /// Layer of the parameter for layer decay: 0 (embedding) .. layers() - 1 (final norm, heads).
  virtual std::int64_t layer_of(std::string_view parameter) const;
  virtual std::int64_t layers() const { return 1; }
  virtual ParameterRole role_of(std::string_view parameter) const;
  /// What `model.backbone` fills. Throws UsageError where a network has none.
  virtual Backbone backbone();
  /// The same where there are several: each is filled from the one file.
  virtual std::vector<Backbone> backbones() { return {backbone()}; }
  /// What `model.freeze_trunk` asks for, once the network is made: the parameters that
  /// `backbones()` names learn no more, and their modules stay in evaluation mode, so that batch
  /// statistics stay and nothing is dropped. Throws UsageError where a network has no trunk.
  void freeze_trunk();
  /// A frozen trunk stays in evaluation mode.
  void train(bool on = true) override;
  /// The frozen expression CNN that `model.dan` fills; nullptr where there is none.
  virtual torch::nn::Module* frozen_cnn() { return nullptr; }
  /// Channels of Outputs::spatial_features; 0 where a network does not give them.
  virtual std::int64_t spatial_channels() const { return 0; }
  /// True for vectors, class token and positions, which take no weight decay.
  virtual bool without_weight_decay(std::string_view parameter, const at::Tensor& value) const;

  const ModelOptions& options() const { return options_; }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  const InputOptions& input() const { return input_; }

 protected:
  Network(ModelOptions options, Vocabulary vocabulary, InputOptions input);

 private:
  bool in_frozen_trunk(std::string_view name) const;

  std::vector<std::string> frozen_;    ///< beginnings of names in a frozen trunk
  std::vector<std::string> learning_;  ///< of these, what learns nevertheless
  ModelOptions options_;
  Vocabulary vocabulary_;
  InputOptions input_;
};

}  // namespace mien
