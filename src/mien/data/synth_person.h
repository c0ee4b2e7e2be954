// Who is drawn, and how the picture is taken: everything that is no action unit, and so a nuisance
// to a network.
#pragma once

#include <cstdint>

#include "mien/core/random.h"
#include "mien/image/canvas.h"

namespace mien::synth {

// Lengths are in halves of the picture's side, for a face that fills it: the picture is [-1, 1]
// both ways.

/// What stays the same in all pictures of a person.
struct Person {
  double face_width = 0.74;    ///< half the width at the cheekbones
  double jaw = 0.75;           ///< width at the jaw, as a part of that
  double chin = 0.86;          ///< y of the chin
  double forehead = -0.86;     ///< y of the hairline's top
  double eye_distance = 0.34;  ///< of each eye from the middle
  double eye_width = 0.14;     ///< half of it
  double eye_open = 0.07;      ///< height of the upper lid's arch
  double eye_slant = 0;        ///< outer corners lifted by this
  double brow_gap = 0.2;       ///< from the eye to the brow
  double brow_width = 0.05;    ///< of the stroke
  double brow_slant = 0;       ///< inner ends lowered by this
  double brow_arch = 0.04;
  double nose_width = 0.11;
  double nose_length = 0.38;
  double mouth_width = 0.26;  ///< half of it
  double mouth_curve = 0;     ///< corners lifted by this at rest
  double upper_lip = 0.05;
  double lower_lip = 0.065;
  double wrinkles = 0.5;  ///< strength of the lines that the face always has
  Colour skin;
  Colour hair;
  Colour lips;
  Colour iris;
  Colour clothes;
  int hair_style = 0;  ///< 0 bald, 1 short, 2 fringe, 3 parted, 4 long, 5 curly
  double beard = 0;    ///< opacity, 0 for none
  double moustache = 0;
  bool glasses = false;
  double glasses_size = 1;
  Colour glasses_frame;
};

/// What differs from picture to picture.
struct Scene {
  double yaw = 0;    ///< radians; positive turns the face to the picture's right
  double pitch = 0;  ///< radians; positive is down
  double roll = 0;   ///< radians
  double scale = 1;
  double shift_x = 0;
  double shift_y = 0;
  double gaze_x = 0;  ///< -1 to 1
  double gaze_y = 0;
  double lids = 1;         ///< how open the eyes happen to be
  double lopsided = 0;     ///< units are this much stronger on one side
  double light_angle = 0;  ///< where the light comes from, radians
  double light = 0;        ///< strength of its gradient
  double gain = 1;
  double contrast = 1;
  Colour cast{1, 1, 1};  ///< gain a channel
  double blur = 0;       ///< deviation, as a part of the side
  double noise = 0;      ///< deviation, levels
  int quality = 92;      ///< of the JPEG file
  Colour background;
  Colour background_far;
  std::uint64_t clutter = 0;  ///< key of the background's shapes
  bool covered = false;       ///< something hides a part of the face's side
  std::uint64_t cover = 0;
};

Person sample_person(RandomStream& random);
Scene sample_scene(RandomStream& random);

}  // namespace mien::synth
