// Photographs of several people with boxes, from the shared data, and how well a detector does.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

#include "mien/face/boxes.h"
#include "mien/face/detector.h"

namespace mien::test {

struct Group {
  std::filesystem::path file;
  std::vector<Box> boxes;
};

/// The pictures with boxes that a dlib list names.
inline std::vector<Group> read_groups(const std::filesystem::path& list) {
  std::ifstream in(list);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  static const std::regex kTag(
      R"(<image file='([^']+)'|<box top='(\d+)' left='(\d+)' width='(\d+)' height='(\d+)')");
  std::vector<Group> groups;
  for (auto hit = std::sregex_iterator(text.begin(), text.end(), kTag);
       hit != std::sregex_iterator();
       ++hit) {
    const std::smatch& match = *hit;
    if (match[1].matched) {
      groups.push_back({list.parent_path() / match[1].str(), {}});
    } else {
      groups.back().boxes.push_back(
          {std::stof(match[3]), std::stof(match[2]), std::stof(match[4]), std::stof(match[5])});
    }
  }
  std::erase_if(groups, [](const Group& group) { return group.boxes.empty(); });
  return groups;
}

struct Tally {
  std::size_t faces = 0;  ///< annotated
  std::size_t found = 0;  ///< annotated and overlapped by half with a detection of their own
  std::size_t false_alarms = 0;
};

/// Best score first, each detection takes the free box that it overlaps most.
inline void count(const std::vector<Face>& detections, std::vector<Box> boxes, Tally& tally) {
  tally.faces += boxes.size();
  for (const Face& face : detections) {
    const auto best = std::max_element(boxes.begin(), boxes.end(), [&](const Box& a, const Box& b) {
      return overlap_of_union(face.box, a) < overlap_of_union(face.box, b);
    });
    if (best != boxes.end() && overlap_of_union(face.box, *best) >= 0.5F) {
      boxes.erase(best);
      ++tally.found;
    } else {
      ++tally.false_alarms;
    }
  }
}

inline Tally tally_of(const FaceDetector& detector, const std::filesystem::path& folder) {
  Tally tally;
  for (const char* list : {"training.xml", "testing.xml"}) {
    for (const Group& group : read_groups(folder / list)) {
      count(detector.detect(read_image(group.file)), group.boxes, tally);
    }
  }
  return tally;
}

}  // namespace mien::test
