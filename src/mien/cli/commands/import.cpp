#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mien/affect/vocabulary.h"
#include "mien/cli/commands/commands.h"
#include "mien/core/files.h"
#include "mien/core/names.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/import/choose.h"
#include "mien/nn/import/import_state.h"
#include "mien/nn/import/model_folder.h"
#include "mien/nn/network.h"
#include "mien/version.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

class Import : public Command {
 public:
  Syntax syntax() const override {
    Syntax syntax;
    syntax.name = "import";
    syntax.summary = "turn weights of another program into a file that mien takes";
    syntax.usage = "mien import FILE|FOLDER -o FILE.safetensors [--arch NAME] [--prefix P] ..";
    syntax.notes = {
        "Reads .pth, .pkl, .bin, .pt and safetensors without running any code in them, tells by "
        "names and shapes what they hold, and renames. A network for other classes loses its last "
        "layer: train from the new file with --backbone. DAN, EMMA and CoTEX come whole, with "
        "their classes, and so does a network whose classes you name with --classes.",
        "Where the tensors do not tell (timm's EfficientNets with and without TensorFlow's padding "
        "are alike), the error says which --arch there are. Attention heads are those of "
        "config.json "
        "in a folder, else as published: 64 numbers each, 32 in MAE's decoder; a line says so. "
        "Known are " +
            join(architecture_names(), ", ") + "."};
    syntax.positionals = {"FILE|FOLDER"};
    syntax.required = 1;
    syntax.aliases = {{"-o", "output"}};
    syntax.main_options = {"arch", "prefix", "classes"};
    syntax.examples = {"mien import resnet50.pth -o resnet50.safetensors",
                       "mien import dan_rafdb.pth --arch dan-rafdb -o dan.safetensors"};
    return syntax;
  }

  void describe_options(Fields& fields) override {
    fields.add("output", output_, "the file to write, .safetensors");
    fields.add("arch",
               architecture_,
               "what the file holds, where that cannot be told, or for another use of it");
    fields.add("prefix",
               prefix_,
               "only tensors whose names begin so (module. and the like), which is left off");
    fields.add("classes",
               classes_,
               "expressions that the last layer gives, in its order; it is kept then");
    fields.group("input", input_);
  }

  int run(const Arguments& arguments, Console& console, const StopFlag& /*stop*/) override {
    if (output_.empty()) throw OptionError("output", "say with -o FILE.safetensors what to write");
    if (fs::path(output_).extension() != ".safetensors") {
      throw OptionError("output", output_ + ": weights are files that end in .safetensors");
    }
    const ModelFolder folder = read_model_folder(arguments.positionals[0]);
    const std::string file = folder.weights.string();
    const StateDict state = read_foreign(folder.weights);
    const ReadingHints hints = {architecture_, folder.options, !classes_.empty(), folder.heads};
    ForeignNames names = chosen_reading(state, hints, file);
    if (const std::string other = contradiction(names, hints); !other.empty()) console.warn(other);
    ImportUse use = import_use(names, file);
    choose_input(arguments, folder, use);
    note_pictures(use, names);
    choose_classes(names, use, file);
    const StateDict renamed = renamed_state(state, names, keeps_head(names), file);
    const NetworkPointer network = imported_network(renamed, use, file);
    write(folder.weights, names, use, renamed, *network);
    report(names, use, renamed, console);
    return 0;
  }

 private:
  /// The file's tensors, below the prefix. Throws DataError for weights that need no import.
  StateDict read_foreign(const fs::path& file) const;
  /// The configuration's word on pictures, and over it the user's.
  void choose_input(const Arguments& arguments, const ModelFolder& folder, ImportUse& use) const;
  void choose_classes(ForeignNames& names, ImportUse& use, const std::string& file) const;
  bool keeps_head(const ForeignNames& names) const { return !names.whole && !classes_.empty(); }
  void write(const fs::path& source,
             const ForeignNames& names,
             const ImportUse& use,
             const StateDict& renamed,
             const Network& network) const;
  void report(const ForeignNames& names,
              const ImportUse& use,
              const StateDict& renamed,
              Console& console) const;

  std::string output_;
  std::string architecture_;
  std::string prefix_;
  std::vector<std::string> classes_;
  InputOptions input_;
};

StateDict Import::read_foreign(const fs::path& file) const {
  StateDict state = read_weights(file);
  if (network_header(state, file.string())) {
    throw DataError(file.string(), "was written by mien: there is nothing to import");
  }
  if (has_import_note(state)) {
    throw DataError(file.string(), "has been imported already: use it as it is");
  }
  if (prefix_.empty()) return state;
  StateDict below = without_prefix(state, prefix_);
  if (!below.tensors.empty()) return below;
  throw DataError(file.string(),
                  "has no tensor whose name begins with '" + prefix_ + "'; the first is " +
                      shown_name(state.tensors.begin()->first));
}

void Import::choose_input(const Arguments& arguments,
                          const ModelFolder& folder,
                          ImportUse& use) const {
  Fields fields;
  fields.group("input", use.input);
  for (const auto& [key, text] : folder.options) {
    if (key.starts_with("input.")) set_option(fields, key, text);
  }
  for (const auto& [key, text] : arguments.settings) {
    if (key.starts_with("input.")) set_option(fields, key, text);
  }
  use.input.check();
}

void Import::choose_classes(ForeignNames& names, ImportUse& use, const std::string& file) const {
  if (classes_.empty()) {
    if (names.whole && !use.vocabulary) {
      throw DataError(file,
                      "is " + full_title(names) +
                          ", and nothing says which: name them in order with --classes");
    }
    return;
  }
  const bool other_labels =
      names.whole && names.vocabulary && names.vocabulary->expressions.empty();
  const bool several_tasks = names.vocabulary && names.vocabulary->valence_arousal;
  if (other_labels || several_tasks || (!names.whole && names.head.empty())) {
    throw OptionError("classes", "classes: " + names.title + " has no last layer for expressions");
  }
  Vocabulary vocabulary;
  vocabulary.expressions.reserve(classes_.size());
  for (const std::string& name : classes_) {
    const std::string expression = canonical_expression(name);
    const auto& known = vocabulary.expressions;
    if (std::find(known.begin(), known.end(), expression) != known.end()) {
      throw OptionError("classes", "classes: " + expression + " is named twice");
    }
    vocabulary.expressions.push_back(expression);
  }
  use.vocabulary = std::move(vocabulary);
  names.classes_of.clear();  // the user's, whatever the reading takes them for
}

void Import::write(const fs::path& source,
                   const ForeignNames& names,
                   const ImportUse& use,
                   const StateDict& renamed,
                   const Network& network) const {
  const fs::path to = output_;
  if (to.has_parent_path()) make_folder(to.parent_path());
  const std::string sha256 = sha256_of_file(source);
  const std::string name = source.filename().string();
  if (!use.vocabulary) {
    write_safetensors(to, with_import_note(renamed, names, name, sha256));
    return;
  }
  NetworkCard card;
  card.notes = {{"imported", name},
                {"imported_sha256", sha256},
                {"architecture", full_title(names)},
                {"mien", std::string(kVersion)}};
  save_network(to, network, card);
}

void Import::report(const ForeignNames& names,
                    const ImportUse& use,
                    const StateDict& renamed,
                    Console& console) const {
  std::vector<std::string> left = names.left;
  if (!names.whole && !keeps_head(names)) {
    for (const TensorParts& place : names.head) {
      left.insert(left.end(), place.parts.begin(), place.parts.end());
    }
  }
  constexpr std::size_t kShown = 4;
  console.print(full_title(names) + "\nwritten: " + output_ + " (" +
                std::to_string(renamed.tensors.size()) + " tensors" +
                (left.empty() ? ""
                              : "; left there " + std::to_string(left.size()) + ": " +
                                    first_names(left, kShown)) +
                ")\n");
  for (const auto& [key, text] : names.options) {
    if (std::find(names.assumed.begin(), names.assumed.end(), key) == names.assumed.end()) continue;
    console.info(key + "=" + text +
                 ": attention heads by the published rule; neither tensors nor a config.json say");
  }
  if (use.vocabulary) {
    console.info("a whole network: mien info, evaluate and read take it");
    return;
  }
  std::string options;
  for (const auto& [key, text] : names.options) {
    if (key != "model.head_hidden") options += " --" + key + "=" + text;
  }
  console.info("to start from: mien train " + names.network + " --backbone " + output_ + options);
}

}  // namespace

std::unique_ptr<Command> make_import() {
  return std::make_unique<Import>();
}

}  // namespace mien::cli
