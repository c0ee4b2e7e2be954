// Decoded pictures of a data set, kept from epoch to epoch while there is room.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "mien/image/image.h"

namespace mien {

/// A slot a sample, filled until the budget is spent and never emptied: with more pictures than
/// room, each epoch finds the same share of them, where replacing the oldest would find none.
/// Safe from many threads.
class PictureCache {
 public:
  PictureCache(std::size_t slots, std::int64_t budget_bytes);
  ~PictureCache();
  PictureCache(const PictureCache&) = delete;
  PictureCache& operator=(const PictureCache&) = delete;

  /// Calls `use` with the picture of the slot, which `decode` makes unless it is kept here.
  void with(std::size_t slot,
            const std::function<Image()>& decode,
            const std::function<void(const Image&)>& use);
  std::int64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  bool reserve(std::int64_t bytes);

  std::int64_t budget_;
  std::atomic<std::int64_t> bytes_{0};
  std::vector<std::atomic<const Image*>> slots_;  // set once, owned, alive as long as the cache
};

}  // namespace mien
