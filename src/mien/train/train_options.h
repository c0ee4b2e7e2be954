// Everything that a recipe says.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "mien/data/augment.h"
#include "mien/data/loader.h"
#include "mien/data/sets.h"
#include "mien/nn/model_options.h"
#include "mien/train/losses.h"
#include "mien/train/optimiser.h"

namespace mien {

struct DataOptions {
  std::string path;  ///< one set; `--data`
  std::string format = "auto";
  std::string root;
  std::string votes;              ///< votes file of that one set
  std::string validation;         ///< validation part of that one set
  std::string missing = "error";  ///< error | skip pictures that are not there
  std::vector<SetOptions> sets;   ///< [[data.sets]]; instead of path
  std::vector<std::string>
      rename;  ///< "contempt=other": classes that a set has and the model lacks
  AugmentOptions augment;
  LoaderOptions loader;
  SamplingOptions sampling;
  /// The sets that `path` or `sets` name.
  std::vector<SetOptions> resolved_sets() const;
  /// default_renames() with those of `rename` over it. Throws OptionError for an entry without "=".
  std::map<std::string, std::string> renames() const;
  void check() const;
};
void describe(DataOptions& options, Fields& fields);

struct RunOptions {
  std::int64_t seed = 1;
  std::int64_t threads = 0;  ///< 0: all cores
  std::string device = "auto";
  std::string precision = "auto";  ///< auto | float32 | bfloat16
  std::string keep = "best";  ///< best (best and last) | every:N (weights of every Nth epoch too)
  std::int64_t checkpoint_steps =
      0;                        ///< optimiser steps between checkpoints inside an epoch; 0: 200
  std::int64_t early_stop = 0;  ///< epochs without a better total before stopping; 0: never
  std::int64_t evaluation_batch = 32;
  /// The N of every:N; 0 for best.
  std::int64_t keep_every() const;
  void check() const;
};
void describe(RunOptions& options, Fields& fields);

/// Everything that a recipe says: [model] [input] [data] [data.augment] .. [loss] [optim] [train]
/// [vocabulary].
struct TrainOptions {
  ModelOptions model;
  InputOptions input;
  DataOptions data;
  LossOptions loss;
  OptimOptions optim;
  RunOptions train;
  std::string task =
      "mtl";  ///< `model.task`: mtl (VA, expression, AU) | expr (expression alone, as dan always)
  std::vector<std::string>
      expressions;  ///< `vocabulary.expressions`; empty: ABAW's 8 (6 for LSD sets)
  std::vector<std::string> action_units;  ///< `vocabulary.action_units`; empty: ABAW's 12
  std::string backbone;  ///< weights to start the ViT (dan: the trunk) from (`model.backbone`)
  std::string dan;       ///< emma: weights of the frozen DAN (`model.dan`)
  void check() const;
  Vocabulary vocabulary() const;
};
void describe(TrainOptions& options, Fields& fields);

/// The command that trains such a network, as a user gives it: "mien train emma", "mien pretrain".
std::string training_command(const std::string& network);

}  // namespace mien
