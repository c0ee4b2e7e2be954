#include "mien/train/shown_reconstruction.h"

#include <cstdint>

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/stack.h>

#include "mien/data/pictures.h"
#include "mien/error.h"
#include "mien/nn/device.h"
#include "mien/nn/network.h"
#include "mien/train/setup.h"

namespace mien {
namespace {

constexpr std::int64_t kPicturesShown = 6;
constexpr std::uint64_t kShownSeed = 0x73686f77;

/// The samples that are shown, taken out of all sets at equal distances.
std::vector<Sample> samples_to_show(const std::vector<SampleSet>& sets) {
  std::vector<const Sample*> all;
  for (const SampleSet& set : sets) {
    for (const Sample& sample : set.samples) all.push_back(&sample);
  }
  const std::size_t step = std::max<std::size_t>(1, all.size() / kPicturesShown);
  std::vector<Sample> shown;
  for (std::size_t i = step / 2; i < all.size() && shown.size() < kPicturesShown; i += step) {
    shown.push_back(*all[i]);
  }
  return shown;
}

}  // namespace

at::Tensor pictures_to_show(const std::vector<SampleSet>& sets, const InputOptions& input) {
  std::vector<at::Tensor> pictures;
  for (const Sample& sample : samples_to_show(sets)) {
    try {
      pictures.push_back(tensor_from_image(read_picture(sample), input));
    } catch (const DataError&) {
      continue;  // training says what cannot be read
    }
  }
  return pictures.empty() ? at::Tensor() : at::stack(pictures);
}

ShownReconstruction reconstruct_shown(const TrainingSetup& setup, const at::Tensor& pictures) {
  const at::NoGradGuard no_gradients;
  Network& network = *setup.network;
  network.eval();
  at::manual_seed(kShownSeed);
  const AutocastScope autocast(setup.device, setup.precision);
  const Reconstruction made =
      network.reconstruct(pictures.to(setup.device), network.options().mask);
  return {pictures, {made.seen.to(at::kCPU), made.filled.to(at::kCPU)}, network.input()};
}

}  // namespace mien
