#include "mien/cli/found_pictures.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "temp_folder.h"

namespace mien::cli {
namespace {

class FindFaces : public testing::Test {
 protected:
  static Analyser whole_pictures() {
    AnalyserOptions options;
    options.detector = "none";
    return Analyser(options);
  }
  std::string picture(const std::string& name, int side) const {
    write_image(folder_ / name, Image(side, side));
    return (folder_ / name).string();
  }
  test::TempFolder folder_;
};

TEST_F(FindFaces, KeepsTheOrderOnAnyNumberOfThreads) {
  std::vector<std::string> names;
  names.reserve(9);
  for (int i = 0; i < 9; ++i) names.push_back(picture(std::to_string(i) + ".png", 8 + i));
  for (const std::size_t threads : {1U, 4U}) {
    const std::vector<FoundPicture> found = find_faces(names, whole_pictures(), threads);
    ASSERT_EQ(found.size(), 9U);
    for (std::size_t i = 0; i < 9; ++i) {
      EXPECT_FALSE(found[i].problem);
      EXPECT_EQ(found[i].frame.input, names[i]);
      EXPECT_EQ(found[i].image.width, 8 + static_cast<int>(i));
      ASSERT_EQ(found[i].frame.faces.size(), 1U);
    }
  }
}

TEST_F(FindFaces, AMissingPictureIsItsOwnProblem) {
  const std::vector<std::string> names = {(folder_ / "none.png").string(), picture("a.png", 8)};
  const std::vector<FoundPicture> found = find_faces(names, whole_pictures(), 2);
  ASSERT_TRUE(found[0].problem);
  const Error& problem = found[0].problem.value();
  EXPECT_EQ(problem.kind(), ErrorKind::kData);
  EXPECT_THAT(problem.what(), testing::HasSubstr("none.png"));
  EXPECT_FALSE(found[1].problem);
}

}  // namespace
}  // namespace mien::cli
