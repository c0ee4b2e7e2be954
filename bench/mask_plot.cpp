#include <sstream>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/image/image.h"
#include "mien/report/plot.h"

#include "figures.h"

namespace mien::bench {
namespace {

/// The columns of a csv whose first column is x and whose first line names the others.
std::vector<Curve> curves_of(const std::string& file) {
  std::istringstream lines(read_file(file));
  std::vector<Curve> curves;
  for (std::string line; std::getline(lines, line);) {
    const auto cells = split(line, ',');
    if (curves.empty()) {
      for (std::size_t i = 1; i < cells.size(); ++i)
        curves.push_back({std::string(cells[i]), {}, {}});
      continue;
    }
    const auto number = [&](std::size_t i) {
      const auto value = parse_double(cells.at(i));
      if (!value) throw DataError(file, "holds a cell that is no number: " + line);
      return *value;
    };
    for (std::size_t i = 0; i < curves.size(); ++i) {
      curves[i].x.push_back(number(0));
      curves[i].y.push_back(number(i + 1));
    }
  }
  return curves;
}

}  // namespace

void mask_plot(const Flags& flags) {
  const std::string speed = flags.text("speed", "");
  const std::string memory = flags.text("memory", "");
  const std::string out = flags.text("out", "");
  flags.check_all_used();
  const std::string x = "patches masked, %";
  write_image(out,
              draw_panels({{"CoTEX step", x, "images/s", curves_of(speed), {}},
                           {"Peak memory", x, "GiB", curves_of(memory), {}}}));
}

}  // namespace mien::bench
