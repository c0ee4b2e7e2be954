// Small pictures of faces for reports, in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "mien/image/image.h"
#include "mien/report/plot.h"
#include "mien/report/reading_report.h"

namespace mien::cli {

/// The face with some of what lies about it, `side` pixels square.
Image face_picture(const Image& image, const Box& box, int side);

/// Of a video: every person now and then. Where too many come together each second one goes, and
/// from then on they are taken half as often.
class VideoThumbnails {
 public:
  explicit VideoThumbnails(std::size_t most = 600) : most_(most) {}
  void add(const Image& image, const FrameReading& frame);
  /// In order of time.
  std::vector<ReportThumbnail> take();

 private:
  void thin_out();

  std::size_t most_;
  double pause_ = 0.5;  // seconds between two of one person
  std::map<std::int64_t, double> last_;
  std::vector<ReportThumbnail> thumbnails_;
};

/// Of pictures: entries of the HTML page and of the contact sheet, the first ones.
class PictureGallery {
 public:
  PictureGallery(Vocabulary vocabulary, std::vector<double> thresholds);
  /// False where another one would only be counted: nobody needs to decode its picture.
  bool wants_more() const { return report_.entries.size() < kMostEntries; }
  /// `image` may be empty: an entry without a picture.
  void add(const Image& image, const FrameReading& frame);

  std::size_t entries() const { return report_.entries.size(); }
  Image sheet() const;  ///< throws UsageError without an entry
  std::string page(const std::string& name) const;

 private:
  static constexpr std::size_t kMostEntries = 1000;
  static constexpr std::size_t kMostCells = 60;
  void add_entry(const FrameReading& frame, const FaceReading* face, const Image& picture);

  PictureReport report_;
  std::vector<CaptionedImage> cells_;
};

}  // namespace mien::cli
