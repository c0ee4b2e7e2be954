#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mien/cli/command.h"

#include "../made_inputs.h"
#include "../small_weights.h"
#include "temp_folder.h"

namespace mien::cli {
namespace {

TEST(ReadCommand, StoppedBeforeItsOnePictureItSaysSo) {
  const test::TempFolder folder;
  const std::vector<std::string> words = {"read",
                                          test::write_picture(folder / "stopped-photo.png"),
                                          "--no-detect",
                                          "--device",
                                          "cpu",
                                          "--model",
                                          test::small_weights(folder, "small")};
  std::ostringstream out;
  std::ostringstream log;
  Console console(out, log, false);
  StopFlag stop;
  stop.request();
  EXPECT_EQ(run_program(words, console, stop), 130) << log.str();
  EXPECT_EQ(out.str(), "");
  EXPECT_FALSE(std::filesystem::exists("stopped-photo.mien.png"));
}

}  // namespace
}  // namespace mien::cli
