// The library's front door: faces in pictures and video frames found, followed and read.
//
//   #include <mien/mien.h>
//   const mien::FaceReader reader({{"emma.safetensors"}});
//   for (const mien::FaceReading& face : reader.read({pixels, width, height}).frame.faces) ...
//
// CMake: find_package(mien) and target_link_libraries(program mien::mien); examples/read_pixels is
// a whole program. Errors are those of <mien/error.h>; nothing here prints or exits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mien/affect.h"
#include "mien/error.h"
#include "mien/reading.h"
#include "mien/version.h"

namespace mien {

enum class PixelOrder { kRgb, kBgr };

/// A picture in the caller's memory: 8 bits a channel, interleaved, upright, rows from top to
/// bottom.
struct Pixels {
  const std::uint8_t* data = nullptr;
  int width = 0;
  int height = 0;
  std::size_t stride = 0;  ///< bytes from one row to the next; 0: 3 * width
  PixelOrder order = PixelOrder::kRgb;
};

struct FaceReaderOptions {
  std::vector<std::string> models;  ///< weights, runs or ensembles' files; several: mean
  std::string detector = "mtcnn";   ///< mtcnn | a YuNet's .onnx file | none (pictures are crops)
  std::int64_t min_face = 20;       ///< longer side of the smallest face, 8 to 10000 pixels
  double min_confidence = 0;        ///< 0 to 1; 0: the detector's own limit
  std::int64_t max_faces = 0;       ///< most faces a picture, best first; 0: all
  std::string device = "auto";      ///< auto | cpu | cuda | cuda:N
  std::string precision = "auto";   ///< auto | float32 | bfloat16
  std::int64_t batch = 32;          ///< faces that a network reads at once, 1 to 4096
};

/// A picture's faces, best first, and what the networks make of each inside: one vector a face, in
/// the order of the faces; of several networks one behind the other.
struct PictureReading {
  FrameReading frame;
  std::vector<std::vector<float>> features;
};

/// Finds and reads faces. May be called from any number of threads at once: what they ask for at
/// the same time is read together, which is faster than one after the other and gives the same
/// values (to 1e-3 in float32). One that was moved from may only be assigned to or destroyed.
class FaceReader {
 public:
  /// Loads everything. Throws OptionError (an option's value), DataError and WeightsError (weights,
  /// a detector's file), UsageError (a device that is not there), FailureError (MTCNN's networks,
  /// which are installed beside the library, are missing).
  explicit FaceReader(const FaceReaderOptions& options);
  ~FaceReader();
  FaceReader(FaceReader&&) noexcept;
  FaceReader& operator=(FaceReader&&) noexcept;

  /// What predictions are in the order of.
  const Vocabulary& vocabulary() const;
  /// Probability from which on an action unit is present, one a unit of the vocabulary.
  const std::vector<double>& thresholds() const;

  /// `frame.input`, `frame.frame` and `frame.timestamp` are left as they are by default; `face_id`
  /// counts from 1. Throws UsageError (no pixels, a size or stride that cannot be), FailureError
  /// (the device cannot do it, out of its memory for one).
  PictureReading read(const Pixels& pixels) const;
  /// A picture file, turned upright. Throws DataError.
  PictureReading read_file(const std::string& file) const;

 private:
  friend class FaceFollower;
  class Impl;
  std::shared_ptr<const Impl> impl_;
};

/// Reads the frames of one video, in which a person keeps their `face_id`. One thread at a time,
/// and several followers may share a reader.
class FaceFollower {
 public:
  /// Keeps what it needs of the reader.
  explicit FaceFollower(const FaceReader& reader);
  ~FaceFollower();
  FaceFollower(FaceFollower&&) noexcept;
  FaceFollower& operator=(FaceFollower&&) noexcept;

  /// The next frame, `timestamp` seconds after the video's first moment. Frames are numbered from
  /// 0. Throws UsageError where the time is not finite or before the last frame's, and what
  /// FaceReader::read throws.
  PictureReading read(const Pixels& pixels, double timestamp);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mien
