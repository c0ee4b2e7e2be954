// What a face looks like to a network, and how far a look tells people apart.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace mien {

/// A person's look: features of length 1, averaged over the last seconds.
class Look {
 public:
  /// Takes in another view, `seconds` after the last one. A view of another size is passed over.
  void see(const std::vector<float>& features, double seconds);
  /// Squared distance to a view; nothing where either is empty or their sizes differ.
  std::optional<double> distance(const std::vector<float>& features) const;

 private:
  std::vector<float> mean_;
  std::size_t views_ = 0;
};

/// How far apart views of the same person and of different people lie in this video, learnt as it
/// goes. Features were never trained to tell people apart; where they do not, this says so by
/// giving 0.
class LookScale {
 public:
  void note_same(double distance) { same_.add(distance); }
  void note_different(double distance) { different_.add(distance); }
  /// Logarithm of how much likelier a distance is between different people than for one, -2 to 6;
  /// 0 before enough was seen.
  double strangeness(double distance) const;

 private:
  /// Mean of the first ones, then of about the last 200.
  struct Mean {
    double value = 0;
    std::size_t count = 0;
    void add(double next);
  };
  Mean same_;
  Mean different_;
};

}  // namespace mien
