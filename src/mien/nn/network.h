// What every network is to the rest of the program: pictures in, scores by task out.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <torch/nn/module.h>

#include "mien/affect.h"
#include "mien/core/options.h"
#include "mien/input/input.h"

namespace mien {

/// Everything that shapes a network. One flat struct: a network uses the keys that concern it.
struct ModelOptions {
  std::string name = "emma";         ///< one of network_names()
  std::string vit = "B/16";          ///< width and patch of the transformer: T S B L H / patch
  std::string pool = "cls";          ///< cls: final norm of class token; mean: patch mean, own norm
  std::string position = "learned";  ///< learned | sincos
  double position_deviation = 0.02;  ///< of the learned position table before training
  double drop_path = 0.1;            ///< rises linearly over depth to this
  double mask = 0.0;                 ///< part of the patches dropped in training
  std::int64_t head_hidden = 512;    ///< width of the ViT head's hidden layer; 0: one linear layer
  std::string va_gradient = "stop";  ///< emma: stop | flow at the concatenation
  bool va_head = true;               ///< emma: false gives a plain ViT that has VA in its own head
  std::int64_t va_hidden = 256;      ///< emma: width of the VA head's hidden layer
  std::string expression = "p1";     ///< emma: p1 (ViT's logits) | p1+p2 (plus DAN's by name)
  std::int64_t dan_width = 64;       ///< dan: channels of the trunk's first stage (64: ResNet-18)
  std::string dan_stem =
      "imagenet";              ///< dan: imagenet (7x7 stride 2, max pool) | small (3x3, max pool)
  std::int64_t dan_heads = 4;  ///< dan: cross-attention heads
  std::vector<std::string>
      dan_expressions;     ///< emma: DAN's classes in its own order (from its file)
  std::int64_t views = 2;  ///< cotex: transformers side by side
  std::string view_mean = "probabilities";  ///< cotex: what evaluation averages, or logits
  std::string decoder = "512x8x16";         ///< mae: width x depth x heads
  bool norm_pix = true;  ///< mae: reconstruct each patch's pixels normalised by itself
  void check() const;
};
void describe(ModelOptions& options, Fields& fields);

/// Scores by task for N pictures; an undefined tensor where the network gives nothing.
struct Outputs {
  at::Tensor valence_arousal;  ///< [N, 2]
  at::Tensor expression;       ///< [N, K] logits
  at::Tensor action_units;     ///< [N, U] logits
  at::Tensor features;         ///< [N, D] what the heads see (vit, emma: as model.pool says)
  at::Tensor
      attention_heads;  ///< dan: [N, heads, 512], log-softmax over heads (as its losses take it)
  at::Tensor spatial_features;  ///< dan: [N, 512, h, w], the trunk's output
  at::Tensor views;             ///< cotex: [V, N, K], the logits of each view
  at::Tensor reconstruction;    ///< mae: [N, L, 3 * P * P], each patch as the decoder paints it
  at::Tensor patches;           ///< mae: [N, L, 3 * P * P], what it should have painted
  at::Tensor masked;            ///< mae: [N, L], 1 where the encoder did not see the patch, else 0
};

/// Pictures with gaps, and how a network fills them. Each [N, 3, S, S], normalised, float32.
struct Reconstruction {
  at::Tensor seen;    ///< what the network saw; 0, the mean colour, where it saw nothing
  at::Tensor filled;  ///< the same with the gaps as the network paints them
};

/// Which optimiser a parameter belongs to: the network's own, or a head with an optimiser of its
/// own.
enum class ParameterRole { kMain, kVaHead, kFrozen };

/// The part of a network that another training can hand on: a transformer's trunk, a CNN's trunk.
struct Backbone {
  torch::nn::Module* module = nullptr;  ///< holds it, heads and all
  std::vector<std::string> parts;       ///< beginnings of its parameters' names in `module`
  std::vector<std::string> optional;    ///< of these, what a file need not have
  std::vector<std::string> prefixes;    ///< that may stand before them in a file, likeliest first
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
  ModelOptions options_;
  Vocabulary vocabulary_;
  InputOptions input_;
};

/// Throws UsageError for a network that learned without labels: it says nothing of a face itself.
void check_reads(const Network& network);

using NetworkPointer = std::shared_ptr<Network>;

/// What the registry says of a network.
struct NetworkKind {
  std::string summary;  ///< one line, for the help
  /// What it can learn, and the recipe of it when none is asked for: mtl (valence and arousal,
  /// expression, action units), expr (expression alone), pretrain (pictures without labels).
  std::map<std::string, std::string> recipes;
  bool learns_without_labels() const { return recipes.contains("pretrain"); }
};
/// Throws OptionError listing the registry for an unknown name.
const NetworkKind& network_kind(const std::string& name);

/// Makes the network that `options.name` names, with fresh weights from torch's default generator.
/// Throws OptionError listing the registry for an unknown name.
NetworkPointer create_network(const ModelOptions& options,
                              const Vocabulary& vocabulary,
                              const InputOptions& input);
std::vector<std::string> network_names();

}  // namespace mien
