#include "mien/data/loader.h"

#include "mien/data/synth.h"

#include "figures.h"

namespace mien::bench {

void draw(const Flags& flags) {
  SynthOptions options;
  options.training = flags.number("count", 1000);
  options.validation = 1;
  options.size = flags.number("size", 112);
  const std::string folder = flags.text("out", "");
  flags.check_all_used();
  write_synthetic_set(folder, options, EventSink{}, StopFlag{});
}

void loader(const Flags& flags) {
  SetOptions set;
  set.path = flags.text("data", "");
  LoaderOptions options;
  options.workers = flags.number("workers", 1);
  options.cache_mebibytes = flags.number("cache", 0);
  LoaderPlan plan;
  plan.batch = flags.number("batch", 100);
  plan.training = true;

  std::vector<SampleSet> sets = {read_set(set, SetPart::kTraining)};
  plan.order = epoch_order(sets, {1.0}, SamplingOptions{}, plan.batch, {plan.seed, plan.epoch});
  Loader pictures(std::move(sets), InputOptions{}, AugmentOptions{}, options);
  const Timing timing = timed(flags, [&] {
    pictures.start(plan);
    Batch batch;
    while (pictures.next(batch)) {
    }
    ++plan.epoch;
  });
  report("loader", static_cast<double>(plan.order.size()), timing);
}

}  // namespace mien::bench
