#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mien/cli/commands/commands.h"
#include "mien/core/files.h"
#include "mien/core/names.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/ensemble.h"
#include "mien/nn/import/package_form.h"
#include "mien/nn/import/transformers_config.h"
#include "mien/nn/onnx/export_onnx.h"
#include "mien/nn/weights.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

c10::ScalarType type_named(const std::string& name) {
  static const std::map<std::string, c10::ScalarType> kTypes = {
      {"float32", c10::ScalarType::Float},
      {"bfloat16", c10::ScalarType::BFloat16},
      {"float16", c10::ScalarType::Half},
  };
  return kTypes.at(name);
}

constexpr std::size_t kNamesShown = 4;

std::string megabytes(std::uintmax_t bytes) {
  constexpr double kMegabyte = 1e6;
  return number_text(static_cast<double>(bytes) / kMegabyte, 1) + " MB";
}

class Export : public Command {
 public:
  Syntax syntax() const override {
    Syntax syntax;
    syntax.name = "export";
    syntax.summary = "write a network to a file of its own, smaller or for other programs";
    syntax.usage = "mien export RUN|FILE -o FILE|FOLDER [--type bfloat16] [--to onnx|timm|..]";
    syntax.notes = {
        "The file has everything that reading needs, thresholds and temperature included, and "
        "half the size as bfloat16 or float16. Networks compute as --precision says whatever the "
        "type in their file; score the new file with `mien evaluate` to see what rounding costs.",
        "`--to onnx` writes what the network computes, for ONNX Runtime and others: from "
        "`pictures` "
        "[N, 3, S, S], normalised, to valence_arousal, expression and action_units (probabilities) "
        "and features. Classes, units, mean, deviation and thresholds are in its metadata.",
        "`--to timm`, `torchvision` or `transformers` writes the weights under the names of that "
        "package, where it has the network; `mien import` reads them back. For transformers -o "
        "names a folder, which gets config.json and preprocessor_config.json too."};
    syntax.positionals = {"RUN|FILE"};
    syntax.required = 1;
    syntax.aliases = {{"-o", "output"}};
    syntax.main_options = {"type", "to"};
    syntax.examples = {"mien export runs/emma --type bfloat16 -o emma.safetensors",
                       "mien export runs/emma --to onnx -o emma.onnx",
                       "mien export runs/resnet50 --to torchvision -o resnet50.safetensors"};
    return syntax;
  }

  void describe_options(Fields& fields) override {
    fields.add("output", output_, "what to write: .safetensors, .onnx or a folder, as --to says");
    fields.add("type",
               type_,
               "number type of matrices and kernels; vectors stay float32",
               one_of({"float32", "bfloat16", "float16"}));
    fields.add("to",
               form_,
               "whose form it has",
               one_of({"mien", "onnx", "timm", "torchvision", "transformers"}));
  }

  int run(const Arguments& arguments, Console& console, const StopFlag& /*stop*/) override {
    check_output();
    const fs::path to = output_;
    const fs::path from = weights_file(arguments.positionals[0]);
    if (is_ensemble_file(from)) {
      throw UsageError(from.string() +
                       " is an ensemble, which has no weights of its own: export its members, or "
                       "make one network of them (mien ensemble --average)");
    }
    const LoadedNetwork loaded = load_network(from);    // what cannot be read is not worth a copy
    const std::uintmax_t before = fs::file_size(from);  // `to` may be the same file
    if (form_ == "mien") {
      make_parent(to);
      convert_network(from, to, type_named(type_));
      console.print("written: " + to.string() + " (" + type_ + ", " + megabytes(fs::file_size(to)) +
                    ", before " + megabytes(before) + ")\n");
    } else if (form_ == "onnx") {
      const OnnxModel model = onnx_model_of(*loaded.network, loaded.card);
      make_parent(to);
      write_onnx(to, model);
      console.print("written: " + to.string() + " (ONNX, " + megabytes(fs::file_size(to)) + ")\n");
    } else {
      write_package(*loaded.network, to, console);
    }
    return 0;
  }

 private:
  /// Throws OptionError for a name that does not go with the form.
  void check_output() const;
  static void make_parent(const fs::path& file) {
    if (file.has_parent_path()) make_folder(file.parent_path());
  }
  void write_package(Network& network, const fs::path& to, Console& console) const;

  std::string output_;
  std::string type_ = "float32";
  std::string form_ = "mien";
};

void Export::check_output() const {
  const bool folder = form_ == "transformers";
  const std::string ending = folder ? "" : form_ == "onnx" ? ".onnx" : ".safetensors";
  if (output_.empty()) {
    throw OptionError(
        "output",
        "say with -o " + (folder ? std::string("FOLDER") : "FILE" + ending) + " what to write");
  }
  const fs::path place = output_;
  if (!folder && place.extension() != ending) {
    throw OptionError("output",
                      output_ +
                          (form_ == "onnx" ? ": ONNX is a file that ends in "
                                           : ": weights are files that end in ") +
                          ending);
  }
  if (folder && (fs::is_regular_file(place) || place.extension() == ".safetensors")) {
    throw OptionError("output", output_ + ": --to transformers writes a folder");
  }
  if (form_ != "mien" && type_ != "float32") {
    throw OptionError("type", "type: --to " + form_ + " writes float32");
  }
}

void Export::write_package(Network& network, const fs::path& to, Console& console) const {
  const PackageForm form = package_form(network, form_);
  fs::path file = to;
  if (form_ == "transformers") {
    make_folder(to);
    file = to / "model.safetensors";
  } else {
    make_parent(to);
  }
  write_safetensors(file, form.state);
  if (form_ == "transformers") {
    write_file_atomically(to / "config.json", transformers_config(network, form.has_head));
    write_file_atomically(to / "preprocessor_config.json", transformers_processor(network));
  }
  console.print("written: " + to.string() + " (" + form.title + ", " +
                std::to_string(form.state.tensors.size()) + " tensors, " +
                megabytes(fs::file_size(file)) + ")\n");
  if (form.left.empty()) return;
  console.info(form_ + " has no place for " + first_names(form.left, kNamesShown) + ": left out");
}

}  // namespace

std::unique_ptr<Command> make_export() {
  return std::make_unique<Export>();
}

}  // namespace mien::cli
