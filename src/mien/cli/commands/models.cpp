#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "mien/cli/commands/commands.h"
#include "mien/cli/recipes.h"
#include "mien/core/text.h"
#include "mien/nn/layers/initialise.h"
#include "mien/nn/network.h"
#include "mien/report/table.h"
#include "mien/train/train_options.h"

namespace mien::cli {
namespace {

using Json = nlohmann::ordered_json;

/// A network as a recipe makes it.
struct MadeNetwork {
  std::string recipe;
  std::int64_t parameters = 0;
  InputOptions input;
  Vocabulary vocabulary;
};

MadeNetwork make_by_recipe(const std::string& recipe) {
  TrainOptions options;
  read_toml(fields_of(options), find_recipe(recipe));
  MadeNetwork made{recipe, 0, options.input, options.vocabulary()};
  const WithoutInitialisation nothing_is_computed;
  const NetworkPointer network = create_network(options.model, made.vocabulary, options.input);
  for (const at::Tensor& parameter : network->parameters()) made.parameters += parameter.numel();
  return made;
}

Json task_json(MadeNetwork made) {
  return {{"recipe", made.recipe},
          {"parameters", made.parameters},
          {"input", Json::parse(to_json(fields_of(made.input)))},
          {"expressions", made.vocabulary.expressions},
          {"action_units", made.vocabulary.action_units},
          {"valence_arousal", made.vocabulary.valence_arousal}};
}

/// The tasks that a network learns and the recipe of each, the widest first.
std::vector<std::pair<std::string, std::string>> tasks_of(const NetworkKind& kind) {
  return {kind.recipes.rbegin(), kind.recipes.rend()};
}

class Models : public Command {
 public:
  Syntax syntax() const override {
    Syntax syntax;
    syntax.name = "models";
    syntax.summary = "list the networks: what each learns, its recipes, its size, its page";
    syntax.usage = "mien models [NETWORK..] [--json]";
    syntax.positionals = {"NETWORK..."};
    syntax.main_options = {"json"};
    syntax.notes = {
        "A network learns mtl (valence and arousal, expressions, action units), expr (expressions "
        "alone) or pretrain (pictures without labels). Its size is that of the recipe which the "
        "task "
        "has without --recipe: parameters in millions, the side of its pictures in pixels. Pages "
        "are files of the source tree."};
    syntax.examples = {"mien models", "mien models vit emma", "mien models --json"};
    return syntax;
  }

  void describe_options(Fields& fields) override {
    fields.add("json", json_, "print JSON instead of a table: the counts exact, and what it reads");
  }

  int run(const Arguments& arguments, Console& console, const StopFlag& /*stop*/) override {
    std::vector<std::string> names = arguments.positionals;
    if (names.empty()) names = network_names();
    console.print(json_ ? json(names).dump(2) : text(names));
    return 0;
  }

 private:
  static std::string text(const std::vector<std::string>& names) {
    Table table{{"network", "learns", "recipe", "pixels", "millions", "page"}, {}};
    for (const std::string& name : names) {
      const NetworkKind& kind = network_kind(name);
      for (const auto& [task, recipe] : tasks_of(kind)) {
        const MadeNetwork made = make_by_recipe(recipe);
        table.rows.push_back({name,
                              task,
                              recipe,
                              std::to_string(made.input.size),
                              number_text(static_cast<double>(made.parameters) / 1e6, 2),
                              network_page(name)});
      }
    }
    return to_text(table);
  }

  static Json json(const std::vector<std::string>& names) {
    Json list = Json::array();
    for (const std::string& name : names) {
      const NetworkKind& kind = network_kind(name);
      Json tasks = Json::object();
      for (const auto& [task, recipe] : tasks_of(kind)) {
        tasks[task] = task_json(make_by_recipe(recipe));
      }
      list.push_back({{"name", name},
                      {"summary", kind.summary},
                      {"page", network_page(name)},
                      {"tasks", tasks}});
    }
    return list;
  }

  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_models() {
  return std::make_unique<Models>();
}

}  // namespace mien::cli
