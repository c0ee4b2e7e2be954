// Reading the sets of a run.
#include "mien/train/training_data.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "mien/affect/vocabulary.h"
#include "mien/core/sha256.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/train/setup.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

void make_absolute(std::string& path) {
  if (!path.empty()) path = fs::absolute(path).lexically_normal().string();
}

bool all_lsd(const std::vector<SetOptions>& sets) {
  return std::all_of(sets.begin(), sets.end(), [](const SetOptions& set) {
    return set_format(set) == "abaw-lsd";
  });
}

SampleSet read_mapped(const SetOptions& options,
                      SetPart part,
                      const Vocabulary& vocabulary,
                      const DataOptions& data,
                      const EventSink& events) {
  SampleSet set = map_set(read_set(options, part), vocabulary, data.renames());
  if (!set.samples.empty()) check_pictures(set, data.missing, events);
  return set;
}

std::string fingerprint_of(const std::vector<SampleSet>& sets) {
  Sha256 hash;
  for (const SampleSet& set : sets) {
    for (const Sample& sample : set.samples) {
      const Label& label = sample.label;
      std::string line = sample.name + "\t" + std::to_string(label.expression) + "\t" +
                         number_text(label.valence.value_or(-5)) + "\t" +
                         number_text(label.arousal.value_or(-5)) + "\t";
      for (const std::int8_t unit : label.action_units) line += static_cast<char>('1' + unit);
      for (const float share : label.expression_distribution) line += "\t" + number_text(share);
      hash.update(line + "\n");
    }
  }
  return hash.finish();
}

void check_no_overlaps(const TrainingData& data) {
  for (const SampleSet& training : data.training) {
    for (const SampleSet& validation : data.validation) check_no_overlap(training, validation);
  }
}

void check_labels(const LabelCounts& counts, const Vocabulary& vocabulary) {
  if (counts.valence_arousal + counts.expression + counts.action_units > 0) return;
  throw UsageError(
      "the training sets have no label that the model could learn from (classes " +
      join(vocabulary.expressions, ", ") +
      (vocabulary.action_units.empty() ? "" : "; units " + join(vocabulary.action_units, ", ")) +
      "): `mien data check` shows what they hold");
}

void warn_of_tasks(const LabelCounts& counts,
                   const Vocabulary& vocabulary,
                   const EventSink& events) {
  const auto warn = [&](bool wanted, std::int64_t labels, const std::string& task) {
    if (wanted && labels == 0) {
      events.warn("no training picture has a label for " + task + ": the model will not learn it");
    }
  };
  warn(vocabulary.valence_arousal, counts.valence_arousal, "valence and arousal");
  warn(!vocabulary.expressions.empty(), counts.expression, "expression");
  warn(!vocabulary.action_units.empty(), counts.action_units, "action units");
}

/// The counts with votes as labels of the expression.
LabelCounts with_votes(LabelCounts counts) {
  counts.expression = std::max(counts.expression, counts.votes);
  return counts;
}

SampleSet read_pictures_of(const SetOptions& options,
                           const std::string& missing,
                           const EventSink& events) {
  SampleSet set = read_unlabelled(options);
  for (const std::string& note : set.notes) events.info(set.name + ": passed over: " + note);
  const std::string labelled = options.format == "auto" ? labelled_format(options.path) : "";
  if (!labelled.empty()) {
    events.warn(options.path +
                " is a labelled set, and all its pictures are learned from, those of its "
                "validation part too: --data.format=" +
                labelled + " takes the training part alone");
  }
  check_pictures(set, missing, events);
  return set;
}

/// What a network learns from that learns without labels. A validation part is what `validation`
/// names.
TrainingData read_unlabelled_data(const DataOptions& options, const EventSink& events) {
  TrainingData data;
  for (const SetOptions& each : options.resolved_sets()) {
    data.training.push_back(read_pictures_of(each, options.missing, events));
    data.weights.push_back(each.weight);
    if (each.validation.empty() || each.validation == "none") continue;
    SetOptions held_out = each;
    held_out.path = each.validation;
    data.validation.push_back(read_pictures_of(held_out, options.missing, events));
  }
  check_no_overlaps(data);
  data.training_counts = count_labels(data.training);
  if (!data.validation.empty()) data.validation_counts = count_labels(data.validation);
  data.fingerprint = fingerprint_of(data.training);
  return data;
}

}  // namespace

void resolve_options(TrainOptions& options) {
  for (SetOptions& set : options.data.sets) {
    make_absolute(set.path);
    make_absolute(set.root);
    if (set.validation != "none") make_absolute(set.validation);
  }
  make_absolute(options.data.path);
  make_absolute(options.data.root);
  if (options.data.validation != "none") make_absolute(options.data.validation);
  make_absolute(options.backbone);
  make_absolute(options.dan);
  const bool labelled = !network_kind(options.model.name).learns_without_labels();
  if (labelled && options.expressions.empty() && all_lsd(options.data.resolved_sets())) {
    options.expressions = abaw_lsd_vocabulary().expressions;
  }
}

TrainingData read_training_data(const DataOptions& options,
                                const Vocabulary& vocabulary,
                                bool learns_votes,
                                const EventSink& events) {
  if (vocabulary == Vocabulary{}) return read_unlabelled_data(options, events);
  TrainingData data;
  for (const SetOptions& set : options.resolved_sets()) {
    data.training.push_back(read_mapped(set, SetPart::kTraining, vocabulary, options, events));
    data.weights.push_back(set.weight);
    SampleSet validation = read_mapped(set, SetPart::kValidation, vocabulary, options, events);
    if (!validation.samples.empty()) data.validation.push_back(std::move(validation));
  }
  check_no_overlaps(data);
  data.training_counts = count_labels(data.training);
  if (!data.validation.empty()) data.validation_counts = count_labels(data.validation);
  const LabelCounts learned =
      learns_votes ? with_votes(data.training_counts) : data.training_counts;
  check_labels(learned, vocabulary);
  warn_of_tasks(learned, vocabulary, events);
  const std::vector<SetOptions> sets = options.resolved_sets();
  if (!learns_votes && std::any_of(sets.begin(), sets.end(), [](const SetOptions& set) {
        return !set.votes.empty();
      })) {
    events.warn("votes are learned with loss.expr=distribution alone: here the classes count");
  }
  if (data.validation.empty()) {
    events.warn("there is no validation part: the last epoch will count as the best");
  }
  data.fingerprint = fingerprint_of(data.training);
  return data;
}

}  // namespace mien
