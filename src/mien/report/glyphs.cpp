#include "mien/report/glyphs.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <opencv2/imgproc.hpp>

namespace mien {
namespace {

constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;
constexpr double kFontHeight = 30;  // pixels that the font takes at scale 1, descenders included
constexpr double kCapitals = 21;    // of them, a capital letter's
constexpr int kOversampling = 4;

/// Weight in 1/256.
void blend(std::uint8_t* pixel, Rgb colour, int weight) {
  const auto one = [&](std::uint8_t& channel, int wanted) {
    channel = static_cast<std::uint8_t>(channel + (((wanted - channel) * weight + 128) >> 8));
  };
  one(pixel[0], colour.red);
  one(pixel[1], colour.green);
  one(pixel[2], colour.blue);
}

}  // namespace

std::string drawable_text(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) == 0x80U) continue;
    result += byte < 0x20 || byte > 0x7E ? '?' : c;
  }
  return result;
}

Glyphs::Glyphs(int size) : size_(size) {
  const double scale = size * kOversampling / kFontHeight;
  // Small letters need a fuller stroke to be seen on a busy picture.
  const double share = size < 14 ? 0.115 : 0.1;
  const int stroke = std::max(1, static_cast<int>(std::lround(size * kOversampling * share)));
  const int side = 2 * size;
  origin_ = {size / 2, side / 2};
  for (int i = 0; i < kLetters; ++i) {
    Glyph& glyph = letters_[static_cast<std::size_t>(i)];
    const std::string letter(1, static_cast<char>(kFirst + i));
    cv::Mat large = cv::Mat::zeros(side * kOversampling, side * kOversampling, CV_8UC1);
    const cv::Point baseline(
        origin_.x * kOversampling,
        origin_.y * kOversampling + static_cast<int>(std::lround(kCapitals * scale / 2)));
    cv::putText(large, letter, baseline, kFont, scale, 255, stroke, cv::LINE_AA);
    cv::resize(large, glyph.coverage, {side, side}, 0, 0, cv::INTER_AREA);
    glyph.used = cv::boundingRect(glyph.coverage);
    // The width of ten: one alone has its stroke's width in it, rounded.
    const double ten = cv::getTextSize(std::string(10, letter[0]), kFont, scale, 1, nullptr).width;
    glyph.advance = std::max(1, static_cast<int>(std::lround(ten / 10 / kOversampling)));
  }
}

int Glyphs::width(const std::string& text) const {
  int total = 0;
  for (const char c : drawable_text(text)) {
    total += letters_[static_cast<std::size_t>(c - kFirst)].advance;
  }
  return total;
}

void Glyphs::draw(cv::Mat& picture,
                  cv::Point left_middle,
                  const std::string& text,
                  Rgb colour) const {
  const cv::Rect whole({0, 0}, picture.size());
  cv::Point corner = left_middle - origin_;
  for (const char c : drawable_text(text)) {
    const Glyph& glyph = letters_[static_cast<std::size_t>(c - kFirst)];
    const cv::Rect area = (glyph.used + corner) & whole;
    for (int y = area.y; y < area.y + area.height; ++y) {
      const std::uint8_t* covered = glyph.coverage.ptr<std::uint8_t>(y - corner.y);
      std::uint8_t* pixels = picture.ptr<std::uint8_t>(y);
      for (int x = area.x; x < area.x + area.width; ++x) {
        const int weight = covered[x - corner.x];
        if (weight > 0) blend(pixels + std::ptrdiff_t{3} * x, colour, weight + (weight >> 7));
      }
    }
    corner.x += glyph.advance;
  }
}

void shade(cv::Mat& picture, const cv::Rect& area, Rgb colour, double opacity) {
  const cv::Rect inside = area & cv::Rect({0, 0}, picture.size());
  const int weight = static_cast<int>(std::lround(std::clamp(opacity, 0.0, 1.0) * 256));
  for (int y = inside.y; y < inside.y + inside.height; ++y) {
    std::uint8_t* pixel = picture.ptr<std::uint8_t>(y) + std::ptrdiff_t{3} * inside.x;
    for (int x = 0; x < inside.width; ++x, pixel += 3) blend(pixel, colour, weight);
  }
}

}  // namespace mien
