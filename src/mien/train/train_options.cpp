#include "mien/train/train_options.h"

#include <utility>

#include "mien/affect/vocabulary.h"
#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {

std::vector<SetOptions> DataOptions::resolved_sets() const {
  if (!sets.empty()) return sets;
  SetOptions set;
  set.path = path;
  set.format = format;
  set.root = root;
  set.votes = votes;
  set.validation = validation;
  return {set};
}

std::map<std::string, std::string> DataOptions::renames() const {
  std::map<std::string, std::string> renames = default_renames();
  for (const std::string& entry : rename) {
    const auto parts = split(entry, '=');
    if (parts.size() != 2 || trim(parts[0]).empty() || trim(parts[1]).empty()) {
      throw OptionError("data.rename",
                        "data.rename: '" + entry + "' is not of the form contempt=other");
    }
    renames[canonical_expression(parts[0])] = canonical_expression(parts[1]);
  }
  return renames;
}

void DataOptions::check() const {
  if (path.empty() && sets.empty()) {
    throw OptionError("data.path",
                      "no data set is named: give --data DIR, or [[data.sets]] in a recipe");
  }
  if (!path.empty() && !sets.empty()) {
    throw OptionError("data.path", "data.path and [[data.sets]] are both given: use one of them");
  }
  for (const SetOptions& set : resolved_sets()) set.check();
  renames();
  augment.check();
  loader.check();
  sampling.check();
}

void describe(DataOptions& options, Fields& fields) {
  fields.add("path", options.path, "folder or list of the one data set");
  fields.add("format", options.format, "its annotation format; auto looks at what is there");
  fields.add(
      "root", options.root, "folder of its pictures (empty: cropped_aligned beside the list)");
  fields.add("votes",
             options.votes,
             "csv of raters' votes, or of predictions, beside its list, for label distributions");
  fields.add("validation",
             options.validation,
             "folder or list of its validation part (empty: in path; none: there is none)");
  fields.add("missing",
             options.missing,
             "pictures that are not there: an error, or passed over",
             one_of({"error", "skip"}));
  fields.add("rename",
             options.rename,
             "classes of a set that the model lacks, as from=to; contempt=other is there already");
  fields.tables("sets", options.sets, "several data sets, instead of path");
  fields.group("augment", options.augment);
  fields.group("loader", options.loader);
  fields.group("sampling", options.sampling);
}

std::int64_t RunOptions::keep_every() const {
  if (keep == "best") return 0;
  const std::string_view prefix = "every:";
  const std::string_view text = keep;
  const auto count =
      text.starts_with(prefix) ? parse_integer(text.substr(prefix.size())) : std::nullopt;
  if (!count || *count < 1) {
    throw OptionError("train.keep", "train.keep: best or every:N is needed, not '" + keep + "'");
  }
  return *count;
}

void RunOptions::check() const {
  check_values(*this, "train.");
  keep_every();
}

void describe(RunOptions& options, Fields& fields) {
  fields.add("seed", options.seed, "seed of everything that is drawn", at_least(0));
  fields.add(
      "threads", options.threads, "threads of the network's work; 0: all cores", between(0, 4096));
  fields.add("device", options.device, "where the network runs: auto, cpu, cuda or cuda:N");
  fields.add("precision",
             options.precision,
             "of the network's products; auto: bfloat16 where the device multiplies it natively",
             one_of({"auto", "float32", "bfloat16"}));
  fields.add(
      "keep", options.keep, "weights kept beside best and last: best (none), or every:N epochs");
  fields.add("checkpoint_steps",
             options.checkpoint_steps,
             "optimiser steps between checkpoints inside an epoch; 0: 200",
             at_least(0));
  fields.add("early_stop",
             options.early_stop,
             "epochs without a better validation total after which training ends; 0: never",
             at_least(0));
  fields.add(
      "evaluation_batch", options.evaluation_batch, "pictures a batch in validation", at_least(1));
}

void TrainOptions::check() const {
  model.check();
  input.check();
  data.check();
  loss.check();
  optim.check();
  train.check();
  const NetworkKind& kind = network_kind(model.name);
  if (kind.learns_without_labels()) return;
  if (task == "expr" && !kind.recipes.contains(task)) {
    throw OptionError(
        "model.task",
        model.name + " learns all three tasks: for expression alone train another network");
  }
  const Vocabulary all = vocabulary();
  if (all.expressions.size() == 1) {
    throw OptionError("vocabulary.expressions",
                      "vocabulary.expressions: one class alone is nothing to learn");
  }
  listed_positive_weights(loss.au_pos_weight, static_cast<std::int64_t>(all.action_units.size()));
  listed_class_weights(loss.expr_class_weights, static_cast<std::int64_t>(all.expressions.size()));
}

Vocabulary TrainOptions::vocabulary() const {
  const NetworkKind& kind = network_kind(model.name);
  if (kind.learns_without_labels()) return {};
  Vocabulary result = abaw_mtl_vocabulary();
  if (!expressions.empty()) {
    result.expressions.clear();
    for (const std::string& name : expressions) {
      result.expressions.push_back(canonical_expression(name));
    }
  }
  if (!action_units.empty()) {
    result.action_units.clear();
    for (const std::string& name : action_units) {
      result.action_units.push_back(canonical_action_unit(name));
    }
  }
  if (task == "expr" || !kind.recipes.contains("mtl")) {
    result.action_units.clear();
    result.valence_arousal = false;
  }
  return result;
}

std::string training_command(const std::string& network) {
  return network_kind(network).learns_without_labels() ? "mien pretrain" : "mien train " + network;
}

void describe(TrainOptions& options, Fields& fields) {
  fields.group("model", options.model);
  fields.add(
      "model.task",
      options.task,
      "mtl (valence and arousal, expression, action units) or expr (expression alone), where a "
      "network has both",
      one_of({"mtl", "expr"}));
  fields.add(
      "model.backbone",
      options.backbone,
      "run or weights file that the network's trunk (cotex: each of its transformers) starts from; "
      "empty: nothing");
  fields.add("model.dan", options.dan, "emma: run or weights file of the frozen DAN");
  fields.group("input", options.input);
  fields.group("data", options.data);
  fields.group("loss", options.loss);
  fields.group("optim", options.optim);
  fields.group("train", options.train);
  fields.add("vocabulary.expressions",
             options.expressions,
             "classes of the model, by name; empty: ABAW's eight, or six for LSD sets");
  fields.add("vocabulary.action_units",
             options.action_units,
             "action units of the model, AU01 ..; empty: ABAW's twelve");
}

}  // namespace mien
