// Numbers of readings as people read them.
#pragma once

#include <string>

namespace mien {

std::string percent_text(double share);  ///< "93%"
std::string signed_text(double value);   ///< "+0.31"; clipped to [-1, 1]

}  // namespace mien
