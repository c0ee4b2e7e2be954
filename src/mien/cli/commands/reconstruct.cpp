#include <filesystem>

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>

#include "mien/cli/commands/commands.h"
#include "mien/cli/output_names.h"
#include "mien/cli/reconstruction_sheet.h"
#include "mien/cli/runtime_options.h"
#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/image/input_list.h"
#include "mien/nn/device.h"
#include "mien/nn/network.h"
#include "mien/nn/weights.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr double kLargestMask = 0.99;
constexpr const char* kEnding = ".mae.png";

class Reconstruct : public Command {
 public:
  Syntax syntax() const override {
    Syntax syntax;
    syntax.name = "reconstruct";
    syntax.summary = "hide parts of pictures and let a pretrained network paint them";
    syntax.usage = "mien reconstruct RUN|FILE PICTURE|DIR.. [-o DIR] [--mask 0.75] [--seed 1]";
    syntax.positionals = {"RUN|FILE", "PICTURE|DIR..."};
    syntax.required = 2;
    syntax.aliases = {{"-o", "output"}};
    syntax.main_options = {"mask", "seed", "device", "precision", "threads"};
    syntax.examples = {"mien reconstruct runs/mae photo.jpg",
                       "mien reconstruct runs/mae faces -o out --mask 0.5 --seed 7"};
    syntax.notes = {
        "NAME.mae.png shows the picture, what the network saw of it, and what it made of that: "
        "the seen patches are the original's. A picture is taken whole; crop faces by `mien "
        "crop`."};
    return syntax;
  }

  void describe_options(Fields& fields) override {
    fields.add("output", output_, "folder of the pictures made");
    fields.add("mask",
               mask_,
               "part of the patches that is hidden; 0: as in training",
               between(0, kLargestMask));
    fields.add("seed", seed_, "what is hidden: the same seed hides the same patches", at_least(0));
    describe(place_, fields);
  }

  int run(const Arguments& arguments, Console& console, const StopFlag& stop) override;

 private:
  Image sheet_of(Network& network, const std::string& picture, const RunSettings& settings) const;

  std::string output_ = ".";
  double mask_ = 0;
  std::int64_t seed_ = 1;
  PlaceOptions place_;
};

Image Reconstruct::sheet_of(Network& network,
                            const std::string& picture,
                            const RunSettings& settings) const {
  const at::Tensor tensor = tensor_from_image(read_image(picture), network.input()).unsqueeze(0);
  const double mask = mask_ > 0 ? mask_ : network.options().mask;
  at::manual_seed(static_cast<std::uint64_t>(seed_));
  const AutocastScope autocast(settings.device, settings.precision);
  return reconstruction_sheet(
      tensor, network.reconstruct(tensor.to(settings.device), mask), network.input());
}

int Reconstruct::run(const Arguments& arguments, Console& console, const StopFlag& stop) {
  const LoadedNetwork loaded = load_network(arguments.positionals[0]);
  const RunSettings settings = run_settings(place_);
  console.info(network_text(loaded, settings));
  loaded.network->to(settings.device);
  const std::vector<std::string> named(arguments.positionals.begin() + 1,
                                       arguments.positionals.end());
  const InputList list = list_inputs(named);
  std::size_t failed = list.failures.size();
  for (const InputFailure& failure : list.failures) console.warn(failure.message);
  const at::NoGradGuard no_gradients;
  OutputNames names(named);
  std::int64_t made = 0;
  for (const Input& input : list.inputs) {
    if (stop.requested()) throw Error(ErrorKind::kInterrupted, "stopped");
    if (input.kind != InputKind::kPicture) {
      console.warn(input.name + ": is no picture");
      continue;
    }
    const fs::path file = fs::path(output_) / (names.name_of(input) + kEnding);
    try {
      const Image sheet = sheet_of(*loaded.network, input.name, settings);
      make_folder(file.parent_path());
      write_image(file, sheet);
      console.info("written: " + file.string());
      ++made;
    } catch (const DataError& error) {
      console.warn(error.what());
      ++failed;
    }
  }
  console.print(std::to_string(made) + " pictures in " + output_);
  return failed > 0 || made == 0 ? static_cast<int>(ErrorKind::kData) : 0;
}

}  // namespace

std::unique_ptr<Command> make_reconstruct() {
  return std::make_unique<Reconstruct>();
}

}  // namespace mien::cli
