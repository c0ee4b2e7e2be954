// Readings drawn onto the picture that they are of.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "mien/image/image.h"
#include "mien/reading.h"

namespace mien {

struct OverlayOptions {
  Vocabulary vocabulary;
  std::vector<double> thresholds;  ///< one probability a unit, empty: 0.5 each
};

/// Draws boxes with id and most probable expression, and beside a face a plane of valence (to the
/// right) and arousal (upwards) with a bar an action unit: coloured where the unit is present, with
/// a mark at its threshold. Small faces, and faces with little room beside them, get a small panel
/// (bars without names) or none. A face with a quality below 0.2 has a grey label with a question
/// mark. Sizes go by the picture's shorter side; nothing leaves the picture. What is shown is
/// `FaceReading::shown()`.
///
/// Frame after frame of one video it keeps labels on the side where they were. Not for several
/// threads at once.
class Overlay {
 public:
  explicit Overlay(OverlayOptions options);
  ~Overlay();
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;

  /// Some 0.4 ms a face at 720p. Throws UsageError where a prediction is not the vocabulary's.
  void draw(Image& image, const FrameReading& frame);

 private:
  class Brush;
  struct Slots {
    int tag = -1;
    int panel = -1;
  };

  OverlayOptions options_;
  std::unique_ptr<Brush> brush_;         // letters of the size that the last picture needed
  std::map<std::int64_t, Slots> slots_;  // of the last frame, by id
};

}  // namespace mien
