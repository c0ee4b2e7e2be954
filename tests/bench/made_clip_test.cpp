#include "made_clip.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/face/boxes.h"
#include "mien/face/detector.h"

#include "test_paths.h"

namespace mien::bench {
namespace {

const std::vector<Cutout>& cutouts() {
  static const std::vector<Cutout> kCutouts =
      cut_out_faces({std::string(test::kDepsDir) + "/pictures/astronaut.png"});
  return kCutouts;
}

MadeClip clip(const std::string& scene, std::int64_t seed = 1) {
  ClipOptions options;
  options.scene = scene;
  options.seed = seed;
  options.width = 640;
  options.height = 360;
  return {options, cutouts()};
}

std::vector<Face> found_in(const Image& image) {
  static const std::unique_ptr<FaceDetector> kDetector = make_detector();
  return kDetector->detect(image);
}

/// Faces in sight, and how many of them a detector finds where they are said to be.
struct Count {
  int faces = 0;
  int found = 0;
  int false_alarms = 0;
};

Count count_found(const MadeFrame& frame) {
  const std::vector<Face> found = found_in(frame.image);
  Count count;
  for (const TrueFace& truth : frame.faces) {
    if (truth.visible < 0.9) continue;
    ++count.faces;
    count.found += static_cast<int>(std::any_of(found.begin(), found.end(), [&](const Face& face) {
      return overlap_of_union(face.box, truth.box) > 0.5F;
    }));
  }
  count.false_alarms =
      static_cast<int>(std::count_if(found.begin(), found.end(), [&](const Face& face) {
        return std::none_of(frame.faces.begin(), frame.faces.end(), [&](const TrueFace& truth) {
          return overlap_of_union(face.box, truth.box) > 0.3F;
        });
      }));
  return count;
}

class Scene : public testing::TestWithParam<const char*> {};

TEST_P(Scene, PeopleAreWhereTheTruthSays) {
  const MadeClip made = clip(GetParam());
  ASSERT_EQ(made.frames(), 300);
  Count all;
  for (std::int64_t i = 0; i < made.frames(); i += 37) {
    const MadeFrame frame = made.frame(i);
    EXPECT_EQ(frame.image.width, 640);
    EXPECT_EQ(frame.image.height, 360);
    const Count count = count_found(frame);
    all.faces += count.faces;
    all.found += count.found;
    all.false_alarms += count.false_alarms;
  }
  EXPECT_GE(all.faces, 9);
  EXPECT_EQ(all.found, all.faces);
  EXPECT_EQ(all.false_alarms, 0);
}

TEST_P(Scene, TheSeedDecides) {
  const MadeFrame first = clip(GetParam()).frame(100);
  EXPECT_EQ(first.image, clip(GetParam()).frame(100).image);
  const MadeFrame other = clip(GetParam(), 2).frame(100);
  EXPECT_NE(first.image, other.image);
  EXPECT_NE(first.faces[0].box, other.faces[0].box);
}

TEST_P(Scene, NobodyJumps) {
  const MadeClip made = clip(GetParam());
  std::vector<TrueFace> before = made.frame(0).faces;
  for (std::int64_t i = 1; i <= 120; ++i) {
    const std::vector<TrueFace> now = made.frame(i).faces;
    ASSERT_EQ(now.size(), before.size());
    for (std::size_t k = 0; k < now.size(); ++k) {
      EXPECT_GT(overlap_of_union(now[k].box, before[k].box), 0.6F) << "frame " << i;
    }
    before = now;
  }
}

INSTANTIATE_TEST_SUITE_P(MadeClip, Scene, testing::Values("one", "five", "cross", "hide"));

TEST(MadeClip, WhoIsHiddenComesBackWithinTwoSeconds) {
  const MadeClip made = clip("hide");
  std::vector<std::int64_t> hidden(3);
  std::vector<std::vector<std::int64_t>> lengths(3);
  for (std::int64_t i = 0; i < made.frames(); ++i) {
    for (const TrueFace& face : made.frame(i).faces) {
      const auto k = static_cast<std::size_t>(face.person - 1);
      if (face.visible < 0.01) {
        ++hidden[k];
      } else if (hidden[k] > 0) {
        lengths[k].push_back(hidden[k]);
        hidden[k] = 0;
      }
    }
  }
  for (const std::vector<std::int64_t>& person : lengths) {
    EXPECT_GE(person.size(), 1);
    for (const std::int64_t frames : person) {
      EXPECT_GE(frames, 30);
      EXPECT_LE(frames, 60);
    }
  }
}

TEST(MadeClip, WhoPassesInFrontCoversTheOther) {
  const MadeClip made = clip("cross");
  double least_behind = 1;
  double least_before = 1;
  for (std::int64_t i = 0; i < made.frames(); i += 2) {
    const MadeFrame frame = made.frame(i);
    least_behind = std::min(least_behind, frame.faces[0].visible);
    least_before = std::min(least_before, frame.faces[1].visible);
  }
  EXPECT_LT(least_behind, 0.2);
  EXPECT_GT(least_before, 0.95);
}

TEST(MadeClip, BadInput) {
  ClipOptions options;
  EXPECT_THROW(MadeClip(options, {}), UsageError);
  options.scene = "six";
  EXPECT_THROW(options.check(), UsageError);
  options = {};
  options.seconds = 0;
  EXPECT_THROW(options.check(), UsageError);
  EXPECT_THROW(cut_out_faces({"no-such-file.png"}), DataError);
}

}  // namespace
}  // namespace mien::bench
