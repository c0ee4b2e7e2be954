#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/train/losses.h"

namespace mien {
namespace {

/// The weights that the option `key` lists: `count` of them (negative: any number), one a `what`.
std::vector<double> listed_weights(const std::string& key,
                                   const std::string& text,
                                   std::int64_t count,
                                   const std::string& what) {
  if (text == "none" || text == "auto") return {};
  std::string_view list = trim(text);
  if (list.starts_with('[') && list.ends_with(']')) list = list.substr(1, list.size() - 2);
  std::vector<double> weights;
  for (const std::string_view part : split(list, ',')) {
    const std::optional<double> weight = parse_double(trim(part));
    if (!weight || *weight <= 0) {
      throw OptionError(key,
                        key + " = \"" + text + "\": none, auto, or a positive number for each " +
                            what + ", separated by commas");
    }
    weights.push_back(*weight);
  }
  if (count >= 0 && static_cast<std::int64_t>(weights.size()) != count) {
    throw OptionError(key,
                      key + " lists " + std::to_string(weights.size()) +
                          " weights, but the model has " + std::to_string(count) + " " + what +
                          "s");
  }
  return weights;
}

}  // namespace

std::vector<double> listed_positive_weights(const std::string& text, std::int64_t units) {
  return listed_weights("loss.au_pos_weight", text, units, "action unit");
}

std::vector<double> listed_class_weights(const std::string& text, std::int64_t classes) {
  return listed_weights("loss.expr_class_weights", text, classes, "expression");
}

void LossOptions::check() const {
  check_values(*this, "loss.");
  listed_positive_weights(au_pos_weight, -1);
  listed_class_weights(expr_class_weights, -1);
}

void describe(LossOptions& options, Fields& fields) {
  fields.add(
      "au_reduction",
      options.au_reduction,
      "action units: mean over the batch's valid entries (eq. 2), or sum over units and mean "
      "over pictures",
      one_of({"mean", "sum"}));
  fields.add(
      "au_pos_weight",
      options.au_pos_weight,
      "weights of present action units: none, auto (negatives over positives of the training "
      "sets), or a list, one a unit");
  fields.add(
      "expr",
      options.expr,
      "expression's target: cross_entropy with the class, or the distribution of the raters' "
      "votes",
      one_of({"cross_entropy", "distribution"}));
  fields.add(
      "expr_class_weights",
      options.expr_class_weights,
      "weights of expressions, or of the votes for them: none, auto (training pictures of the most "
      "frequent class over those of each), or a list, one a class");
  fields.add("ccc",
             options.ccc,
             "valence and arousal: paper 1 - (CCC_V + CCC_A), or the authors' form",
             one_of({"paper", "authors"}));
  fields.add("label_smoothing",
             options.label_smoothing,
             "part of the expression's target that is spread over all classes",
             between(0, 0.99));
  fields.add("affinity", options.affinity, "dan: weight of the affinity loss", at_least(0));
  fields.add("partition", options.partition, "dan: weight of the partition loss", at_least(0));
  fields.add("lambda",
             options.lambda,
             "cotex: weight of the views' Jensen-Shannon divergence, on the scale of eq. 5; the "
             "authors' 100 is 33.3 here",
             at_least(0));
  fields.add("auxiliary",
             options.auxiliary,
             "inception-v3: weight of the auxiliary head's losses",
             at_least(0));
}

}  // namespace mien
