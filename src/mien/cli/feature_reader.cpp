#include "mien/cli/feature_reader.h"

#include <utility>

#include <ATen/ops/cat.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>

#include "mien/infer/ensemble.h"
#include "mien/nn/feature_layer.h"
#include "mien/nn/network.h"

namespace mien::cli {
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

FeatureReader::FeatureReader(LoadedEnsemble networks,
                             const FeatureOptions& options,
                             std::function<void(const at::Tensor& vectors)> receive)
    : loaded_(std::move(networks)),
      options_(options),
      device_(choose_device(options.device)),
      precision_(choose_precision(options.precision, device_)),
      inputs_(shared_inputs(networks_of(loaded_))),
      waiting_(inputs_.inputs.size()),
      receive_(std::move(receive)) {
  const c10::NoGradGuard no_gradients;
  for (const LoadedNetwork& member : loaded_.members) {
    member.network->to(device_);
    // Whether there is such a layer is known before anything is read.
    const std::int64_t side = member.network->input().size;
    feature_layer(
        *member.network, options_.layer, at::zeros({1, 3, side, side}, at::kFloat).to(device_));
  }
}

void FeatureReader::add(const Image& image, const FaceReading& face) {
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    waiting_[i].push_back(face_tensor(image, face, inputs_.inputs[i], options_.whole_pictures));
  }
  if (static_cast<std::int64_t>(waiting_.front().size()) >= options_.batch) flush();
}

void FeatureReader::flush() {
  if (waiting_.front().empty()) return;
  const c10::NoGradGuard no_gradients;
  const AutocastScope autocast(device_, precision_);
  std::vector<at::Tensor> batches;
  for (std::vector<at::Tensor>& waiting : waiting_) {
    batches.push_back(at::stack(waiting).to(device_));
    waiting.clear();
  }
  std::vector<at::Tensor> layers;
  for (std::size_t i = 0; i < loaded_.members.size(); ++i) {
    Network& network = *loaded_.members[i].network;
    layers.push_back(
        feature_layer(network, options_.layer, batches[inputs_.of_network[i]]).to(at::kCPU));
  }
  receive_(at::cat(layers, 1));
}

}  // namespace mien::cli
