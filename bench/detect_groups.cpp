#include <iostream>

#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/image/picture_threads.h"
#include "mien/nn/device.h"

#include "figures.h"
#include "groups.h"

namespace mien::bench {

void detect_groups(const Flags& flags) {
  set_threads(static_cast<int>(flags.number("threads", 0)));
  set_picture_threads(static_cast<int>(flags.number("threads", 0)));
  const std::string folder = flags.text("data", "");
  const auto detector = make_detector(flags.text("detector", "mtcnn"));
  test::Tally tally;
  const Timing timing = timed(flags, [&] { tally = test::tally_of(*detector, folder); });
  if (tally.faces == 0)
    throw DataError(folder, "no boxes: training.xml and testing.xml are needed");
  const auto part = [](std::size_t found, std::size_t of) {
    return number_text(
        static_cast<double>(found) / static_cast<double>(std::max<std::size_t>(of, 1)), 4);
  };
  std::cout << "{\"name\": \"detect-groups\", \"faces\": " << tally.faces
            << ", \"found\": " << tally.found << ", \"false_alarms\": " << tally.false_alarms
            << ", \"recall\": " << part(tally.found, tally.faces)
            << ", \"precision\": " << part(tally.found, tally.found + tally.false_alarms)
            << ", \"seconds\": " << number_text(median(timing.seconds), 4) << "}\n";
}

}  // namespace mien::bench
