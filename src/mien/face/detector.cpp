#include "mien/face/detector.h"

#include <algorithm>
#include <cmath>

#include "mien/core/program_folders.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/face/boxes.h"
#include "mien/face/mtcnn.h"
#include "mien/face/surroundings.h"
#include "mien/face/yunet.h"

namespace mien {
namespace {

constexpr std::int64_t kSmallestFace = 8;  // no detector here knows a face of fewer pixels
constexpr std::int64_t kLargestFace = 10'000;

OptionError bad_option(const std::string& key, const std::string& why) {
  return {key, key + ": " + why};
}

bool has_ending(const std::string& name, const std::string& ending) {
  return name.size() > ending.size() && lower(name.substr(name.size() - ending.size())) == ending;
}

}  // namespace

void DetectorOptions::check() const {
  check_values(*this);
}

void describe(DetectorOptions& options, Fields& fields) {
  fields.add("min_face",
             options.min_face,
             "side of the smallest face looked for, pixels; larger is faster",
             between(kSmallestFace, kLargestFace));
  fields.add(
      "min_confidence",
      options.min_confidence,
      "faces that the detector gives less than this are left out; 0: the detector's own limit",
      between(0, 1));
  fields.add(
      "max_faces", options.max_faces, "most faces a picture, best first; 0: all", at_least(0));
}

namespace {

/// Takes out what does not meet the options, sorts the rest.
void choose(std::vector<Face>& faces, const DetectorOptions& options) {
  // Written so that NaN goes.
  std::erase_if(faces, [&](const Face& face) {
    return !(static_cast<double>(face.score) >= options.min_confidence) ||
           !(std::max(face.box.width, face.box.height) >= static_cast<float>(options.min_face));
  });
  std::stable_sort(faces.begin(), faces.end(), [](const Face& first, const Face& second) {
    return first.score > second.score;
  });
  const auto most = static_cast<std::size_t>(options.max_faces);
  if (most > 0 && faces.size() > most) faces.resize(most);
}

/// One of those that lie on each other, the best.
std::vector<Face> without_doubles(const std::vector<Face>& faces) {
  constexpr float kMostOverlap = 0.6F;
  std::vector<Box> boxes;
  std::vector<float> scores;
  for (const Face& face : faces) {
    boxes.push_back(face.box);
    scores.push_back(face.score);
  }
  std::vector<Face> kept;
  for (const std::size_t i : strongest_boxes(boxes, scores, overlap_of_union, kMostOverlap)) {
    kept.push_back(faces[i]);
  }
  return kept;
}

}  // namespace

std::vector<Face> FaceDetector::detect(const Image& image, const DetectorOptions& asked) const {
  asked.check();
  if (image.empty()) return {};
  DetectorOptions options = asked;
  if (options.min_confidence <= 0) options.min_confidence = usual_confidence();
  std::vector<Face> faces = find(image, options);
  choose(faces, options);
  return faces;
}

std::vector<Face> FaceDetector::follow(const Image& image,
                                       const std::vector<Box>& boxes,
                                       const DetectorOptions& asked) const {
  asked.check();
  DetectorOptions options = asked;
  if (options.min_confidence <= 0) options.min_confidence = usual_confidence();
  const Box whole{0, 0, static_cast<float>(image.width), static_cast<float>(image.height)};
  std::vector<Face> faces;
  for (const Box& box : boxes) {
    if (!(shared_area(box, whole) > 0)) continue;
    const std::optional<Face> face = find_near(image, box, options);
    if (face) faces.push_back(*face);
  }
  faces = without_doubles(faces);
  choose(faces, options);
  return faces;
}

std::optional<Face> FaceDetector::find_near(const Image& image,
                                            const Box& box,
                                            const DetectorOptions& options) const {
  constexpr float kLooked = 80;         // side of the face as it is looked at, pixels
  constexpr float kSmallest = 0.6F;     // of the face's side: what is looked for
  constexpr float kLeastShared = 0.2F;  // with where it was
  const Surroundings near = surroundings(image, box, 0.5F);
  const float side = std::max(box.width, box.height);
  const double scale = std::min(1.0, static_cast<double>(kLooked / side));
  const auto scaled = [&](int length) {
    return std::max(1, static_cast<int>(std::lround(length * scale)));
  };
  const int width = scaled(near.image.width);
  const int height = scaled(near.image.height);
  DetectorOptions smaller = options;
  smaller.min_face = std::max(
      kSmallestFace, static_cast<std::int64_t>(kSmallest * side * static_cast<float>(scale)));
  std::optional<Face> best;
  float most = kLeastShared;
  for (Face face : find(resize(near.image, width, height, Interpolation::kBilinear), smaller)) {
    const float x = static_cast<float>(near.image.width) / static_cast<float>(width);
    const float y = static_cast<float>(near.image.height) / static_cast<float>(height);
    face.box = {face.box.x * x + static_cast<float>(near.x),
                face.box.y * y + static_cast<float>(near.y),
                face.box.width * x,
                face.box.height * y};
    for (Landmark& point : face.landmarks) {
      point = {point.x * x + static_cast<float>(near.x), point.y * y + static_cast<float>(near.y)};
    }
    const float shared = overlap_of_union(face.box, box);
    if (shared <= most) continue;
    most = shared;
    best = face;
  }
  return best;
}

std::unique_ptr<FaceDetector> make_detector(const std::string& detector) {
  if (detector == "mtcnn") return std::make_unique<Mtcnn>(find_mtcnn_folder());
  if (has_ending(detector, ".onnx")) return std::make_unique<Yunet>(detector);
  throw bad_option("detector",
                   "mtcnn or the .onnx file of a YuNet is needed, not '" + detector + "'");
}

std::filesystem::path find_mtcnn_folder() {
  const std::string name = "share/mien/faces";
  for (const std::filesystem::path& folder : folders_near_program({name})) {
    if (std::filesystem::is_regular_file(folder / "onet.pt")) return folder;
  }
  throw FailureError("MTCNN's networks are missing: no " + name +
                     " with pnet.pt, rnet.pt and onet.pt beside the program; run tools/setup and "
                     "build again, or install the program whole");
}

}  // namespace mien
