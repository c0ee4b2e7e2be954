#include <algorithm>

#include "mien/affect/vocabulary.h"
#include "mien/cli/commands/commands.h"
#include "mien/cli/inspection_text.h"
#include "mien/cli/list_options.h"
#include "mien/data/inspect.h"
#include "mien/error.h"

namespace mien::cli {
namespace {

class DataCheck : public Command {
 public:
  Syntax syntax() const override {
    Syntax syntax;
    syntax.name = "data check";
    syntax.summary = "count labels, show the mapping, find missing, damaged and doubled pictures";
    syntax.usage = "mien data check DIR|LIST [--format NAME]";
    syntax.positionals = {"DIR|LIST"};
    syntax.required = 1;
    syntax.main_options = {"format", "root", "validation", "to", "json"};
    syntax.examples = {"mien data check faces", "mien data check rafdb --format rafdb --json"};
    return syntax;
  }

  void describe_options(Fields& fields) override {
    fields.add("format", set_.format, "annotation format; auto looks at what is there");
    fields.add(
        "root", set_.root, "folder of the pictures (empty: cropped_aligned beside the list)");
    fields.add("votes", set_.votes, "csv of raters' votes, or of predictions, beside the list");
    fields.add("validation",
               set_.validation,
               "folder or list of the validation part (empty: in DIR; none: there is none)");
    fields.add("to", to_, "vocabulary that the mapping is shown for", one_of({"mtl", "lsd"}));
    fields.add("workers", workers_, "threads that decode pictures", between(1, 64));
    fields.add("json", json_, "print JSON instead of tables");
  }

  /// Exit code 3 where something was found that training should not go on with.
  int run(const Arguments& arguments, Console& console, const StopFlag& stop) override {
    set_.path = arguments.positionals[0];
    set_.check();
    InspectOptions options;
    options.vocabulary = to_ == "lsd" ? abaw_lsd_vocabulary() : abaw_mtl_vocabulary();
    options.renames = default_renames();
    options.workers = workers_;
    const SetInspection found = inspect_set(set_, options, console.sink(), stop);
    console.print(json_ ? inspection_json(found) : inspection_text(found));
    return found.sound() ? 0 : static_cast<int>(ErrorKind::kData);
  }

 private:
  SetOptions set_;
  std::string to_ = "mtl";
  std::int64_t workers_ = 2;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_data_check() {
  return std::make_unique<DataCheck>();
}

}  // namespace mien::cli
