#include "mien/infer/single_thread.h"

#include <ATen/Parallel.h>
#include <omp.h>

namespace mien {

// libtorch sets up a thread when it is first asked, which would undo what is set here.
SingleThreadScope::SingleThreadScope() : previous_(at::get_num_threads()) {
  omp_set_num_threads(1);
}

SingleThreadScope::~SingleThreadScope() {
  omp_set_num_threads(previous_);
}

}  // namespace mien
