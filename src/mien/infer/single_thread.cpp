#include "mien/infer/single_thread.h"

#include <algorithm>
#include <thread>

#include <ATen/Parallel.h>
#include <omp.h>

namespace mien {

std::size_t thread_count(std::int64_t asked) {
  if (asked > 0) return static_cast<std::size_t>(asked);
  return std::max(1U, std::thread::hardware_concurrency());
}

// libtorch sets up a thread when it is first asked, which would undo what is set here.
SingleThreadScope::SingleThreadScope() : previous_(at::get_num_threads()) {
  omp_set_num_threads(1);
}

SingleThreadScope::~SingleThreadScope() {
  omp_set_num_threads(previous_);
}

}  // namespace mien
