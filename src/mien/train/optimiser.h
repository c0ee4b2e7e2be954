// Optimisers over named parameters with a rate and decay of their own, layer decay, the schedule,
// and clipping (method section 7).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mien/core/options.h"
#include "mien/nn/registry.h"
#include "mien/nn/weights.h"

namespace mien {

enum class ParameterRole;

/// What `optim.batch` can be beside a number of pictures; a run has the number that it stands for.
constexpr std::int64_t kAutoBatch = -1;    ///< "auto": what memory holds, grown with the mask
constexpr std::int64_t kTable6Batch = -2;  ///< "table6": the paper's for the mask

struct OptimOptions {
  std::string name = "adamw";       ///< adamw | adam | sgd
  std::int64_t batch = 100;         ///< pictures a batch, or one of the words above
  std::int64_t micro_batch = 0;     ///< pictures that go through the network at once; 0: the batch
  double memory_gib = 0;            ///< what batch = auto may take; 0: what is free
  std::int64_t accumulate = 4;      ///< batches an optimiser step
  double lr = 5e-4;                 ///< base rate
  std::string scale_lr = "linear";  ///< linear: lr * batch * accumulate / 256 | none
  double min_lr = 1e-6;             ///< the cosine ends here
  double weight_decay = 0.05;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double momentum = 0.9;      ///< sgd
  double layer_decay = 0.65;  ///< 1: none
  double clip = 0.05;         ///< of the global gradient norm; 0: none
  std::int64_t epochs = 30;
  double warmup_epochs = 5;
  std::string schedule =
      "cosine";        ///< cosine (per iteration) | exponential | step | one_cycle | constant
  double gamma = 0.6;  ///< exponential, step: factor
  std::int64_t step_epochs = 10;  ///< step: epochs between factors
  double va_lr = 1e-4;            ///< the VA head's own Adam, constant
  double va_clip = 0;             ///< the VA head's own clip; 0: as `clip`
  void check() const;
};
void describe(OptimOptions& options, Fields& fields);

/// A parameter with what its optimiser needs to know.
struct OptimisedParameter {
  std::string name;
  at::Tensor value;
  double lr_scale = 1;  ///< layer decay
  double weight_decay = 0;
};

/// The parameters of a role. kMain: scale = decay^(layers - 1 - layer), the options' weight decay
/// where the network takes any. Other roles: scale 1, no decay.
std::vector<OptimisedParameter> optimised_parameters(const Network& network,
                                                     ParameterRole role,
                                                     const OptimOptions& options);

/// The rate that the schedule starts from or rises to: `lr`, scaled as `scale_lr` says.
double peak_lr(const OptimOptions& options);
/// The rate at a point of training, before layer decay. `progress` in epochs, fractional, from 0.
/// A linear warm-up comes before every schedule but one_cycle, which rises by half a cosine from a
/// 25th of the peak (over `warmup_epochs`, or 30 % of training where that is 0) and falls to
/// `min_lr`.
double scheduled_lr(const OptimOptions& options, double progress_epochs);

/// AdamW, Adam or SGD with momentum; its state saves to and loads from tensors by parameter name.
/// SGD and Adam take weight decay as part of the gradient, AdamW decoupled from it.
class Optimiser {
 public:
  struct Settings {
    std::string name = "adamw";
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double momentum = 0.9;
    double clip = 0;  ///< of the global norm over this optimiser's gradients; 0: none
  };
  Optimiser(std::vector<OptimisedParameter> parameters, Settings settings);
  /// Clips, steps with the rate times each lr_scale, and clears the gradients. Gives the norm
  /// before clipping; where that is not finite, nothing is stepped and the gradients stay. A
  /// parameter without a gradient is left as it is.
  double step(double lr);
  void clear_gradients();
  /// Moments, the count of steps, and the gradients that are there (inside an accumulation).
  void save(StateDict& state, const std::string& prefix) const;
  /// Throws DataError when something is missing or of another shape.
  void load(const StateDict& state, const std::string& prefix, const std::string& file);

 private:
  struct Group {  // parameters of equal rate and decay, stepped by one call
    double lr_scale;
    double weight_decay;
    std::vector<std::size_t> members;
  };
  void step_group(const Group& group, double lr, const std::optional<at::Tensor>& divisor);

  std::vector<OptimisedParameter> parameters_;
  Settings settings_;
  std::vector<Group> groups_;
  std::vector<at::Tensor> first_;
  std::vector<at::Tensor> second_;  // empty for sgd
  std::int64_t steps_ = 0;
};

}  // namespace mien
