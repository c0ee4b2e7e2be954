#include "mien/cli/feature_reader.h"

#include <utility>

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/stack.h>
#include <c10/core/GradMode.h>

#include "mien/error.h"
#include "mien/infer/ensemble.h"

namespace mien::cli {
namespace {

/// All scores side by side. [N, 2 + K + U]
at::Tensor all_logits(const Outputs& outputs) {
  std::vector<at::Tensor> parts;
  for (const at::Tensor& part :
       {outputs.valence_arousal, outputs.expression, outputs.action_units}) {
    if (part.defined()) parts.push_back(part.to(at::kFloat));
  }
  return at::cat(parts, 1);
}

}  // namespace

void describe(FeatureOptions& options, Fields& fields) {
  fields.add("layer",
             options.layer,
             "class: what the network's heads see; mean: the mean of its patches; logits: its "
             "scores before softmax and sigmoid",
             one_of({"class", "mean", "logits"}));
  fields.add("device", options.device, "where the network runs: auto, cpu, cuda or cuda:N");
  fields.add("precision",
             options.precision,
             "auto: bfloat16 where the device multiplies it natively",
             one_of({"auto", "float32", "bfloat16"}));
  fields.add("batch", options.batch, "faces that the network reads at once", between(1, 4096));
}

FeatureReader::FeatureReader(LoadedNetwork network, const FeatureOptions& options)
    : loaded_(std::move(network)),
      options_(options),
      device_(choose_device(options.device)),
      precision_(choose_precision(options.precision, device_)) {
  loaded_.network->to(device_);
  if (options_.layer == "logits") check_reads(*loaded_.network);
  // Whether there is such a layer is known before anything is read.
  const std::int64_t side = loaded_.network->input().size;
  const c10::NoGradGuard no_gradients;
  layer_of(at::empty({1, 3, side, side}, at::kFloat).zero_().to(device_));
}

at::Tensor FeatureReader::layer_of(const at::Tensor& pictures) const {
  const AutocastScope autocast(device_, precision_);
  if (options_.layer == "mean") return loaded_.network->patch_mean(pictures).to(at::kFloat);
  const Outputs outputs = loaded_.network->forward(pictures);
  if (options_.layer == "logits") return all_logits(outputs);
  if (!outputs.features.defined()) {
    throw UsageError("--layer class: the network " + loaded_.network->options().name +
                     " has no class token; --layer logits works with every network");
  }
  return outputs.features.to(at::kFloat);
}

void FeatureReader::add(const Image& image, const FaceReading& face) {
  waiting_.push_back(face_tensor(image, face, loaded_.network->input(), options_.whole_pictures));
  if (static_cast<std::int64_t>(waiting_.size()) >= options_.batch) flush();
}

void FeatureReader::flush() {
  if (waiting_.empty()) return;
  const c10::NoGradGuard no_gradients;
  features_.push_back(layer_of(at::stack(waiting_).to(device_)).to(at::kCPU));
  waiting_.clear();
}

at::Tensor FeatureReader::take() {
  flush();
  at::Tensor all = features_.empty() ? at::empty({0, 0}, at::kFloat) : at::cat(features_);
  features_.clear();
  return all;
}

}  // namespace mien::cli
