#include "mien/infer/ensemble.h"

#include <algorithm>
#include <utility>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <c10/core/GradMode.h>
#include <c10/util/Exception.h>

#include "mien/error.h"
#include "mien/input/face_crop.h"
#include "mien/input/input.h"
#include "mien/nn/predictions.h"

namespace mien {
namespace {

std::vector<LoadedNetwork> load_all(const std::vector<std::string>& files) {
  std::vector<LoadedNetwork> networks;
  networks.reserve(files.size());
  for (const std::string& file : files) networks.push_back(load_network(file));
  return networks;
}

std::vector<Vocabulary> vocabularies_of(const std::vector<LoadedNetwork>& networks) {
  std::vector<Vocabulary> vocabularies;
  vocabularies.reserve(networks.size());
  for (const LoadedNetwork& each : networks) vocabularies.push_back(each.network->vocabulary());
  return vocabularies;
}

/// Whether networks with these options can share their pictures.
bool same_input(const InputOptions& first, const InputOptions& second) {
  InputOptions a = first;
  InputOptions b = second;
  return to_json(fields_of(a)) == to_json(fields_of(b));
}

/// Appends each face's row of [N, D].
void append_features(const at::Tensor& values, std::vector<std::vector<float>>& features) {
  if (!values.defined()) return;
  const at::Tensor rows = values.to(at::kCPU, at::kFloat).contiguous();
  const std::int64_t width = rows.size(1);
  const float* row = rows.const_data_ptr<float>();
  for (std::vector<float>& face : features) {
    face.insert(face.end(), row, row + width);
    row += width;
  }
}

}  // namespace

Ensemble::Ensemble(const std::vector<std::string>& files, const EnsembleOptions& options)
    : Ensemble(load_all(files), options) {}

Ensemble::Ensemble(std::vector<LoadedNetwork> networks, const EnsembleOptions& options)
    : options_(options),
      device_(choose_device(options.device)),
      precision_(choose_precision(options.precision, device_)),
      mean_(vocabularies_of(networks)) {
  std::vector<std::vector<double>> thresholds;
  for (LoadedNetwork& each : networks) {
    check_reads(*each.network);
    each.network->to(device_);
    thresholds.push_back(each.card.thresholds);
    const InputOptions& input = each.network->input();
    const auto known = std::find_if(inputs_.begin(), inputs_.end(), [&](const InputOptions& other) {
      return same_input(other, input);
    });
    input_index_.push_back(static_cast<std::size_t>(known - inputs_.begin()));
    if (known == inputs_.end()) inputs_.push_back(input);
    networks_.push_back(std::move(each.network));
  }
  thresholds_ = mean_.thresholds(thresholds);
}

at::Tensor face_tensor(const Image& image,
                       const FaceReading& face,
                       const InputOptions& input,
                       bool whole_picture) {
  if (whole_picture) return tensor_from_image(image, input);
  return tensor_from_image(face_crop(image, face.box, face.landmarks, input), input);
}

at::Tensor Ensemble::pictures(std::span<const FacePlace> faces, const InputOptions& input) const {
  const auto count = static_cast<std::int64_t>(faces.size());
  const at::Tensor batch = at::empty({count, 3, input.size, input.size}, at::kFloat);
  at::parallel_for(0, count, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const FacePlace& place = faces[static_cast<std::size_t>(i)];
      batch[i].copy_(face_tensor(*place.image, *place.face, input, options_.whole_pictures));
    }
  });
  return batch.to(device_);
}

std::vector<std::vector<float>> Ensemble::read(std::span<const FacePlace> faces) const {
  try {
    return read_batch(faces);
  } catch (const c10::Error& error) {  // out of the GPU's memory
    const std::string text = error.what_without_backtrace();
    throw FailureError("reading " + std::to_string(faces.size()) +
                       " faces at once failed: " + text.substr(0, text.find('\n')));
  }
}

std::vector<std::vector<float>> Ensemble::read_batch(std::span<const FacePlace> faces) const {
  const c10::NoGradGuard no_gradients;
  const AutocastScope autocast(device_, precision_);
  std::vector<std::vector<float>> features(faces.size());
  if (faces.empty()) return features;
  std::vector<at::Tensor> batches;
  batches.reserve(inputs_.size());
  for (const InputOptions& input : inputs_) batches.push_back(pictures(faces, input));
  std::vector<std::vector<Prediction>> answers;  // [network][face]
  answers.reserve(networks_.size());
  for (std::size_t i = 0; i < networks_.size(); ++i) {
    const Outputs outputs = networks_[i]->forward(batches[input_index_[i]]);
    answers.push_back(predictions_from_outputs(outputs));
    append_features(outputs.features, features);
  }
  std::vector<Prediction> parts(networks_.size());
  for (std::size_t face = 0; face < faces.size(); ++face) {
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i] = std::move(answers[i][face]);
    faces[face].face->prediction = mean_(parts);
  }
  return features;
}

}  // namespace mien
