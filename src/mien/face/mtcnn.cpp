#include "mien/face/mtcnn.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include "mien/face/boxes.h"
#include "mien/face/mtcnn_network.h"
#include "mien/face/mtcnn_proposals.h"
#include "mien/face/pyramid.h"
#include "mien/face/surroundings.h"

namespace mien {
namespace {

// Thresholds, overlaps and the factor are those that MTCNN is commonly used with.
constexpr double kProposalThreshold = 0.6;
constexpr double kRefineThreshold = 0.7;
constexpr double kPyramidFactor = 0.709;  // the area halves
constexpr float kMostOverlap = 0.7F;
constexpr int kRefineSide = 24;
constexpr int kOutputSide = 48;
constexpr std::int64_t kRefineBatch = 32;  // windows at once: what a cache holds
constexpr std::int64_t kOutputBatch = 8;
constexpr std::size_t kMostWindows = 20'000;  // a picture of nothing but false alarms must end too

float logit_of(double score) {
  const double inside = std::clamp(score, 1e-6, 1 - 1e-6);
  return static_cast<float>(std::log(inside / (1 - inside)));
}

/// A window that passed a network, and what the network said of it.
struct Verdict {
  Box window;
  float logit = 0;
  std::array<float, 4> corrections{};
  std::array<float, 2 * kFacePoints> points{};
};

/// One of the two networks that look at single windows.
struct Judge {
  const MtcnnNetwork& network;
  int side = 0;
  std::int64_t batch = 0;
  float threshold = 0;
};

/// One batch, filled up so that each has the same shape.
void judge_batch(const Judge& judge,
                 const Pyramid& pyramid,
                 const std::vector<Box>& windows,
                 std::vector<Verdict>& verdicts,
                 std::int64_t begin) {
  const c10::InferenceMode no_gradients;
  const std::int64_t count =
      std::min(judge.batch, static_cast<std::int64_t>(windows.size()) - begin);
  at::Tensor pictures = empty_pictures(judge.batch, judge.side, judge.side);
  const std::int64_t size = std::int64_t{3} * judge.side * judge.side;
  float* const pixels = pictures.data_ptr<float>();
  for (std::int64_t i = 0; i < count; ++i) {
    pyramid.cut(windows[static_cast<std::size_t>(begin + i)], judge.side, pixels + i * size);
  }
  std::fill(pixels + count * size, pixels + judge.batch * size, 0.0F);
  const at::Tensor output = judge.network.forward(pictures).contiguous();  // [N, V]
  for (std::int64_t i = 0; i < count; ++i) {
    const float* values = output.data_ptr<float>() + i * output.size(1);
    Verdict& verdict = verdicts[static_cast<std::size_t>(begin + i)];
    verdict.window = windows[static_cast<std::size_t>(begin + i)];
    verdict.logit = values[0];
    std::copy_n(values + 1, verdict.corrections.size(), verdict.corrections.begin());
    if (output.size(1) > 5) {
      std::copy_n(values + 5, verdict.points.size(), verdict.points.begin());
    }
  }
}

/// The windows that the network takes for faces.
std::vector<Verdict> judged(const Judge& judge,
                            const Pyramid& pyramid,
                            const std::vector<Box>& windows) {
  std::vector<Verdict> verdicts(windows.size());
  const std::int64_t batches =
      (static_cast<std::int64_t>(windows.size()) + judge.batch - 1) / judge.batch;
  at::parallel_for(0, batches, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      judge_batch(judge, pyramid, windows, verdicts, i * judge.batch);
    }
  });
  std::erase_if(verdicts,
                [&](const Verdict& verdict) { return !(verdict.logit > judge.threshold); });
  return verdicts;
}

/// Squares about the boxes that are left after suppression, which are what the next network sees.
std::vector<Box> next_windows(const std::vector<Box>& boxes, const std::vector<float>& logits) {
  std::vector<Box> windows;
  for (const std::size_t i : strongest_boxes(boxes, logits, overlap_of_union, kMostOverlap)) {
    windows.push_back(squared(boxes[i]));
  }
  return windows;
}

std::vector<Box> windows_of(std::vector<Window> found) {
  if (found.size() > kMostWindows) {
    const auto last = found.begin() + static_cast<std::ptrdiff_t>(kMostWindows);
    std::nth_element(found.begin(), last, found.end(), [](const Window& a, const Window& b) {
      return a.logit > b.logit;
    });
    found.erase(last, found.end());
  }
  std::vector<Box> boxes;
  std::vector<float> logits;
  for (const Window& window : found) {
    boxes.push_back(window.box);
    logits.push_back(window.logit);
  }
  return next_windows(boxes, logits);
}

std::vector<Box> windows_of(const std::vector<Verdict>& verdicts) {
  std::vector<Box> boxes;
  std::vector<float> logits;
  for (const Verdict& verdict : verdicts) {
    boxes.push_back(corrected(verdict.window, verdict.corrections.data()));
    logits.push_back(verdict.logit);
  }
  return next_windows(boxes, logits);
}

Face face_of(const Verdict& verdict) {
  Face face;
  face.box = corrected(verdict.window, verdict.corrections.data());
  face.score = 1 / (1 + std::exp(-verdict.logit));
  for (std::size_t i = 0; i < kFacePoints; ++i) {
    face.landmarks[i] = {
        verdict.window.x + verdict.points[i] * verdict.window.width,
        verdict.window.y + verdict.points[kFacePoints + i] * verdict.window.height};
  }
  return face;
}

/// One face a person: of two boxes one of which lies (nearly) inside the other, the better one.
std::vector<Face> faces_of(const std::vector<Verdict>& verdicts) {
  std::vector<Face> faces;
  std::vector<Box> boxes;
  std::vector<float> logits;
  for (const Verdict& verdict : verdicts) {
    faces.push_back(face_of(verdict));
    boxes.push_back(faces.back().box);
    logits.push_back(verdict.logit);
  }
  std::vector<Face> kept;
  for (const std::size_t i : strongest_boxes(boxes, logits, overlap_of_smaller, kMostOverlap)) {
    kept.push_back(faces[i]);
  }
  return kept;
}

}  // namespace

struct Mtcnn::Networks {
  MtcnnNetwork proposal;
  MtcnnNetwork refine;
  MtcnnNetwork output;
};

Mtcnn::Mtcnn(const std::filesystem::path& folder)
    : networks_(new Networks{
          {folder, proposal_layout()}, {folder, refine_layout()}, {folder, output_layout()}}) {}

Mtcnn::~Mtcnn() = default;

std::vector<Face> Mtcnn::find(const Image& image, const DetectorOptions& options) const {
  const double scale = static_cast<double>(kProposalWindow) / static_cast<double>(options.min_face);
  const Pyramid pyramid(image, {scale, kPyramidFactor, kProposalWindow});
  const std::vector<Box> proposed =
      windows_of(proposals(networks_->proposal, pyramid, logit_of(kProposalThreshold)));
  const std::vector<Box> refined =
      windows_of(judged({networks_->refine, kRefineSide, kRefineBatch, logit_of(kRefineThreshold)},
                        pyramid,
                        proposed));
  return faces_of(
      judged({networks_->output, kOutputSide, kOutputBatch, logit_of(options.min_confidence)},
             pyramid,
             refined));
}

std::optional<Face> Mtcnn::find_near(const Image& image,
                                     const Box& box,
                                     const DetectorOptions& options) const {
  constexpr float kWellPlaced = 0.75F;  // a window that shares so much with the face showed it all
  constexpr float kFarthest = 0.35F;    // that a second look goes, in sides of the face
  const Surroundings near = surroundings(image, box, kFarthest);
  const auto x = static_cast<float>(near.x);
  const auto y = static_cast<float>(near.y);
  const Pyramid pyramid(near.image, {0.5, 0.5, kOutputSide});
  const Judge judge{networks_->output, kOutputSide, 1, logit_of(options.min_confidence)};
  // A face that is hardly one where it was may be one a little aside, where its corrections point.
  const Judge first_look{networks_->output, kOutputSide, 1, logit_of(kProposalThreshold)};
  Box window = squared({box.x - x, box.y - y, box.width, box.height});
  std::vector<Verdict> verdicts = judged(first_look, pyramid, {window});
  if (verdicts.empty()) return std::nullopt;
  Face face = face_of(verdicts.front());
  const bool good = overlap_of_union(squared(face.box), window) >= kWellPlaced &&
                    verdicts.front().logit > judge.threshold;
  if (!good) {
    window = squared(face.box);
    verdicts = judged(judge, pyramid, {window});
    if (verdicts.empty()) return std::nullopt;
    face = face_of(verdicts.front());
  }
  face.box.x += x;
  face.box.y += y;
  for (Landmark& point : face.landmarks) point = {point.x + x, point.y + y};
  return face;
}

}  // namespace mien
