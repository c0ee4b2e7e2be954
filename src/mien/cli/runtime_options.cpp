#include "mien/cli/runtime_options.h"

#include "mien/nn/device.h"
#include "mien/nn/network.h"

namespace mien::cli {

void describe(PlaceOptions& options, Fields& fields) {
  fields.add("device", options.device, "where the network runs: auto, cpu, cuda or cuda:N");
  fields.add("precision",
             options.precision,
             "of the network's products; auto: bfloat16 where the device multiplies it natively",
             one_of({"auto", "float32", "bfloat16"}));
  fields.add(
      "threads", options.threads, "threads of the network's work; 0: all cores", between(0, 4096));
}

void describe(RuntimeOptions& options, Fields& fields) {
  describe(static_cast<PlaceOptions&>(options), fields);
  fields.add("batch", options.batch, "pictures a batch", at_least(1));
  fields.group("loader", options.loader);
}

RunSettings run_settings(const PlaceOptions& options) {
  set_threads(static_cast<int>(options.threads));
  RunSettings settings;
  settings.device = choose_device(options.device);
  settings.precision = choose_precision(options.precision, settings.device);
  return settings;
}

RunSettings run_settings(const RuntimeOptions& options) {
  RunSettings settings = run_settings(static_cast<const PlaceOptions&>(options));
  settings.batch = options.batch;
  return settings;
}

std::string network_text(const LoadedNetwork& loaded, const RunSettings& settings) {
  return loaded.network->options().name + " of " + loaded.file.string() + " on " +
         device_text(settings.device) +
         (settings.precision == Precision::kBfloat16 ? ", bfloat16" : ", float32");
}

void say_networks(const LoadedEnsemble& loaded, const PlaceOptions& options, Console& console) {
  const RunSettings settings = run_settings(options);
  for (const LoadedNetwork& member : loaded.members) console.info(network_text(member, settings));
}

std::vector<std::vector<Prediction>> predict_members(const LoadedEnsemble& loaded,
                                                     const std::vector<SampleSet>& sets,
                                                     const RuntimeOptions& options,
                                                     Console& console,
                                                     const StopFlag& stop) {
  RunSettings settings = run_settings(options);
  const SharedInputs shared = shared_inputs(networks_of(loaded));
  const bool several = loaded.members.size() > 1;
  std::vector<std::vector<Prediction>> answers(loaded.members.size());
  // Members of one input follow each other, so that decoded pictures are there for the next.
  for (std::size_t input = 0; input < shared.inputs.size(); ++input) {
    Loader loader(sets, shared.inputs[input], AugmentOptions(), options.loader);
    for (std::size_t i = 0; i < loaded.members.size(); ++i) {
      if (shared.of_network[i] != input) continue;
      const LoadedNetwork& member = loaded.members[i];
      settings.temperature = member.card.temperature;
      member.network->to(settings.device);
      answers[i] = predict_all(*member.network, loader, settings, console.sink(), stop);
      if (several) member.network->to(c10::Device(c10::DeviceType::CPU));  // room for the next
    }
  }
  return answers;
}

std::vector<Prediction> predict_sets(const LoadedEnsemble& loaded,
                                     const std::vector<SampleSet>& sets,
                                     const RuntimeOptions& options,
                                     Console& console,
                                     const StopFlag& stop) {
  say_networks(loaded, options, console);
  return loaded.mean.all(predict_members(loaded, sets, options, console, stop));
}

}  // namespace mien::cli
