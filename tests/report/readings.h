// Readings as tests of reports need them.
#pragma once

#include <string>

#include "mien/reading.h"

namespace mien::test {

inline const Vocabulary kSmallVocabulary{{"neutral", "happiness"}, {"AU01", "AU12"}, true};

inline Prediction small_prediction() {
  Prediction prediction;
  prediction.valence = 1.25F;
  prediction.arousal = -0.5F;
  prediction.expression = {0.25F, 0.75F};
  prediction.action_units = {0.5F, 0.4375F};
  return prediction;
}

inline FaceReading full_face(std::int64_t id) {
  FaceReading face;
  face.face_id = id;
  face.box = {10.25F, -2, 100, 120.5F};
  face.confidence = 0.9375;
  face.landmarks = Landmarks{{{40, 50}, {80, 51}, {60, 70}, {45, 90.5F}, {75, 91}}};
  face.pose = HeadPose{-4.5, 10, 0.25, 0};
  face.quality = 0.5;
  face.prediction = small_prediction();
  return face;
}

inline FrameReading frame_with(std::string input,
                               std::int64_t frame,
                               std::vector<FaceReading> faces) {
  return {std::move(input), frame, static_cast<double>(frame) / 25, std::move(faces)};
}

}  // namespace mien::test
