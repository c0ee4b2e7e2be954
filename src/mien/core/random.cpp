#include "mien/core/random.h"

#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "mien/error.h"

namespace mien {
namespace {

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;

std::uint64_t finalise(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

std::uint64_t mix_key(std::initializer_list<std::uint64_t> parts) {
  // Each part goes through the finaliser before the next is added, so that order counts; the number
  // of parts begins the chain, so that a shorter list is not the beginning of a longer one.
  std::uint64_t key = parts.size();
  for (const std::uint64_t part : parts) key = finalise(key + kGolden) + part;
  return finalise(key + kGolden);
}

RandomStream::RandomStream(std::uint64_t key) {
  for (std::uint64_t& word : state_) {
    key += kGolden;
    word = finalise(key);
  }
}

RandomStream::result_type RandomStream::operator()() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double RandomStream::uniform() {
  return static_cast<double>((*this)() >> 11) * 0x1p-53;
}

double RandomStream::uniform(double low, double high) {
  // Rounding may carry the product up to `high`, which is not in the range.
  const double value = low + (high - low) * uniform();
  return value < high || low >= high ? value : std::nextafter(high, low);
}

std::int64_t RandomStream::below(std::int64_t n) {
  if (n < 1) throw UsageError("a random integer below " + std::to_string(n) + " was asked for");
  const auto range = static_cast<std::uint64_t>(n);
  // Draws from the incomplete last run of `range` numbers would favour small results.
  const std::uint64_t first_refused = max() - max() % range;
  std::uint64_t draw = (*this)();
  while (draw >= first_refused) draw = (*this)();
  return static_cast<std::int64_t>(draw % range);
}

bool RandomStream::chance(double probability) {
  return uniform() < probability;
}

double RandomStream::normal() {
  // Box and Muller; the sine half is not kept, so that a stream has no state but its four words.
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::vector<std::int64_t> random_permutation(std::int64_t n, RandomStream& random) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  for (std::int64_t i = n - 1; i > 0; --i) {
    std::swap(order[static_cast<std::size_t>(i)],
              order[static_cast<std::size_t>(random.below(i + 1))]);
  }
  return order;
}

}  // namespace mien
