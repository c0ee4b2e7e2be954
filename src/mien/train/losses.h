// Losses of EMMA, DAN and CoTEX (method sections 4 to 6). Each takes missing labels as they come
// and gives exactly 0, with a zero gradient and no NaN, for a batch that has no valid label.
#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "mien/core/options.h"
#include "mien/data/loader.h"
#include "mien/nn/outputs.h"

namespace mien {

struct LossOptions {
  std::string au_reduction =
      "mean";  ///< mean over valid entries (eq. 2) | sum over AUs, mean over batch
  std::string au_pos_weight =
      "none";  ///< none | auto (negatives/positives of the training sets) | list "7.1,15.6,..."
  std::string expr = "cross_entropy";  ///< cross_entropy | distribution (of the raters' votes)
  bool learns_votes() const { return expr == "distribution"; }
  std::string expr_class_weights =
      "none";  ///< none | auto (most frequent class over each) | list "1.05,12,.."
  std::string ccc =
      "paper";  ///< paper: 1 - (CCC_V + CCC_A) | authors: (1-CCC_V) + (1-CCC_A), their form
  double label_smoothing = 0;  ///< part of the expression's target spread over all classes
  double affinity = 1;         ///< dan: weight of the affinity loss
  double partition = 1;        ///< dan: weight of the partition loss
  double lambda = 33.3;        ///< cotex: weight of the Jensen-Shannon divergence in eq. 5
  double auxiliary = 0.4;      ///< inception-v3: weight of the auxiliary head's losses
  void check() const;
};
void describe(LossOptions& options, Fields& fields);

/// The weights that `au_pos_weight` lists, one a unit; empty for "none" and "auto". Throws
/// OptionError for text that is no list of positive numbers, or of another length than `units`
/// (negative: any length).
std::vector<double> listed_positive_weights(const std::string& text, std::int64_t units);
/// The same for `expr_class_weights`, one a class.
std::vector<double> listed_class_weights(const std::string& text, std::int64_t classes);

/// Eq. 2: binary cross entropy with logits over valid entries. logits, targets [N, U]; -1 missing.
/// `positive_weight` [U] or undefined.
at::Tensor action_unit_loss(const at::Tensor& logits,
                            const at::Tensor& targets,
                            const at::Tensor& positive_weight,
                            const std::string& reduction);

/// Eq. 3: cross entropy. logits [N, K], targets [N] int64; -1 missing.
at::Tensor expression_loss(const at::Tensor& logits,
                           const at::Tensor& targets,
                           double label_smoothing = 0);
/// Eq. 3 with a weight [K] a class: the mean is over the weights of the labelled samples. Of a
/// part of a batch: its share, with `whole` [M] the labels of all; undefined: `targets` are all.
at::Tensor weighted_expression_loss(const at::Tensor& logits,
                                    const at::Tensor& targets,
                                    const at::Tensor& class_weight,
                                    double label_smoothing = 0,
                                    const at::Tensor& whole = {});
/// Eq. 3 against distributions [N, K]; rows of zeros are missing. A weight [K] a class multiplies
/// its part of each row; the mean stays over rows, so that the loss grows with the weights.
at::Tensor expression_distribution_loss(const at::Tensor& logits,
                                        const at::Tensor& distribution,
                                        double label_smoothing = 0,
                                        const at::Tensor& class_weight = {});

/// Eq. 4: 1 - (CCC_V + CCC_A) with population statistics, over entries valid for both. A CCC whose
/// denominator is 0 counts as 0; fewer than two valid entries, or neither CCC defined, give 0.
/// outputs, targets [N, 2]; below -1 missing.
at::Tensor valence_arousal_loss(const at::Tensor& outputs, const at::Tensor& targets);
/// The authors' form, each dimension with its own mask; one with fewer than two valid entries gives
/// 0.
at::Tensor valence_arousal_loss_authors(const at::Tensor& outputs, const at::Tensor& targets);

/// DAN: mean squared distance to the class centre over the centres' summed sample variance.
/// features [N, D] or [N, D, h, w] (then averaged over places), targets [N] (-1 missing), centers
/// [K, D].
at::Tensor affinity_loss(const at::Tensor& features,
                         const at::Tensor& targets,
                         const at::Tensor& centers);
/// DAN: log(1 + heads / sample variance over heads), the variance averaged over batch and channels.
/// heads [N, H, D]; 0 for a single head.
at::Tensor partition_loss(const at::Tensor& attention_heads);

/// MAE: squared error, averaged over a patch's values and over the masked patches of the batch.
/// reconstruction, patches [N, L, P * P * 3], masked [N, L] of 0 and 1.
at::Tensor reconstruction_loss(const at::Tensor& reconstruction,
                               const at::Tensor& patches,
                               const at::Tensor& masked);

/// Eq. 6 for any number of views: the entropy of the mean of their distributions less the mean of
/// their entropies, in nats, averaged over all samples. 0 to log V. views [V, N, K] logits.
at::Tensor jensen_shannon(const at::Tensor& views);

/// The losses of one batch by task, undefined where the network gives nothing; and their sum, in
/// which affinity, partition, agreement and auxiliary have their weights. Of a part of a batch: its
/// share in the losses of the whole, which the parts sum to. All float32 scalars on the outputs'
/// device.
struct TaskLosses {
  at::Tensor valence_arousal;
  at::Tensor expression;  ///< cotex: summed over the views
  at::Tensor action_units;
  at::Tensor affinity;
  at::Tensor partition;
  at::Tensor agreement;       ///< cotex: the Jensen-Shannon divergence, before lambda
  at::Tensor reconstruction;  ///< mae: squared error over the masked patches
  at::Tensor auxiliary;       ///< inception-v3: the further heads' totals, before their weight
  at::Tensor total;
};
/// What labels weigh; undefined: all the same. On the outputs' device.
struct LabelWeights {
  at::Tensor units = {};    ///< [U] present action units
  at::Tensor classes = {};  ///< [K] expressions
};
/// `batch` on the outputs' device. `centers` may be undefined.
TaskLosses task_losses(const Outputs& outputs,
                       const Batch& batch,
                       const LossOptions& options,
                       const LabelWeights& weights,
                       const at::Tensor& centers);

}  // namespace mien
