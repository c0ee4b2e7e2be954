// One self-contained HTML file that shows readings in any browser: no network, no other file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mien/reading.h"
#include "mien/report/timeline.h"

namespace mien {

/// Stands in the first kilobyte of every page that is made here.
inline constexpr std::string_view kPageMark = "<meta name=\"generator\" content=\"mien\">";

/// A face at some time, as the page shows it: JPEG, about 96 pixels a side.
struct ReportThumbnail {
  std::int64_t face_id = 0;
  double time = 0;  ///< seconds
  std::string jpeg;
};

struct VideoReport {
  std::string name;  ///< the page's title; any bytes, they are escaped
  const Timeline& timeline;
  std::vector<ReportThumbnail> thumbnails;  ///< in order of time
  std::vector<double> thresholds;           ///< one probability a unit, empty: 0.5 each
};

/// Persons on a page, those seen longest; the page says how many there were.
inline constexpr std::size_t kReportPersons = 24;

/// A summary table, and a person a time line: where one points, on all of them, stand the numbers
/// of that moment beside the nearest thumbnail; a thumbnail chosen points at its moment. Some 0.1
/// MB a person beside the thumbnails, however long the video. Throws UsageError for thresholds of
/// another number than units, or a time line without a frame.
std::string video_report_html(const VideoReport& report);

/// A face of a picture, or a picture without one.
struct GalleryEntry {
  std::string input;
  std::optional<FaceReading> face;
  std::string jpeg;  ///< of the face, or of the whole picture; empty where there is none to show
};

struct PictureReport {
  std::string name;
  Vocabulary vocabulary;
  std::vector<double> thresholds;
  std::vector<GalleryEntry> entries;
  std::int64_t left_out = 0;  ///< entries that there is no room for; the page says so
};

/// A summary table and a gallery that can be narrowed to an expression. Throws UsageError where a
/// prediction or the thresholds are not the vocabulary's.
std::string picture_report_html(const PictureReport& report);

}  // namespace mien
