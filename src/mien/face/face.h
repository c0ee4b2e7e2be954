// A face as a detector finds it.
#pragma once

#include "mien/reading.h"

namespace mien {

struct Face {
  Box box;
  float score = 0;  ///< the detector's confidence, 0 to 1
  Landmarks landmarks;
};

}  // namespace mien
