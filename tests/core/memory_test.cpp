#include "mien/core/memory.h"

#include <cstddef>
#include <cstdlib>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace mien {
namespace {

constexpr std::size_t kBytes = std::size_t{64} << 20;
constexpr std::size_t kPage = 4096;

/// Pages that the system had to make present while a block was taken, written and freed.
long faults_of_a_block() {
  rusage before{};
  rusage after{};
  getrusage(RUSAGE_SELF, &before);
  void* block = std::malloc(kBytes);
  volatile char* bytes =
      static_cast<volatile char*>(block);  // or the compiler drops the whole block
  for (std::size_t i = 0; i < kBytes; i += kPage) bytes[i] = 1;
  std::free(block);
  getrusage(RUSAGE_SELF, &after);
  return after.ru_minflt - before.ru_minflt;
}

TEST(Memory, FreedBlocksAreUsedAgain) {
#if defined(__SANITIZE_ADDRESS__) || !defined(__GLIBC__)
  GTEST_SKIP() << "another allocator than glibc's";
#endif
  keep_freed_memory();
  const long first = faults_of_a_block();
  EXPECT_GT(first, 16);  // 64 MiB are 32 pages even where all are huge
  EXPECT_LT(faults_of_a_block(), first / 4);
}

}  // namespace
}  // namespace mien
