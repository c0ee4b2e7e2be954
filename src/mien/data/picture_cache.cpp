#include "mien/data/picture_cache.h"

#include <memory>

namespace mien {

PictureCache::PictureCache(std::size_t slots, std::int64_t budget_bytes)
    : budget_(budget_bytes), slots_(budget_bytes > 0 ? slots : 0) {}

PictureCache::~PictureCache() {
  for (const auto& slot : slots_) delete slot.load(std::memory_order_relaxed);
}

void PictureCache::with(std::size_t slot,
                        const std::function<Image()>& decode,
                        const std::function<void(const Image&)>& use) {
  if (slots_.empty()) {
    use(decode());
    return;
  }
  if (const Image* kept = slots_.at(slot).load(std::memory_order_acquire)) {
    use(*kept);
    return;
  }
  auto fresh = std::make_unique<Image>(decode());
  use(*fresh);
  const auto size = static_cast<std::int64_t>(sizeof(Image) + fresh->pixels.size());
  if (!reserve(size)) return;
  const Image* none = nullptr;
  if (slots_[slot].compare_exchange_strong(none, fresh.get(), std::memory_order_release)) {
    static_cast<void>(fresh.release());  // the slot owns it now
  } else {
    bytes_.fetch_sub(size);  // another thread was first with the same picture
  }
}

bool PictureCache::reserve(std::int64_t bytes) {
  std::int64_t used = bytes_.load(std::memory_order_relaxed);
  while (used + bytes <= budget_) {
    if (bytes_.compare_exchange_weak(used, used + bytes)) return true;
  }
  return false;
}

}  // namespace mien
