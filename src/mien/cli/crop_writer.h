// Face crops as files in ABAW's layout, and a csv that says where each came from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "mien/image/image.h"
#include "mien/image/input_list.h"
#include "mien/input/input.h"
#include "mien/reading.h"

namespace mien::cli {

/// FOLDER/cropped_aligned/NAME/00001.jpg for frame 0 of a video's first person, NAME_person2 for
/// the second one; FOLDER/cropped_aligned/NAME.jpg, NAME_person2.jpg for pictures. FOLDER/crops.csv
/// has a row a crop: image, input, frame, timestamp, face_id, confidence, x, y, width, height,
/// quality.
class CropWriter {
 public:
  /// `log_size`: bytes of crops.csv that are to stay; 0: it begins anew. Throws FailureError.
  CropWriter(std::filesystem::path folder, const InputOptions& crop, std::int64_t log_size);

  /// `name`: of the input, below cropped_aligned. Throws FailureError. -> crops written
  std::int64_t write(const Input& input,
                     const std::string& name,
                     const Image& image,
                     const FrameReading& frame);
  std::int64_t log_size() const;

 private:
  std::filesystem::path folder_;
  std::filesystem::path log_;
  InputOptions crop_;
};

}  // namespace mien::cli
