#include "mien/infer/motion.h"

#include <cmath>

namespace mien {

Motion::Motion(double position, double side)
    : position_(position),
      position_variance_(kNoise * kNoise * side * side),
      velocity_variance_(kSpeed * kSpeed * side * side) {}

void Motion::advance(double seconds, double side) {
  const double left = std::exp(-seconds / kMemory);  // of the velocity
  const double reach = kMemory * (1 - left);         // of a velocity of 1
  position_ += reach * velocity_;
  velocity_ *= left;
  position_variance_ += 2 * reach * covariance_ + reach * reach * velocity_variance_;
  covariance_ = left * (covariance_ + reach * velocity_variance_);
  velocity_variance_ *= left * left;
  // What may have happened meanwhile: the process's own variances over the lapse.
  const double power = kSpeed * kSpeed * side * side;
  position_variance_ +=
      power * kMemory * kMemory * (2 * seconds / kMemory - 3 + 4 * left - left * left);
  covariance_ += power * kMemory * (1 - left) * (1 - left);
  velocity_variance_ += power * (1 - left * left);
}

void Motion::correct(double measured, double side) {
  const double total = variance(side);
  const double position_gain = position_variance_ / total;
  const double velocity_gain = covariance_ / total;
  const double surprise = measured - position_;
  position_ += position_gain * surprise;
  velocity_ += velocity_gain * surprise;
  velocity_variance_ -= velocity_gain * covariance_;
  covariance_ *= 1 - position_gain;
  position_variance_ *= 1 - position_gain;
}

double Motion::variance(double side) const {
  return position_variance_ + kNoise * kNoise * side * side;
}

}  // namespace mien
