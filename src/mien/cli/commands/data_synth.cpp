#include "mien/cli/commands/commands.h"
#include "mien/data/synth.h"
#include "mien/error.h"

namespace mien::cli {
namespace {

class DataSynth : public Command {
 public:
  Syntax syntax() const override {
    Syntax syntax;
    syntax.name = "data synth";
    syntax.summary = "draw a labelled set of faces, to try things out without data";
    syntax.usage = "mien data synth -o DIR [--task mtl|lsd]";
    syntax.aliases = {{"-o", "output"}};
    syntax.main_options = {"task", "training", "validation", "size", "missing", "seed"};
    syntax.examples = {"mien data synth -o faces",
                       "mien data synth -o lsd --task lsd --training 600"};
    return syntax;
  }

  void describe_options(Fields& fields) override {
    fields.add("output", output_, "folder of the new set");
    describe(options_, fields);
  }

  int run(const Arguments& /*arguments*/, Console& console, const StopFlag& stop) override {
    if (output_.empty()) throw OptionError("output", "where to? give -o DIR");
    options_.check();
    write_synthetic_set(output_, options_, console.sink(), stop);
    console.print(std::to_string(options_.training) + " training and " +
                  std::to_string(options_.validation) + " validation faces drawn in " + output_);
    console.info("next: mien data check " + output_);
    return 0;
  }

 private:
  std::string output_;
  SynthOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_data_synth() {
  return std::make_unique<DataSynth>();
}

}  // namespace mien::cli
