// mien_figures NAME [--flag value ...]: measures one figure and prints one JSON line.
#include "figures.h"

#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "mien/core/memory.h"
#include "mien/error.h"

#include "make_clip.h"

namespace {

struct Figure {
  std::string name;
  void (*run)(const mien::bench::Flags&);
};

const std::vector<Figure> kFigures = {
    {"emma-step", mien::bench::emma_step},
    {"cotex-step", mien::bench::cotex_step},
    {"mae-step", mien::bench::mae_step},
    {"mask-plot", mien::bench::mask_plot},
    {"vit-eval", mien::bench::vit_eval},
    {"network-eval", mien::bench::network_eval},
    {"network-step", mien::bench::network_step},
    {"loader", mien::bench::loader},
    {"list", mien::bench::list_reading},
    {"read-video", mien::bench::read_video},
    {"write-video", mien::bench::write_video},
    {"analyse-clip", mien::bench::analyse_clip},
    {"read-faces", mien::bench::read_faces},
    {"detect-groups", mien::bench::detect_groups},
    {"make-network", mien::bench::make_network},
    {"make-clip", mien::bench::make_clip},
    {"draw", mien::bench::draw},
};

void run(const std::string& name, const mien::bench::Flags& flags) {
  std::string known;
  for (const Figure& figure : kFigures) {
    if (figure.name == name) return figure.run(flags);
    known += " " + figure.name;
  }
  throw mien::UsageError("no figure '" + name + "'; there are:" + known);
}

}  // namespace

int main(int count, char** arguments) {
  mien::keep_freed_memory();  // as the program does
  try {
    run(count > 1 ? arguments[1] : "",
        mien::bench::Flags(count > 1 ? count - 2 : 0, arguments + 2));
    return 0;
  } catch (const mien::Error& error) {
    std::cerr << "mien_figures: " << error.what() << "\n";
    return error.exit_code();
  } catch (const std::exception& error) {
    std::cerr << "mien_figures: " << error.what() << "\n";
    return 1;
  }
}
