#include <algorithm>
#include <thread>
#include <vector>

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include "mien/error.h"
#include "mien/infer/single_thread.h"
#include "mien/nn/device.h"
#include "mien/nn/network.h"
#include "mien/nn/weights.h"

#include "figures.h"

namespace mien::bench {

void read_faces(const Flags& flags) {
  const std::int64_t threads = std::max<std::int64_t>(1, flags.number("threads", 1));
  const std::int64_t batch = flags.number("batch", 32);
  const std::int64_t batches = flags.number("batches", 4);
  const c10::Device device = choose_device("cpu");
  const Precision precision = choose_precision(flags.text("precision", "float32"), device);
  const LoadedNetwork loaded = load_network(flags.text("model", ""));
  const std::int64_t size = loaded.network->input().size;
  at::manual_seed(1);
  const at::Tensor faces = at::randn({batch, 3, size, size});

  const auto read = [&] {  // as a thread of `analyse_video` reads its segments
    const SingleThreadScope alone;
    const c10::NoGradGuard no_gradients;
    const AutocastScope autocast(device, precision);
    for (std::int64_t i = 0; i < batches; ++i) loaded.network->forward(faces);
  };
  const Timing timing = timed(flags, [&] {
    std::vector<std::jthread> readers;
    readers.reserve(static_cast<std::size_t>(threads));
    for (std::int64_t i = 0; i < threads; ++i) readers.emplace_back(read);
  });
  report("read-faces", static_cast<double>(threads * batch * batches), timing);
}

}  // namespace mien::bench
