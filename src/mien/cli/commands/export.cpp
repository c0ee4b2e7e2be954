#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "mien/cli/commands/commands.h"
#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/ensemble.h"
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

std::string megabytes(std::uintmax_t bytes) {
  constexpr double kMegabyte = 1e6;
  return number_text(static_cast<double>(bytes) / kMegabyte, 1) + " MB";
}

class Export : public Command {
 public:
  Syntax syntax() const override {
    Syntax syntax;
    syntax.name = "export";
    syntax.summary = "write a network's weights to a file of their own, smaller if wanted";
    syntax.usage = "mien export RUN|FILE -o FILE.safetensors [--type bfloat16]";
    syntax.notes = {
        "The file has everything that reading needs, thresholds and temperature included, and "
        "half the size as bfloat16 or float16. Networks compute as --precision says whatever the "
        "type in their file; score the new file with `mien evaluate` to see what rounding costs."};
    syntax.positionals = {"RUN|FILE"};
    syntax.required = 1;
    syntax.aliases = {{"-o", "output"}};
    syntax.main_options = {"type"};
    syntax.examples = {"mien export runs/emma --type bfloat16 -o emma.safetensors"};
    return syntax;
  }

  void describe_options(Fields& fields) override {
    fields.add("output", output_, "the file to write, .safetensors");
    fields.add("type",
               type_,
               "number type of matrices and kernels; vectors stay float32",
               one_of({"float32", "bfloat16", "float16"}));
  }

  int run(const Arguments& arguments, Console& console, const StopFlag& /*stop*/) override {
    if (output_.empty()) throw OptionError("output", "say with -o FILE.safetensors what to write");
    const fs::path to = output_;
    if (to.extension() != ".safetensors") {
      throw OptionError("output", output_ + ": weights are files that end in .safetensors");
    }
    const fs::path from = weights_file(arguments.positionals[0]);
    if (is_ensemble_file(from)) {
      throw UsageError(from.string() +
                       " is an ensemble, which has no weights of its own: export its members, or "
                       "make one network of them (mien ensemble --average)");
    }
    load_network(from);  // a file that cannot be read back is not worth a copy
    const std::uintmax_t before = fs::file_size(from);  // `to` may be the same file
    if (to.has_parent_path()) make_folder(to.parent_path());
    convert_network(from, to, type_named(type_));
    console.print("written: " + to.string() + " (" + type_ + ", " + megabytes(fs::file_size(to)) +
                  ", before " + megabytes(before) + ")\n");
    return 0;
  }

 private:
  std::string output_;
  std::string type_ = "float32";
};

}  // namespace

std::unique_ptr<Command> make_export() {
  return std::make_unique<Export>();
}

}  // namespace mien::cli
