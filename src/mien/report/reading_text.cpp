#include "mien/report/reading_text.h"

#include <algorithm>

#include "mien/core/text.h"

namespace mien {

std::string percent_text(double share) {
  return number_text(100 * share, 0) + "%";
}

std::string signed_text(double value) {
  const std::string text = number_text(std::clamp(value, -1.0, 1.0), 2);
  return text.front() == '-' ? text : "+" + text;
}

}  // namespace mien
