#include <cmath>
#include <numbers>

#include "mien/error.h"
#include "mien/train/optimiser.h"

namespace mien {
namespace {

// From `from` to `to` along half a cosine; `part` in [0, 1].
double half_cosine(double from, double to, double part) {
  return to + (from - to) * 0.5 * (1 + std::cos(std::numbers::pi * std::clamp(part, 0.0, 1.0)));
}

double part_of(double value, double whole) {
  return whole > 0 ? value / whole : 1.0;
}

double one_cycle(const OptimOptions& options, double peak, double progress) {
  constexpr double kStartDivisor = 25;
  constexpr double kRisingPart = 0.3;
  const auto total = static_cast<double>(options.epochs);
  const double rising = options.warmup_epochs > 0 ? options.warmup_epochs : kRisingPart * total;
  if (progress < rising) return half_cosine(peak / kStartDivisor, peak, progress / rising);
  return half_cosine(peak, options.min_lr, part_of(progress - rising, total - rising));
}

double after_warmup(const OptimOptions& options, double peak, double progress) {
  const auto total = static_cast<double>(options.epochs);
  if (options.schedule == "cosine") {
    return half_cosine(peak,
                       options.min_lr,
                       part_of(progress - options.warmup_epochs, total - options.warmup_epochs));
  }
  const double epoch = std::floor(progress);
  if (options.schedule == "exponential") return peak * std::pow(options.gamma, epoch);
  if (options.schedule == "step") {
    const double falls = std::floor(epoch / static_cast<double>(options.step_epochs));
    return peak * std::pow(options.gamma, falls);
  }
  return peak;
}

}  // namespace

double peak_lr(const OptimOptions& options) {
  if (options.scale_lr == "none") return options.lr;
  return options.lr * static_cast<double>(options.batch * options.accumulate) / 256;
}

double scheduled_lr(const OptimOptions& options, double progress_epochs) {
  const double peak = peak_lr(options);
  if (options.schedule == "one_cycle") return one_cycle(options, peak, progress_epochs);
  if (progress_epochs < options.warmup_epochs) {
    return peak * progress_epochs / options.warmup_epochs;
  }
  return after_warmup(options, peak, progress_epochs);
}

void OptimOptions::check() const {
  check_values(*this, "optim.");
  if (warmup_epochs > static_cast<double>(epochs)) {
    throw OptionError("optim.warmup_epochs",
                      "optim.warmup_epochs is above optim.epochs (" + std::to_string(epochs) +
                          "): the rate would never reach its peak");
  }
}

void describe(OptimOptions& options, Fields& fields) {
  fields.add("name", options.name, "optimiser", one_of({"adamw", "adam", "sgd"}));
  fields.add("batch",
             options.batch,
             "pictures a batch; table6: as the paper has it for the mask; auto: what memory holds, "
             "grown with the mask as in table6",
             or_words(at_least(1), {{"auto", kAutoBatch}, {"table6", kTable6Batch}}));
  fields.add("micro_batch",
             options.micro_batch,
             "pictures of a batch that go through the network at once, with the gradient of the "
             "whole batch; 0: all",
             at_least(0));
  fields.add("memory_gib",
             options.memory_gib,
             "memory that batch = auto may take, GiB; 0: what is free on the device",
             at_least(0));
  fields.add("accumulate", options.accumulate, "batches an optimiser step", at_least(1));
  fields.add("lr", options.lr, "learning rate, before scale_lr", at_least(0));
  fields.add("scale_lr",
             options.scale_lr,
             "linear: lr * batch * accumulate / 256; none: lr itself",
             one_of({"linear", "none"}));
  fields.add("min_lr", options.min_lr, "rate at the end of cosine and one_cycle", at_least(0));
  fields.add("weight_decay",
             options.weight_decay,
             "weight decay (not on vectors, class token and positions)",
             at_least(0));
  fields.add(
      "beta1", options.beta1, "adam, adamw: decay of the mean gradient", between(0, 0.9999999));
  fields.add("beta2",
             options.beta2,
             "adam, adamw: decay of the mean squared gradient",
             between(0, 0.9999999));
  fields.add("momentum", options.momentum, "sgd: momentum", between(0, 0.9999999));
  fields.add("layer_decay",
             options.layer_decay,
             "factor on the rate a layer downwards; 1: none",
             between(0, 1));
  fields.add(
      "clip", options.clip, "largest norm of the whole gradient; 0: not clipped", at_least(0));
  fields.add("epochs", options.epochs, "epochs in all", at_least(1));
  fields.add("warmup_epochs", options.warmup_epochs, "epochs in which the rate rises", at_least(0));
  fields.add("schedule",
             options.schedule,
             "how the rate goes on after the warm-up",
             one_of({"cosine", "exponential", "step", "one_cycle", "constant"}));
  fields.add("gamma", options.gamma, "exponential, step: factor on the rate", at_least(0));
  fields.add("step_epochs", options.step_epochs, "step: epochs between factors", at_least(1));
  fields.add("va_lr",
             options.va_lr,
             "emma: constant rate of the valence-arousal head's own Adam",
             at_least(0));
  fields.add("va_clip",
             options.va_clip,
             "emma: largest gradient norm of the valence-arousal head; 0: as clip",
             at_least(0));
}

}  // namespace mien
