#include "mien/nn/layers/sample_draws.h"

#include <optional>

#include <ATen/ops/rand.h>

namespace mien {
namespace {

struct PlaceInBatch {
  std::int64_t begin = 0;
  std::int64_t whole = 0;
};
thread_local std::optional<PlaceInBatch> place_in_batch;

}  // namespace

PartOfBatch::PartOfBatch(std::int64_t begin, std::int64_t whole) {
  place_in_batch = PlaceInBatch{begin, whole};
}
PartOfBatch::~PartOfBatch() {
  place_in_batch.reset();
}

at::Tensor draw_for_samples(std::int64_t samples, std::int64_t columns) {
  if (!place_in_batch) return at::rand({samples, columns});
  return at::rand({place_in_batch->whole, columns})
      .slice(0, place_in_batch->begin, place_in_batch->begin + samples);
}

}  // namespace mien
