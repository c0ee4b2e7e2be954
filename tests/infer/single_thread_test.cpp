#include "mien/infer/single_thread.h"

#include <thread>

#include <gtest/gtest.h>
#include <omp.h>

namespace mien {
namespace {

TEST(ThreadCount, AsAskedOrOneAProcessor) {
  EXPECT_EQ(thread_count(3), 3U);
  EXPECT_GE(thread_count(0), 1U);
}

TEST(SingleThreadScope, HoldsForItsThreadAlone) {
  const int before = omp_get_max_threads();
  std::thread([] {
    const SingleThreadScope alone;
    EXPECT_EQ(omp_get_max_threads(), 1);
  }).join();
  EXPECT_EQ(omp_get_max_threads(), before);
}

}  // namespace
}  // namespace mien
