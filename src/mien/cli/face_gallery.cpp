#include "mien/cli/face_gallery.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "mien/cli/prediction_sheet.h"
#include "mien/input/face_crop.h"

namespace mien::cli {
namespace {

constexpr int kThumbnailSide = 96;
constexpr int kCellSide = 168;
constexpr int kColumns = 6;
constexpr int kQuality = 80;

/// The whole picture, its longer side `side` pixels.
Image small_picture(const Image& image, int side) {
  const double scale = static_cast<double>(side) / std::max(image.width, image.height);
  if (scale >= 1) return image;
  const auto scaled = [scale](int length) { return std::max(1, static_cast<int>(length * scale)); };
  return resize(image, scaled(image.width), scaled(image.height), Interpolation::kBilinear);
}

}  // namespace

Image face_picture(const Image& image, const Box& box, int side) {
  InputOptions options;
  options.size = side;
  const bool whole = box.width >= static_cast<float>(image.width) &&
                     box.height >= static_cast<float>(image.height);
  options.margin = whole ? 0 : 0.2;
  return face_crop(image, box, std::nullopt, options);
}

void VideoThumbnails::add(const Image& image, const FrameReading& frame) {
  for (const FaceReading& face : frame.faces) {
    const auto last = last_.find(face.face_id);
    if (last != last_.end() && frame.timestamp - last->second < pause_) continue;
    last_[face.face_id] = frame.timestamp;
    const Image picture = face_picture(image, face.box, kThumbnailSide);
    thumbnails_.push_back({face.face_id, frame.timestamp, encode_jpeg(picture, kQuality)});
    if (thumbnails_.size() > most_) thin_out();
  }
}

void VideoThumbnails::thin_out() {
  pause_ *= 2;
  std::map<std::int64_t, std::size_t> seen;
  const auto second = [&](const ReportThumbnail& entry) { return seen[entry.face_id]++ % 2 == 1; };
  const auto end = std::remove_if(thumbnails_.begin(), thumbnails_.end(), second);
  // Of more persons than there is room for, those seen first stay.
  const auto kept = static_cast<std::size_t>(end - thumbnails_.begin());
  thumbnails_.resize(std::min(kept, most_ * 3 / 4));
}

std::vector<ReportThumbnail> VideoThumbnails::take() {
  return std::move(thumbnails_);
}

PictureGallery::PictureGallery(Vocabulary vocabulary, std::vector<double> thresholds) {
  report_.vocabulary = std::move(vocabulary);
  report_.thresholds = std::move(thresholds);
}

void PictureGallery::add(const Image& image, const FrameReading& frame) {
  const std::size_t count = std::max<std::size_t>(1, frame.faces.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (!wants_more()) {
      report_.left_out += static_cast<std::int64_t>(count - i);
      return;
    }
    const FaceReading* face = frame.faces.empty() ? nullptr : &frame.faces[i];
    Image picture;
    if (!image.empty()) {
      picture = face != nullptr ? face_picture(image, face->box, kCellSide)
                                : small_picture(image, kCellSide);
    }
    add_entry(frame, face, picture);
  }
}

void PictureGallery::add_entry(const FrameReading& frame,
                               const FaceReading* face,
                               const Image& picture) {
  GalleryEntry entry;
  entry.input = frame.input;
  if (face != nullptr) entry.face = *face;
  if (!picture.empty()) {
    entry.jpeg = encode_jpeg(small_picture(picture, kThumbnailSide), kQuality);
  }
  report_.entries.push_back(std::move(entry));
  if (cells_.size() >= kMostCells) return;
  std::vector<std::string> caption;
  if (face == nullptr) {
    caption = {"no face"};
  } else {
    caption = reading_caption(face->shown(), Label(), report_.vocabulary, report_.thresholds);
  }
  std::string place = std::filesystem::path(frame.input).filename().string();
  if (face != nullptr && frame.faces.size() > 1) {
    place = std::to_string(face->face_id) + " in " + place;
  }
  caption.push_back(std::move(place));
  cells_.push_back({picture, std::move(caption)});
}

Image PictureGallery::sheet() const {
  return draw_sheet(cells_, kColumns, kCellSide);
}

std::string PictureGallery::page(const std::string& name) const {
  PictureReport report = report_;
  report.name = name;
  return picture_report_html(report);
}

}  // namespace mien::cli
