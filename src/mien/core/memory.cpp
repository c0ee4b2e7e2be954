#include "mien/core/memory.h"

#include <cstdlib>  // defines __GLIBC__ where that is the C library

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace mien {

void keep_freed_memory() {
#ifdef __GLIBC__
  // Batches and activations are tens of mebibytes each, and come and go at every step.
  constexpr int kOwnMappingFrom = 1 << 30;  // bytes
  constexpr int kNeverTrim = -1;
  mallopt(M_MMAP_THRESHOLD, kOwnMappingFrom);
  mallopt(M_TRIM_THRESHOLD, kNeverTrim);
#endif
}

}  // namespace mien
