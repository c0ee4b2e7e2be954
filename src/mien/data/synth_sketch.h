// The pieces of a drawn face, from the back to the front. Face coordinates are those of
// synth_person.h; `side` is -1 for the picture's left and 1 for its right.
#pragma once

#include "mien/data/synth_affect.h"
#include "mien/data/synth_person.h"
#include "mien/image/canvas.h"

namespace mien::synth {

/// Where points of a turned, moved and scaled head come to lie in the picture.
class Head {
 public:
  Head(const Scene& scene, int size);

  /// A point of the face's surface, which bulges towards the viewer; `lift` stands out from it.
  Point on(double x, double y, double lift = 0) const;
  /// A point of the head's rim, as deep as its middle.
  Point rim(double x, double y) const;
  double pixels(double length) const;
  Outline on(const Outline& outline) const;
  Outline rim(const Outline& outline) const;

 private:
  Point place(double x, double y, double z) const;

  const Scene& scene_;
  double size_;
};

/// What every piece needs.
struct Sketch {
  Canvas& canvas;
  const Head& head;
  const Person& person;
  const Scene& scene;
  const Intensities& units;

  /// The unit's intensity on that side.
  double amount(Unit unit, int side) const;
  /// A line on the skin: darker skin, pointed ends.
  void crease(const Outline& line, double width, double strength) const;
  void shade(const Outline& outline, const Colour& colour, double opacity, double softness) const;
};

inline constexpr double kEyeY = -0.17;

/// The rim of the face, clockwise from the top, the jaw dropped as AU26 says.
Outline face_rim(const Sketch& sketch);

// synth_scenery.cpp
void draw_background(const Sketch& sketch);
void draw_behind(const Sketch& sketch);  ///< hair behind the head, neck, shoulders, ears
void draw_hair(const Sketch& sketch);
void draw_glasses(const Sketch& sketch);
void draw_cover(const Sketch& sketch);

// synth_upper_face.cpp
void draw_skin(const Sketch& sketch);
void draw_forehead(const Sketch& sketch);
void draw_cheek(const Sketch& sketch, int side);
void draw_eye(const Sketch& sketch, int side);
void draw_brow(const Sketch& sketch, int side);

// synth_lower_face.cpp
void draw_beard(const Sketch& sketch);
void draw_nose(const Sketch& sketch);
void draw_mouth(const Sketch& sketch);

}  // namespace mien::synth
