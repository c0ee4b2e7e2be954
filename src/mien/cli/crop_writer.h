// Face crops as files in ABAW's layout, and a csv that says where each came from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "mien/image/image.h"
#include "mien/image/input_list.h"
#include "mien/input/input.h"
#include "mien/reading.h"

namespace mien::cli {

struct CropFormat {
  InputOptions crop;
  std::string ending = "jpg";  ///< jpg | png, which loses nothing
};
void describe(CropFormat& format, Fields& fields);

/// FOLDER/cropped_aligned/NAME/00001.jpg for frame 0 of a video's first person, NAME_person2 for
/// the second one; FOLDER/cropped_aligned/NAME.jpg, NAME_person2.jpg for pictures. FOLDER/crops.csv
/// has a row a crop: image, input, frame, timestamp, face_id, confidence, x, y, width, height,
/// quality.
class CropWriter {
 public:
  /// `keep`: whether the rows of an input that an earlier call wrote are to stay in crops.csv.
  /// Throws FailureError; DataError where crops.csv is something else.
  CropWriter(std::filesystem::path folder,
             CropFormat format,
             const std::function<bool(const std::string& input)>& keep);

  /// `name`: of the input, below cropped_aligned. Throws FailureError. -> crops written
  std::int64_t write(const Input& input,
                     const std::string& name,
                     const Image& image,
                     const FrameReading& frame);
  /// What has been written of this input stays, or its rows go again.
  void end_input(bool keep);

 private:
  std::filesystem::path folder_;
  std::filesystem::path log_;
  std::uintmax_t before_ = 0;  ///< bytes of the log when the input began
  CropFormat format_;
};

}  // namespace mien::cli
