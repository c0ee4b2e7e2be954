#include "mien/data/sets.h"
#include "mien/error.h"

#include "figures.h"

namespace mien::bench {

void list_reading(const Flags& flags) {
  SetOptions options;
  options.path = flags.text("list", "");
  options.format = "abaw-mtl";
  std::size_t lines = 0;
  const Timing timing =
      timed(flags, [&] { lines = read_set(options, SetPart::kTraining).samples.size(); });
  report("list", static_cast<double>(lines), timing);
}

}  // namespace mien::bench
