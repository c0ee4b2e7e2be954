#include "mien/cli/inspection_text.h"

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

#include "mien/core/text.h"
#include "mien/report/table.h"

namespace mien::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kShown = 5;

std::string part_name(SetPart part) {
  return part == SetPart::kTraining ? "training" : "validation";
}

Table counts_table(const SetInspection& found) {
  Table table{{"labelled pictures"},
              {{"all"},
               {"valence and arousal"},
               {"expression"},
               {"action units"},
               {"none of them"},
               {"raters' votes"}}};
  for (const PartInspection& part : found.parts) {
    table.header.push_back(part_name(part.part));
    const LabelCounts& counts = part.counts;
    const std::int64_t column[] = {counts.samples,
                                   counts.valence_arousal,
                                   counts.expression,
                                   counts.action_units,
                                   counts.unlabelled,
                                   counts.votes};
    for (std::size_t i = 0; i < table.rows.size(); ++i)
      table.rows[i].push_back(std::to_string(column[i]));
  }
  return table;
}

/// Classes, one a row, with what they become and how many each part has.
std::string expressions_text(const SetInspection& found) {
  Table table{{"expression", "counts as"}, {}};
  for (const NameMapping& name : found.expressions) {
    table.rows.push_back({name.from, name.to.empty() ? "(dropped)" : name.to});
  }
  for (const PartInspection& part : found.parts) {
    table.header.push_back(part_name(part.part));
    for (auto& row : table.rows) {
      const auto& names = part.vocabulary.expressions;
      const auto at =
          static_cast<std::size_t>(std::find(names.begin(), names.end(), row[0]) - names.begin());
      row.push_back(
          at < part.counts.expressions.size() ? std::to_string(part.counts.expressions[at]) : "-");
    }
  }
  return table.rows.empty() ? "" : "\n" + to_text(table);
}

std::string units_text(const SetInspection& found) {
  Table table{{"action unit", "counts as"}, {}};
  for (const NameMapping& name : found.action_units) {
    table.rows.push_back({name.from, name.to.empty() ? "(dropped)" : name.to});
  }
  for (const PartInspection& part : found.parts) {
    table.header.push_back(part_name(part.part) + " present");
    table.header.emplace_back("absent");
    for (auto& row : table.rows) {
      const auto& names = part.vocabulary.action_units;
      const auto at =
          static_cast<std::size_t>(std::find(names.begin(), names.end(), row[0]) - names.begin());
      const bool there = at < part.counts.present.size();
      row.push_back(there ? std::to_string(part.counts.present[at]) : "-");
      row.push_back(there ? std::to_string(part.counts.absent[at]) : "-");
    }
  }
  return table.rows.empty() ? "" : "\n" + to_text(table);
}

std::string listed(const std::string& what, const std::vector<std::string>& items) {
  if (items.empty()) return "";
  std::string text = "\n" + what + ": " + std::to_string(items.size()) + "\n";
  for (std::size_t i = 0; i < std::min(items.size(), kShown); ++i) text += "  " + items[i] + "\n";
  if (items.size() > kShown)
    text += "  and " + std::to_string(items.size() - kShown) + " more (--json lists all)\n";
  return text;
}

std::vector<std::string> problem_lines(const std::vector<PictureProblem>& problems) {
  std::vector<std::string> lines;
  lines.reserve(problems.size());
  for (const PictureProblem& problem : problems) {
    lines.push_back(part_name(problem.part) + " " + problem.name +
                    (problem.reason.empty() ? "" : ": " + problem.reason));
  }
  return lines;
}

Json part_json(const PartInspection& part) {
  const LabelCounts& counts = part.counts;
  Json json{{"part", part_name(part.part)},
            {"list", part.list},
            {"samples", counts.samples},
            {"valence_arousal", counts.valence_arousal},
            {"expression", counts.expression},
            {"action_units", counts.action_units},
            {"unlabelled", counts.unlabelled},
            {"votes", counts.votes}};
  for (std::size_t i = 0; i < counts.expressions.size(); ++i) {
    json["expressions"][part.vocabulary.expressions[i]] = counts.expressions[i];
  }
  for (std::size_t i = 0; i < counts.present.size(); ++i) {
    json["units"][part.vocabulary.action_units[i]] = {{"present", counts.present[i]},
                                                      {"absent", counts.absent[i]}};
  }
  json["notes"] = part.notes;
  return json;
}

Json mapping_json(const std::vector<NameMapping>& names) {
  Json json = Json::array();
  for (const NameMapping& name : names) {
    json.push_back({{"from", name.from},
                    {"to", name.to.empty() ? Json(nullptr) : Json(name.to)},
                    {"labels", name.labels}});
  }
  return json;
}

Json problems_json(const std::vector<PictureProblem>& problems) {
  Json json = Json::array();
  for (const PictureProblem& problem : problems) {
    json.push_back(
        {{"part", part_name(problem.part)}, {"name", problem.name}, {"reason", problem.reason}});
  }
  return json;
}

}  // namespace

std::string inspection_text(const SetInspection& found) {
  std::string text = found.path + ": format " + found.format + "\n";
  for (const PartInspection& part : found.parts) {
    text += part_name(part.part) + ": " + part.list + "\n";
    for (const std::string& note : part.notes) text += "  note: " + note + "\n";
  }
  text += "\n" + to_text(counts_table(found)) + expressions_text(found) + units_text(found);
  std::vector<std::string> doubles;
  doubles.reserve(found.duplicates.size());
  for (const DuplicatePicture& pair : found.duplicates) {
    doubles.push_back(pair.training + " = " + pair.validation);
  }
  text += listed("lists that cannot be read", found.list_errors) +
          listed("missing pictures", problem_lines(found.missing)) +
          listed("pictures that cannot be read", problem_lines(found.unreadable)) +
          listed("the same picture in training and validation", doubles) +
          listed("videos or people in training and validation", found.shared_folders);
  for (const auto& [part, count] : {std::pair{"training", found.training_duplicates},
                                    std::pair{"validation", found.validation_duplicates}}) {
    if (count > 0)
      text += "\npictures that repeat another one of " + std::string(part) + ": " +
              std::to_string(count) + "\n";
  }
  return text + "\n" + std::to_string(found.pictures_checked) + " pictures looked at: " +
         (found.sound() ? "nothing wrong" : "not ready to be trained on") + "\n";
}

std::string inspection_json(const SetInspection& found) {
  Json json{{"path", found.path}, {"format", found.format}, {"sound", found.sound()}};
  json["parts"] = Json::array();
  for (const PartInspection& part : found.parts) json["parts"].push_back(part_json(part));
  json["list_errors"] = found.list_errors;
  json["expressions"] = mapping_json(found.expressions);
  json["action_units"] = mapping_json(found.action_units);
  json["pictures_checked"] = found.pictures_checked;
  json["missing"] = problems_json(found.missing);
  json["unreadable"] = problems_json(found.unreadable);
  json["duplicates"] = Json::array();
  for (const DuplicatePicture& pair : found.duplicates) {
    json["duplicates"].push_back({{"training", pair.training}, {"validation", pair.validation}});
  }
  json["training_duplicates"] = found.training_duplicates;
  json["validation_duplicates"] = found.validation_duplicates;
  json["shared_folders"] = found.shared_folders;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace mien::cli
