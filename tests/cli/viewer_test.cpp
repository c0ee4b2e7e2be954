#include "mien/cli/viewer.h"

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "mien/core/files.h"

#include "fake_player.h"
#include "made_inputs.h"
#include "thrown.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;
using test::eventually;
using test::FakePlayer;
using test::ScopedVariable;
using test::thrown;
using testing::HasSubstr;
using testing::StartsWith;

std::size_t size_of(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return error ? 0 : static_cast<std::size_t>(size);
}

TEST(RequireDisplay, IsAboutTheTwoVariables) {
  const auto required = [] { return thrown([] { require_display(); }); };
  const ScopedVariable x11("DISPLAY", std::nullopt);
  const ScopedVariable wayland("WAYLAND_DISPLAY", std::nullopt);
  EXPECT_THAT(required(), StartsWith("2 --show needs a display"));
  {
    const ScopedVariable empty("DISPLAY", "");
    EXPECT_THAT(required(), StartsWith("2 --show needs a display"));
  }
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY"}) {
    const ScopedVariable set(name, ":0");
    EXPECT_EQ(required(), "") << name;
  }
}

TEST(Viewer, NeedsADisplayBeforeAnythingIsStarted) {
  const FakePlayer player("echo started > \"$0.started\"\n");
  const ScopedVariable x11("DISPLAY", std::nullopt);
  const ScopedVariable wayland("WAYLAND_DISPLAY", std::nullopt);
  EXPECT_THAT(thrown([] { const Viewer viewer("mien"); }), HasSubstr("needs a display"));
  EXPECT_FALSE(fs::exists(player.written("started")));
}

TEST(Viewer, NeedsTheProgram) {
  const test::TempFolder empty;
  const ScopedVariable path("PATH", empty.path().string());
  const ScopedVariable display("DISPLAY", ":987");
  EXPECT_THAT(thrown([] { const Viewer viewer("mien"); }),
              StartsWith("2 --show needs the program "
                         "ffplay"));
}

TEST(Viewer, GivesThePicturesAsJpegsBehindEachOther) {
  const FakePlayer player("printf '%s\\n' \"$@\" > \"$0.words\"\ncat > \"$0.shown\"\n");
  const Image first = test::shaded(0);
  const Image second = test::shaded(90, 32);
  const std::string expected = encode_jpeg(first, 85) + encode_jpeg(second, 85);
  {
    Viewer viewer("mien: my clip.mp4");
    EXPECT_TRUE(viewer.show(first));
    EXPECT_TRUE(viewer.show(second));
    EXPECT_TRUE(eventually([&] { return size_of(player.written("shown")) >= expected.size(); }));
  }
  EXPECT_TRUE(read_file(player.written("shown")) == expected);
  const std::string words = "\n" + read_file(player.written("words"));
  EXPECT_THAT(words, HasSubstr("\n-window_title\nmien: my clip.mp4\n")) << "one word";
  EXPECT_THAT(words, HasSubstr("\n-f\nmjpeg\n-i\n-\n"));
}

TEST(Viewer, SaysThatTheWindowWasClosedAndLivesOn) {
  const FakePlayer player("exit 0\n");
  Viewer viewer("mien");
  const Image image = test::shaded(0, 16);
  EXPECT_TRUE(eventually([&] { return !viewer.show(image); }));
  EXPECT_FALSE(viewer.show(image)) << "no signal comes of it";
}

TEST(Viewer, TakesTheWindowAlong) {
  const FakePlayer player("echo $$ > \"$0.new\"\nmv \"$0.new\" \"$0.pid\"\nexec sleep 60\n");
  pid_t window = 0;
  const auto begin = std::chrono::steady_clock::now();
  {
    const Viewer viewer("mien");
    ASSERT_TRUE(eventually([&] { return fs::exists(player.written("pid")); }));
    window = std::stoi(read_file(player.written("pid")));
    EXPECT_EQ(kill(window, 0), 0);
  }
  const int status = kill(window, 0);
  const int reason = errno;
  EXPECT_EQ(status, -1);
  EXPECT_EQ(reason, ESRCH) << "ended, and waited for";
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(50));
}

}  // namespace
}  // namespace mien::cli
