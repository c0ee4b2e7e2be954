#include "mien/cli/runtime_options.h"

#include <utility>

#include "mien/nn/device.h"

namespace mien::cli {

void describe(RuntimeOptions& options, Fields& fields) {
  fields.add("device", options.device, "where the network runs: auto, cpu, cuda or cuda:N");
  fields.add("precision",
             options.precision,
             "of the network's products; auto: bfloat16 where the device multiplies it natively",
             one_of({"auto", "float32", "bfloat16"}));
  fields.add(
      "threads", options.threads, "threads of the network's work; 0: all cores", between(0, 4096));
  fields.add("batch", options.batch, "pictures a batch", at_least(1));
  fields.group("loader", options.loader);
}

std::vector<Prediction> predict_sets(const LoadedNetwork& loaded,
                                     std::vector<SampleSet> sets,
                                     const RuntimeOptions& options,
                                     Console& console,
                                     const StopFlag& stop) {
  set_threads(static_cast<int>(options.threads));
  RunSettings settings;
  settings.device = choose_device(options.device);
  settings.precision = choose_precision(options.precision, settings.device);
  settings.batch = options.batch;
  console.info(loaded.network->options().name + " of " + loaded.file.string() + " on " +
               device_text(settings.device) +
               (settings.precision == Precision::kBfloat16 ? ", bfloat16" : ", float32"));
  loaded.network->to(settings.device);
  Loader loader(std::move(sets), loaded.network->input(), AugmentOptions(), options.loader);
  return predict_all(*loaded.network, loader, settings, console.sink(), stop);
}

}  // namespace mien::cli
