// Random streams that are a pure function of what they are for: (seed, epoch, index, ...) give the
// same numbers in any thread, in any order, in a resumed run.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

namespace mien {

/// Mixes integers into one 64-bit key (SplitMix64 finaliser, Steele et al. 2014).
std::uint64_t mix_key(std::initializer_list<std::uint64_t> parts);

/// xoshiro256** (Blackman and Vigna 2018) seeded through SplitMix64. Cheap to make, not
/// thread-safe. Satisfies UniformRandomBitGenerator; its own distributions are the same on every
/// platform (normal() as far as the C library's logarithm and cosine are).
class RandomStream {
 public:
  using result_type = std::uint64_t;
  explicit RandomStream(std::uint64_t key);
  RandomStream(std::initializer_list<std::uint64_t> parts) : RandomStream(mix_key(parts)) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }
  result_type operator()();

  double uniform();                         ///< in [0, 1)
  double uniform(double low, double high);  ///< in [low, high)
  std::int64_t below(std::int64_t n);       ///< integer in [0, n), n >= 1
  bool chance(double probability);
  double normal();  ///< mean 0, deviation 1

 private:
  std::uint64_t state_[4];
};

/// 0 .. n-1 in random order (Fisher-Yates).
std::vector<std::int64_t> random_permutation(std::int64_t n, RandomStream& random);

}  // namespace mien
