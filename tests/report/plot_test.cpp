#include "mien/report/plot.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/report/painter.h"

namespace mien {
namespace {

/// Pixels that are about this colour.
std::int64_t count_pixels(const Image& image, Rgb colour) {
  std::int64_t count = 0;
  for (std::size_t i = 0; i + 2 < image.pixels.size(); i += 3) {
    const int distance = std::abs(image.pixels[i] - colour.red) +
                         std::abs(image.pixels[i + 1] - colour.green) +
                         std::abs(image.pixels[i + 2] - colour.blue);
    if (distance < 12) ++count;
  }
  return count;
}

Panel panel_with(std::vector<double> y) {
  std::vector<double> x;
  x.reserve(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) x.push_back(static_cast<double>(i + 1));
  return {"loss", "epoch", "value", {{"one", x, std::move(y)}}, {}};
}

TEST(DrawPanels, ThreeInARow) {
  const Panel panel = panel_with({1, 2});
  const Image one = draw_panels({panel});
  EXPECT_EQ(draw_panels({panel, panel, panel}).width, 3 * one.width);
  const Image four = draw_panels({panel, panel, panel, panel});
  EXPECT_EQ(four.width, 3 * one.width);
  EXPECT_EQ(four.height, 2 * one.height);
  EXPECT_THROW(draw_panels({}), UsageError);
}

TEST(DrawPanels, CurvesHaveTheirColoursAndGapsStayOpen) {
  const std::int64_t whole =
      count_pixels(draw_panels({panel_with({1, 2, 3, 4, 5})}), series_colour(0));
  const std::int64_t gap =
      count_pixels(draw_panels({panel_with({1, 2, NAN, 4, 5})}), series_colour(0));
  EXPECT_GT(gap, 300);
  EXPECT_LT(gap, whole - 200);
}

TEST(DrawPanels, TakesWhatTrainingMayGive) {
  EXPECT_GT(count_pixels(draw_panels({panel_with({0.5})}), series_colour(0)), 20)
      << "one epoch is a dot";
  EXPECT_NO_THROW(draw_panels({panel_with({NAN, NAN})}));
  EXPECT_NO_THROW(draw_panels({panel_with({INFINITY, 1})}));
  EXPECT_NO_THROW(draw_panels({Panel{}}));
  EXPECT_NO_THROW(draw_panels({panel_with({1e300, -1e300})}));
  EXPECT_NO_THROW(draw_panels({panel_with({0, 0, 0})}));
}

TEST(DrawConfusion, DarkerWhereTheShareIsLarger) {
  const Image image = draw_confusion({"a", "b"}, {{90, 10}, {0, 0}}, "title");
  const Image even = draw_confusion({"a", "b"}, {{50, 50}, {0, 0}}, "title");
  EXPECT_EQ(image.width, even.width);
  EXPECT_NE(image, even);
  EXPECT_GT(count_pixels(image, kGrid), 5000) << "a class without labels is grey, not white";
}

TEST(DrawConfusion, NeedsASquare) {
  EXPECT_THROW(draw_confusion({"a", "b"}, {{1, 2}}, ""), UsageError);
  EXPECT_THROW(draw_confusion({"a", "b"}, {{1, 2}, {3}}, ""), UsageError);
  EXPECT_THROW(draw_confusion({}, {}, ""), UsageError);
}

TEST(DrawSheet, KeepsPicturesAsTheyAre) {
  Image red(50, 50);
  for (std::size_t i = 0; i < red.pixels.size(); i += 3) red.pixels[i] = 255;
  const Image sheet = draw_sheet({{red, {"caption", "second"}}, {red, {}}}, 2, 50);
  EXPECT_EQ(count_pixels(sheet, {255, 0, 0}), 2 * 50 * 50);
}

TEST(DrawSheet, KeepsProportions) {
  Image wide(100, 50);
  std::fill(wide.pixels.begin(), wide.pixels.end(), std::uint8_t{0});
  EXPECT_NEAR(
      static_cast<double>(count_pixels(draw_sheet({{wide, {}}}, 3, 60), {0, 0, 0})), 60 * 30, 60);
}

TEST(DrawSheet, RefusesNothing) {
  EXPECT_THROW(draw_sheet({}, 2, 50), UsageError);
  EXPECT_THROW(draw_sheet({{Image(2, 2), {}}}, 0, 50), UsageError);
}

TEST(FitText, CutsWhatDoesNotFit) {
  const TextStyle style;
  const std::string text = "a rather long caption";
  EXPECT_EQ(fit_text(text, style, 1000), text);
  const std::string cut = fit_text(text, style, 60);
  EXPECT_LE(drawn_width(cut, style), 60);
  EXPECT_EQ(cut.substr(cut.size() - 2), "..");
}

}  // namespace
}  // namespace mien
