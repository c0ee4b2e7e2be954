// Where a face will be: a filter over one coordinate that moves on with a velocity of its own.
#pragma once

namespace mien {

/// Kalman filter over position and velocity. Velocity is an Ornstein-Uhlenbeck process: constant in
/// the short run, forgotten over `kMemory` seconds, so that a face that hides is not thought to fly
/// on for ever. The steps are exact for any lapse of time, so the frame rate does not matter.
/// Positions are in pixels; `side` is the face's at the time, which all uncertainty goes with.
class Motion {
 public:
  /// Seconds over which a velocity is forgotten, and its usual size in sides a second.
  static constexpr double kMemory = 1.0;
  static constexpr double kSpeed = 1.0;
  /// Deviation of what a detector says of a face that stands still.
  static constexpr double kNoise = 0.05;

  Motion(double position, double side);

  /// Moves on by that many seconds (0 or more).
  void advance(double seconds, double side);
  /// Takes in where the face was found.
  void correct(double measured, double side);

  double position() const { return position_; }
  /// Pixels a second.
  double velocity() const { return velocity_; }
  /// Variance of where the face would be found now, square pixels.
  double variance(double side) const;

 private:
  double position_ = 0;
  double velocity_ = 0;
  double position_variance_ = 0;
  double covariance_ = 0;
  double velocity_variance_ = 0;
};

}  // namespace mien
