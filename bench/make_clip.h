// The command that writes a made clip, alone (mien_make_clip) and as a part of mien_figures.
#pragma once

#include "measure.h"

namespace mien::bench {

/// --out FILE [--truth FILE] [--pictures FILE,FILE,...] [--scene one|five|cross|hide] [--width
/// 1280] [--height 720] [--rate 30] [--seconds 10] [--seed 1] [--threads 0]. Without pictures: the
/// photograph that set-up brings. The truth is a row a frame and person: frame, person, x, y,
/// width, height (pixels), visible (0 to 1). Throws what `MadeClip`, `read_image` and `VideoWriter`
/// throw, and UsageError.
void make_clip(const Flags& flags);

}  // namespace mien::bench
