#include "mien/train/session.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <ATen/Context.h>
#include <c10/core/GradMode.h>

#include "mien/core/random.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/network.h"
#include "mien/train/shown_reconstruction.h"
#include "mien/version.h"

namespace mien {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kCheckpointSteps = 200;
constexpr std::uint64_t kHeldOutStream = 0x68656c64;

double seconds_between(Clock::time_point begin, Clock::time_point end) {
  return std::chrono::duration<double>(end - begin).count();
}

LearnerOptions learner_options(const TrainOptions& options, const TrainingSetup& setup) {
  LearnerOptions result;
  result.loss = options.loss;
  result.optim = options.optim;
  result.device = setup.device;
  result.precision = setup.precision;
  result.weights = setup.weights;
  result.seed = static_cast<std::uint64_t>(options.train.seed);
  return result;
}

}  // namespace

TrainSession::TrainSession(TrainOptions options,
                           TrainingSetup setup,
                           RunFolder folder,
                           TrainEvents events,
                           const StopFlag& stop)
    : options_(std::move(options)),
      setup_(std::move(setup)),
      folder_(std::move(folder)),
      events_(std::move(events)),
      stop_(stop),
      loader_(setup_.data.training, options_.input, options_.data.augment, options_.data.loader),
      learner_(setup_.network, learner_options(options_, setup_)),
      learns_without_labels_(network_kind(options_.model.name).learns_without_labels()) {
  if (!setup_.data.validation.empty()) {
    validation_.emplace(
        setup_.data.validation, options_.input, options_.data.augment, options_.data.loader);
  }
}

void TrainSession::go_on_from(const Checkpoint& checkpoint) {
  learner_.load(checkpoint.state, folder_.checkpoint_file().string());
  progress_ = checkpoint.progress;
}

EpochResult TrainSession::run() {
  folder_.keep_epochs(progress_.epoch - 1);
  if (events_.start) events_.start(setup_lines(setup_, options_));
  while (!progress_.finished) {
    train_epoch();
    finish_epoch();
  }
  return best_ ? *best_ : folder_.epoch(progress_.best_epoch);
}

TrainSession::EpochPlan TrainSession::start_epoch() {
  LoaderPlan plan;
  plan.seed = static_cast<std::uint64_t>(options_.train.seed);
  plan.epoch = progress_.epoch;
  plan.batch = options_.optim.batch;
  plan.training = true;
  plan.order = epoch_order(setup_.data.training,
                           setup_.data.weights,
                           options_.data.sampling,
                           plan.batch,
                           {plan.seed, plan.epoch});
  // A batch of one picture has no variance for batch norm to work with; the next epoch draws
  // another.
  const auto size = static_cast<std::int64_t>(plan.order.size());
  if (size > 1 && size % plan.batch == 1 && plan.batch > 1) plan.order.pop_back();
  plan.first_batch = progress_.batch;
  EpochPlan epoch;
  epoch.images = static_cast<std::int64_t>(plan.order.size());
  epoch.batches = batch_count(plan);
  loader_.start(std::move(plan));
  return epoch;
}

void TrainSession::train_epoch() {
  mark_ = Clock::now();
  images_here_ = 0;
  seconds_here_ = 0;
  const EpochPlan plan = start_epoch();
  learner_.network().train();
  Batch batch;
  while (progress_.batch < plan.batches && loader_.next(batch)) train_batch(batch, plan);
}

TrainSession::Group TrainSession::group_of(std::int64_t batch, const EpochPlan& plan) const {
  const std::int64_t accumulate = options_.optim.accumulate;
  const std::int64_t size = options_.optim.batch;
  Group group;
  group.begin = batch / accumulate * accumulate;
  group.end = std::min(group.begin + accumulate, plan.batches);
  group.images = std::min(group.end * size, plan.images) - group.begin * size;
  return group;
}

void TrainSession::train_batch(const Batch& batch, const EpochPlan& plan) {
  const Group group = group_of(progress_.batch, plan);
  const std::int64_t size = batch.pictures.size(0);
  // Each batch counts as its pictures do: a group steps as one large batch of mean losses would,
  // also the last one of an epoch, which may be short.
  const double share = static_cast<double>(size) / static_cast<double>(group.images);
  const std::uint64_t key = mix_key({static_cast<std::uint64_t>(options_.train.seed),
                                     static_cast<std::uint64_t>(progress_.epoch),
                                     static_cast<std::uint64_t>(progress_.batch)});
  const BatchLosses losses = learner_.accumulate(batch, share, key);
  ++progress_.batch;
  if (!losses.not_finite.empty()) fail("the loss of " + losses.not_finite, plan);
  progress_.sums.add(losses, size);
  images_here_ += size;
  if (progress_.batch == group.end) step(group, plan);
  const Clock::time_point now = Clock::now();
  progress_.sums.seconds += seconds_between(mark_, now);
  seconds_here_ += seconds_between(mark_, now);
  mark_ = now;
  report(plan);
  if (stop_.requested()) interrupt(plan);
  const std::int64_t between = options_.train.checkpoint_steps;
  if (steps_since_save_ >= (between > 0 ? between : kCheckpointSteps)) save_checkpoint();
}

void TrainSession::step(const Group& group, const EpochPlan& plan) {
  const double done = static_cast<double>(group.begin) / static_cast<double>(plan.batches);
  progress_.lr = scheduled_lr(options_.optim, static_cast<double>(progress_.epoch - 1) + done);
  const StepNorms norms = learner_.step(progress_.lr);
  if (!std::isfinite(norms.network)) fail("the gradient of the network", plan);
  if (!std::isfinite(norms.va_head)) fail("the gradient of the valence-arousal head", plan);
  progress_.sums.gradient_norm.sum += norms.network;
  progress_.sums.gradient_norm.count += 1;
  ++steps_since_save_;
}

std::optional<double> TrainSession::held_out_loss() {
  if (!validation_ || !learns_without_labels_) return std::nullopt;
  const c10::NoGradGuard no_gradients;
  Network& network = learner_.network();
  network.eval();
  validation_->start(evaluation_plan(validation_->size(), options_.train.evaluation_batch));
  EpochSums::Mean mean;
  Batch batch;
  for (std::uint64_t number = 0; validation_->next(batch); ++number) {
    if (stop_.requested()) interrupt_after_training();
    at::manual_seed(mix_key({kHeldOutStream, number}));  // the same gaps after every epoch
    const AutocastScope autocast(setup_.device, setup_.precision);
    const Outputs made = network.forward(batch.pictures.to(setup_.device));
    const at::Tensor loss = reconstruction_loss(made.reconstruction, made.patches, made.masked);
    const auto size = static_cast<double>(batch.pictures.size(0));
    mean.sum += loss.item<double>() * size;
    mean.count += size;
  }
  return mean.value();
}

EvaluationReport TrainSession::validate() {
  if (!validation_ || learns_without_labels_) return {};
  RunSettings settings;
  settings.device = setup_.device;
  settings.precision = setup_.precision;
  settings.batch = options_.train.evaluation_batch;
  try {
    const std::vector<Prediction> predictions =
        predict_all(learner_.network(), *validation_, settings, events_.sink, stop_);
    return evaluate_lists(setup_.data.validation, predictions, setup_.vocabulary, {});
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kInterrupted) throw;
    interrupt_after_training();
  }
}

void TrainSession::interrupt_after_training() {
  EpochPlan plan;
  plan.batches = progress_.batch;
  interrupt(plan);
}

void TrainSession::finish_epoch() {
  const Clock::time_point begin = Clock::now();
  EpochResult result;
  result.epoch = progress_.epoch;
  result.lr = progress_.lr;
  for (const auto& [name, mean] : progress_.sums.losses) result.losses[name] = mean.value();
  result.gradient_norm = progress_.sums.gradient_norm.value();
  result.images_per_second = static_cast<double>(images_here_) / std::max(seconds_here_, 1e-9);
  std::optional<double> held_out;
  try {
    result.validation = validate();
    held_out = held_out_loss();
  } catch (const DataError&) {
    save_checkpoint();  // a picture that cannot be read does not cost the epoch
    throw;
  }
  if (held_out) result.losses[kHeldOutLoss] = *held_out;
  result.seconds = progress_.sums.seconds + seconds_between(begin, Clock::now());
  const std::optional<double> total = held_out ? -*held_out : result.validation.pooled.total;
  result.best = !total || !progress_.best_total || *total > *progress_.best_total;
  if (result.best) {
    best_ = result;
    progress_.best_epoch = result.epoch;
    progress_.best_total = total;
  }
  save_weights(result);
  folder_.add_epoch(result);
  const std::int64_t stale = result.epoch - progress_.best_epoch;
  const bool early = options_.train.early_stop > 0 && stale >= options_.train.early_stop;
  progress_.epoch += 1;
  progress_.batch = 0;
  progress_.sums = {};
  progress_.finished = early || progress_.epoch > options_.optim.epochs;
  save_checkpoint();
  if (events_.epoch) events_.epoch(result);
  show_reconstruction();
  report_damaged();
  if (early) {
    events_.sink.info("no better validation total for " + std::to_string(stale) +
                      " epochs: training ends (train.early_stop)");
  }
}

void TrainSession::show_reconstruction() {
  if (!events_.reconstruction || !learns_without_labels_) return;
  if (!shown_.defined()) shown_ = pictures_to_show(setup_.data.training, options_.input);
  if (shown_.defined()) events_.reconstruction(reconstruct_shown(setup_, shown_));
}

void TrainSession::report_damaged() {
  const std::vector<std::string> damaged = loader_.damaged();
  if (damaged.size() == damaged_said_) return;
  damaged_said_ = damaged.size();
  events_.sink.warn(
      "training pictures that could not be read so far: " + std::to_string(damaged.size()) +
      " (others took their place); the first: " + damaged.front());
}

void TrainSession::save_weights(const EpochResult& result) {
  NetworkCard card;
  card.notes["made_by"] = training_command(options_.model.name);
  card.notes["mien"] = std::string(kVersion);
  card.notes["seed"] = std::to_string(options_.train.seed);
  card.notes["epoch"] = std::to_string(result.epoch);
  const std::optional<double> total = result.validation.pooled.total;
  if (total) card.notes["validation_total"] = number_text(*total);
  save_network(folder_.last_file(), learner_.network(), card);
  const std::int64_t every = options_.train.keep_every();
  if (every > 0 && result.epoch % every == 0) {
    save_network(folder_.epoch_file(result.epoch), learner_.network(), card);
  }
  if (result.best) save_network(folder_.best_file(), learner_.network(), card);
}

void TrainSession::save_checkpoint() {
  StateDict state;
  learner_.save(state);
  write_checkpoint(
      folder_.checkpoint_file(), std::move(state), progress_, to_json(fields_of(options_)));
  steps_since_save_ = 0;
}

void TrainSession::report(const EpochPlan& plan) const {
  Progress state;
  state.work =
      "epoch " + std::to_string(progress_.epoch) + "/" + std::to_string(options_.optim.epochs);
  state.done = progress_.sums.images;
  state.total = plan.images;
  state.unit = "images";
  state.per_second = static_cast<double>(images_here_) / std::max(seconds_here_, 1e-9);
  for (const auto& [name, mean] : progress_.sums.losses)
    state.values.emplace_back(name, mean.value());
  events_.sink.report(state);
}

std::string TrainSession::place(const EpochPlan& plan) const {
  return "epoch " + std::to_string(progress_.epoch) + ", batch " + std::to_string(progress_.batch) +
         " of " + std::to_string(plan.batches);
}

void TrainSession::fail(const std::string& what, const EpochPlan& plan) const {
  const std::string kept =
      std::filesystem::exists(folder_.last_file())
          ? "the weights of the last whole epoch are in " + folder_.last_file().string()
          : "no epoch was finished before";
  throw FailureError(what + " is not finite (" + place(plan) + "): training stopped; " + kept +
                     ". A lower optim.lr, a longer warm-up or stronger clipping may help");
}

void TrainSession::interrupt(const EpochPlan& plan) {
  save_checkpoint();
  throw Error(ErrorKind::kInterrupted,
              "stopped in " + place(plan) + "; everything is saved. Go on with `" +
                  training_command(options_.model.name) + " --resume " + folder_.path().string() +
                  "`");
}

}  // namespace mien
