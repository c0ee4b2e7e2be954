#include <filesystem>
#include <optional>

#include "mien/cli/commands/commands.h"
#include "mien/cli/reproduce/reproduction.h"
#include "mien/cli/reproduce/reproduction_report.h"
#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

class Reproduce : public Command {
 public:
  Syntax syntax() const override;
  void describe_options(Fields& fields) override { describe(options_, fields); }
  int run(const Arguments& arguments, Console& console, const StopFlag& stop) override;

 private:
  void resolve();
  void write(const PaperTable& table, const std::vector<RowResult>& rows, Console& console) const;

  ReproduceOptions options_;
};

Syntax Reproduce::syntax() const {
  Syntax syntax;
  syntax.name = "reproduce";
  syntax.summary = "train and score every row of a table of the paper, its numbers beside ours";
  syntax.usage =
      "mien reproduce TABLE --data DIR.. [--faces DIR..] [--natural DIR..] [--use RUN=FILE..]\n"
      "                     [--scale small] [--plan] -o FOLDER";
  syntax.positionals = {"TABLE"};
  syntax.required = 1;
  syntax.aliases = {{"-o", "output"}};
  syntax.main_options = {
      "data", "faces", "natural", "scale", "seeds", "rows", "set", "use", "plan", "threads"};
  syntax.examples = {
      "mien reproduce table5 --data mtl --faces celeba --natural imagenet "
      "--use dan=dan.pth -o table5",
      "mien reproduce table6 --scale small --seeds 2 --data faces --faces crops -o table6",
      "mien reproduce table5 --data abaw-mtl --plan -o table5"};
  syntax.notes = {
      "Tables: " + join(paper_table_names(), ", ") +
      ". Each row's trainings stand in FOLDER/runs, its scores in FOLDER/scores; the "
      "same command again goes on where it stopped. FOLDER/TABLE.md, .csv and .png are "
      "made anew after each row. --use takes the names of the runs, which are those of --plan's "
      "folders without the seed: mae-faces, dan, .."};
  return syntax;
}

void Reproduce::resolve() {
  for (auto* paths : {&options_.data, &options_.faces, &options_.natural}) {
    for (std::string& path : *paths) {
      if (!fs::exists(path)) throw DataError(path, "is not there");
      path = fs::absolute(path).lexically_normal().string();
    }
  }
  options_.check();  // of paths that can be compared by now
  options_.output = fs::absolute(options_.output).lexically_normal().string();
}

void Reproduce::write(const PaperTable& table,
                      const std::vector<RowResult>& rows,
                      Console& console) const {
  const fs::path base = fs::path(options_.output) / table.name;
  write_file_atomically(base.string() + ".md", reproduction_markdown(table, rows, options_));
  write_file_atomically(base.string() + ".csv", reproduction_csv(table, rows));
  write_image(base.string() + ".png", draw_panels(reproduction_panels(table, rows)));
  console.info("written: " + base.string() + ".md, .csv, .png");
}

int Reproduce::run(const Arguments& arguments, Console& console, const StopFlag& stop) {
  const PaperTable table = read_paper_table(arguments.positionals[0]);
  resolve();
  std::optional<FolderLock> lock;
  if (!options_.plan) {
    make_folder(options_.output);
    lock.emplace(options_.output);
  }
  Reproduction reproduction(table, options_, console, stop);
  std::vector<RowResult> rows;
  reproduction.run([&](const std::vector<RowResult>& so_far) {
    rows = so_far;
    if (!options_.plan) write(table, rows, console);
  });
  if (!options_.plan) console.print(to_text(reproduction_table(table, rows)));
  return reproduction.failed() ? static_cast<int>(ErrorKind::kFailure) : 0;
}

}  // namespace

std::unique_ptr<Command> make_reproduce() {
  return std::make_unique<Reproduce>();
}

}  // namespace mien::cli
