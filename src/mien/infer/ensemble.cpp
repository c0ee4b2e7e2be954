#include "mien/infer/ensemble.h"

#include <utility>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <c10/core/GradMode.h>
#include <c10/util/Exception.h>

#include "mien/error.h"
#include "mien/input/face_crop.h"
#include "mien/input/input.h"
#include "mien/nn/network.h"
#include "mien/nn/predictions.h"

namespace mien {
namespace {

std::vector<LoadedEnsemble> load_all(const std::vector<std::string>& files) {
  std::vector<LoadedEnsemble> models;
  models.reserve(files.size());
  for (const std::string& file : files) models.push_back(load_ensemble(file));
  return models;
}

std::vector<Vocabulary> vocabularies_of(const std::vector<LoadedEnsemble>& models) {
  std::vector<Vocabulary> vocabularies;
  vocabularies.reserve(models.size());
  for (const LoadedEnsemble& each : models) vocabularies.push_back(each.vocabulary());
  return vocabularies;
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

Ensemble::Ensemble(std::vector<LoadedEnsemble> models, const EnsembleOptions& options)
    : options_(options),
      device_(choose_device(options.device)),
      precision_(choose_precision(options.precision, device_)),
      models_(std::move(models)),
      mean_(vocabularies_of(models_)) {
  std::vector<std::vector<double>> thresholds;
  std::vector<const Network*> networks;
  for (const LoadedEnsemble& model : models_) {
    thresholds.push_back(model.card.thresholds);
    for (const LoadedNetwork& member : model.members) {
      check_reads(*member.network);
      member.network->to(device_);
      networks.push_back(member.network.get());
    }
  }
  inputs_ = shared_inputs(networks);
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
  batches.reserve(inputs_.inputs.size());
  for (const InputOptions& input : inputs_.inputs) batches.push_back(pictures(faces, input));
  std::vector<std::vector<Prediction>> answers;  // [model][face]
  answers.reserve(models_.size());
  auto input = inputs_.of_network.begin();
  for (const LoadedEnsemble& model : models_) {
    std::vector<std::vector<Prediction>> parts;  // [network][face]
    parts.reserve(model.members.size());
    for (const LoadedNetwork& member : model.members) {
      const Outputs outputs = member.network->forward(batches[*input++]);
      parts.push_back(predictions_from_outputs(outputs, member.card.temperature));
      append_features(outputs.features, features);
    }
    answers.push_back(model.mean.all(parts));
  }
  std::vector<Prediction> means = mean_.all(answers);
  for (std::size_t face = 0; face < faces.size(); ++face) {
    faces[face].face->prediction = std::move(means[face]);
  }
  return features;
}

}  // namespace mien
