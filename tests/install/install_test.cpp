// `cmake --install` gives a tree that runs from wherever it lies, without what it was built from.
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/image/image.h"

#include "../infer/tiny_network.h"
#include "run_program.h"
#include "temp_folder.h"
#include "test_paths.h"

namespace mien::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string cmake() {
  for (const char* path : {"/usr/bin/cmake", "/usr/local/bin/cmake"}) {
    if (fs::exists(path)) return path;
  }
  return "";
}

class Install : public testing::Test {
 protected:
  void run(const std::vector<std::string>& words) const {
    const ProgramResult result = run_program(cmake(), words);
    ASSERT_EQ(result.code, 0) << result.out << result.err;
  }
  /// Installs, and moves the tree away.
  void install() const {
    run({"--install", kBuildDir, "--prefix", (folder_ / "first").string()});
    fs::rename(folder_ / "first", tree());
  }
  fs::path tree() const { return folder_ / "moved/tree"; }

  TempFolder folder_;
};

TEST_F(Install, ATreeThatWasMovedRunsAndAProgramOutsideUsesIt) {
  if (cmake().empty()) GTEST_SKIP() << "there is no cmake in /usr/bin or /usr/local/bin";
  fs::create_directories(folder_ / "moved");
  install();
  const std::string weights = save_tiny(folder_, "tiny");
  const std::string picture = (folder_ / "grey.png").string();
  Image grey(64, 64);
  grey.pixels.assign(grey.pixels.size(), 127);
  write_image(picture, grey);

  const ProgramResult read = run_program(
      (tree() / "bin/mien").string(),
      {"read", picture, "-o", (folder_ / "out").string(), "--no-detect", "--model", weights});
  EXPECT_EQ(read.code, 0) << read.err;
  EXPECT_TRUE(fs::exists(folder_ / "out/pictures.csv"));

  const std::string build = (folder_ / "build").string();
  run({"-S",
       std::string(kSourceDir) + "/examples/read_pixels",
       "-B",
       build,
       "-DCMAKE_PREFIX_PATH=" + tree().string()});
  run({"--build", build});
  const ProgramResult example = run_program(build + "/read_pixels", {weights, picture, "none"});
  EXPECT_EQ(example.code, 0) << example.err;
  EXPECT_THAT(example.out, HasSubstr("1 faces\nface 1 at 0,0: neutral 0."));
  // MTCNN's networks are found beside the library, not beside the program that uses it.
  const ProgramResult detected = run_program(build + "/read_pixels", {weights, picture});
  EXPECT_EQ(detected.code, 0) << detected.err;
  EXPECT_THAT(detected.out, HasSubstr("0 faces"));
  EXPECT_EQ(run_program(build + "/read_pixels", {weights, "nothing.png"}).code, 3);
}

}  // namespace
}  // namespace mien::test
