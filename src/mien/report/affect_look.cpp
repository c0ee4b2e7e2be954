#include "mien/report/affect_look.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "mien/affect/decisions.h"
#include "mien/affect/vocabulary.h"
#include "mien/core/text.h"

namespace mien {

Rgb person_colour(std::int64_t face_id) {
  constexpr Rgb kNobody{90, 98, 108};
  // The eighth colour of curves is nobody's grey.
  constexpr std::int64_t kPersons = 7;
  return face_id < 1 ? kNobody : series_colour(static_cast<std::size_t>((face_id - 1) % kPersons));
}

Rgb expression_colour(const std::vector<std::string>& classes, std::size_t index) {
  static constexpr std::array<std::pair<std::string_view, Rgb>, 9> kUsual = {
      {{"neutral", {174, 182, 191}},
       {"anger", {204, 62, 52}},
       {"disgust", {104, 140, 50}},
       {"fear", {122, 82, 168}},
       {"happiness", {240, 184, 38}},
       {"sadness", {54, 104, 178}},
       {"surprise", {62, 178, 200}},
       {"contempt", {190, 104, 150}},
       {"other", {138, 108, 84}}}};
  const std::string name = canonical_expression(classes[index]);
  for (const auto& [usual, colour] : kUsual) {
    if (usual == name) return colour;
  }
  return series_colour(index);
}

Rgb text_colour_on(Rgb ground) {
  const double light = 0.2126 * std::pow(ground.red / 255.0, 2.2) +
                       0.7152 * std::pow(ground.green / 255.0, 2.2) +
                       0.0722 * std::pow(ground.blue / 255.0, 2.2);
  // Where black and white have the same contrast (WCAG 2).
  return light > 0.179 ? Rgb{0, 0, 0} : Rgb{255, 255, 255};
}

Rgb mixed(Rgb first, Rgb second, double part) {
  const auto one = [&](std::uint8_t a, std::uint8_t b) {
    return static_cast<std::uint8_t>(std::lround(a + (b - a) * std::clamp(part, 0.0, 1.0)));
  };
  return {one(first.red, second.red), one(first.green, second.green), one(first.blue, second.blue)};
}

std::optional<std::size_t> top_expression(const std::vector<float>& probabilities) {
  if (probabilities.empty()) return std::nullopt;
  return most_probable(probabilities);
}

}  // namespace mien
