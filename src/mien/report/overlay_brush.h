// What an overlay is made of, in one size. For the sources of this module.
#pragma once

#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "mien/reading.h"
#include "mien/report/glyphs.h"
#include "mien/report/label_places.h"
#include "mien/report/overlay.h"

namespace mien {

class Overlay::Brush {
 public:
  /// `unit`: pixels of a line's height; everything else goes by it.
  Brush(int unit, const OverlayOptions& options);
  int unit() const { return unit_; }

  /// From the fullest text to the id alone.
  std::vector<std::string> tag_texts(const FaceReading& face) const;
  std::vector<LabelSize> tag_sizes(const std::vector<std::string>& texts) const;
  /// Tall, wide, small; empty where there is nothing to show in them or the face is tiny.
  std::vector<LabelSize> panel_sizes(const FaceReading& face, const cv::Rect& box) const;

  void box(cv::Mat& picture, const cv::Rect& box, Rgb colour) const;
  void tag(cv::Mat& picture, const cv::Rect& area, const std::string& text, Rgb ground) const;
  void panel(cv::Mat& picture, const LabelPlace& place, const FaceReading& face) const;

 private:
  enum Panel { kTall, kWide, kSmall };
  bool has_plane() const { return options_.vocabulary.valence_arousal; }
  int units() const { return static_cast<int>(options_.vocabulary.action_units.size()); }
  int plane_height() const;
  int row_height() const;
  void plane(cv::Mat& picture, cv::Rect area, const FaceReading& face) const;
  void numbers(cv::Mat& picture, cv::Point left_middle, const Prediction& prediction) const;
  void bars(cv::Mat& picture, cv::Rect area, const FaceReading& face) const;
  void small_bars(cv::Mat& picture, cv::Rect area, const FaceReading& face) const;

  const OverlayOptions& options_;
  int unit_;
  int pad_;
  Glyphs text_;
  Glyphs small_text_;
  int name_width_ = 0;  // of the widest unit's name
};

}  // namespace mien
