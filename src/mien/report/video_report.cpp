#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "mien/affect/decisions.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/report/affect_look.h"
#include "mien/report/page.h"
#include "mien/report/reading_report.h"
#include "mien/report/reading_text.h"
#include "mien/report/ticks.h"

namespace mien {
namespace {

using Json = nlohmann::ordered_json;
using Thumbnails = std::map<std::int64_t, std::vector<const ReportThumbnail*>>;

constexpr double kHundred = 100;  // values are written as whole hundredths

std::string person_name(const PersonTimeline& person) {
  return person.face_id > 0 ? "person " + std::to_string(person.face_id) : "not followed";
}

std::string dot(const PersonTimeline& person) {
  return "<span class=\"dot\" style=\"background:" + css_colour(person_colour(person.face_id)) +
         "\"></span>";
}

/// "AU12 0.61, AU06 0.40": the units with the largest means.
std::string main_units(const Timeline& timeline, const PersonTimeline& person) {
  constexpr std::size_t kShown = 3;
  const auto& names = timeline.vocabulary().action_units;
  std::vector<std::pair<double, std::string>> units;
  units.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    units.emplace_back(-person.mean[timeline.first_unit() + i], names[i]);
  }
  std::sort(units.begin(), units.end());
  units.resize(std::min(units.size(), kShown));
  std::vector<std::string> parts;
  parts.reserve(units.size());
  for (const auto& [mean, name] : units) {
    parts.push_back(html_text(name) + " " + number_text(-mean, 2));
  }
  return join(parts, ", ");
}

std::string main_class(const Timeline& timeline, const PersonTimeline& person) {
  const auto& classes = timeline.vocabulary().expressions;
  const auto means = std::span(person.mean).subspan(timeline.first_class(), classes.size());
  const std::size_t top = most_probable(means);
  return html_text(classes[top]) + " " + percent_text(means[top]);
}

std::string summary(const Timeline& timeline, const std::vector<const PersonTimeline*>& persons) {
  const Vocabulary& vocabulary = timeline.vocabulary();
  std::vector<std::string> header = {"", "seen", "from", "to"};
  if (!vocabulary.expressions.empty()) header.emplace_back("mostly (mean probability)");
  if (vocabulary.valence_arousal) header.insert(header.end(), {"valence, mean", "arousal, mean"});
  if (!vocabulary.action_units.empty()) header.emplace_back("units, largest means");
  std::vector<std::vector<std::string>> rows;
  for (const PersonTimeline* person : persons) {
    const double share =
        static_cast<double>(person->frames) / static_cast<double>(timeline.frames());
    std::vector<std::string> row = {dot(*person) + "<a href=\"#p" +
                                        std::to_string(person->face_id) + "\">" +
                                        person_name(*person) + "</a>",
                                    percent_text(share),
                                    time_label(person->first, 1),
                                    time_label(person->last, 1)};
    if (!vocabulary.expressions.empty()) row.push_back(main_class(timeline, *person));
    if (vocabulary.valence_arousal) {
      row.insert(row.end(), {signed_text(person->mean[0]), signed_text(person->mean[1])});
    }
    if (!vocabulary.action_units.empty()) row.push_back(main_units(timeline, *person));
    rows.push_back(std::move(row));
  }
  return html_table(header, rows);
}

std::string legend(const Vocabulary& vocabulary) {
  std::string html = "<div class=\"legend\">";
  for (std::size_t i = 0; i < vocabulary.expressions.size(); ++i) {
    html +=
        "<span><i style=\"background:" + css_colour(expression_colour(vocabulary.expressions, i)) +
        "\"></i>" + html_text(vocabulary.expressions[i]) + "</span>";
  }
  if (vocabulary.valence_arousal) {
    html +=
        "<span><i class=\"stroke\" style=\"background:var(--valence)\"></i>valence</span>"
        "<span><i class=\"stroke\" style=\"background:var(--arousal)\"></i>arousal</span>";
  }
  if (!vocabulary.action_units.empty()) {
    html +=
        "<span><i style=\"background:rgb(var(--unit))\"></i>unit, the stronger the more "
        "probable</span>";
  }
  return html + "<span><i style=\"background:var(--absent)\"></i>not seen</span></div>\n";
}

std::string facts(const Timeline& timeline, std::size_t shown) {
  std::string text = "Length " + time_label(timeline.end() - timeline.begin(), 1) + ", " +
                     std::to_string(timeline.frames()) + " frames, " +
                     std::to_string(timeline.frames_without_face()) + " without a face, " +
                     std::to_string(timeline.persons()) +
                     (timeline.persons() == 1 ? " person" : " persons");
  if (shown < static_cast<std::size_t>(timeline.persons())) {
    text += "; the " + std::to_string(shown) + " seen longest are shown";
  }
  return "<p class=\"facts\">" + text +
         ". Point at a time line, tap it or use the arrow keys to see a moment.</p>\n";
}

std::string section(const Timeline& timeline, const PersonTimeline& person) {
  return "<section id=\"p" + std::to_string(person.face_id) + "\">" + dot(person) + "<h2>" +
         person_name(person) + "</h2>\n<div class=\"chart\" tabindex=\"0\" role=\"slider\" " +
         "aria-label=\"time line of " + person_name(person) + "\" aria-valuemin=\"" +
         number_text(timeline.begin(), 2) + "\" aria-valuemax=\"" + number_text(timeline.end(), 2) +
         "\"></div>\n<div class=\"now\"></div>\n<div class=\"strip\"></div>\n</section>\n";
}

Json person_json(const Timeline& timeline,
                 const PersonTimeline& person,
                 const Thumbnails& thumbnails) {
  Json from = Json::array();
  Json to = Json::array();
  Json values = Json::array();
  for (std::size_t bin = 0; bin < person.bins.size(); ++bin) {
    from.push_back(person.bins[bin].index);
    to.push_back(timeline.next_with_frames(person.bins[bin].index));
    for (std::size_t i = 0; i < person.mean.size(); ++i) {
      const auto value = person.value(bin, i);
      values.push_back(value ? Json(std::lround(*value * kHundred)) : Json(nullptr));
    }
  }
  Json json = {{"id", person.face_id},
               {"colour", css_colour(person_colour(person.face_id))},
               {"from", std::move(from)},
               {"to", std::move(to)},
               {"values", std::move(values)},
               {"thumbs", Json::array()}};
  const auto found = thumbnails.find(person.face_id);
  if (found == thumbnails.end()) return json;
  for (const ReportThumbnail* thumbnail : found->second) {
    json["thumbs"].push_back({{"t", thumbnail->time}, {"src", jpeg_uri(thumbnail->jpeg)}});
  }
  return json;
}

std::string data_json(const VideoReport& report,
                      const std::vector<const PersonTimeline*>& persons) {
  const Timeline& timeline = report.timeline;
  const Vocabulary& vocabulary = timeline.vocabulary();
  Json classes = Json::array();
  for (std::size_t i = 0; i < vocabulary.expressions.size(); ++i) {
    classes.push_back({{"name", vocabulary.expressions[i]},
                       {"colour", css_colour(expression_colour(vocabulary.expressions, i))}});
  }
  Thumbnails thumbnails;
  for (const ReportThumbnail& entry : report.thumbnails) {
    thumbnails[entry.face_id].push_back(&entry);
  }
  std::vector<double> thresholds = report.thresholds;
  if (thresholds.empty()) thresholds.assign(vocabulary.action_units.size(), kUnitThreshold);
  Json json = {{"begin", timeline.begin()},
               {"end", timeline.end()},
               {"bin", timeline.time_of(1) - timeline.begin()},
               {"affect", vocabulary.valence_arousal},
               {"classes", std::move(classes)},
               {"units", vocabulary.action_units},
               {"thresholds", thresholds},
               {"persons", Json::array()}};
  for (const PersonTimeline* person : persons) {
    json["persons"].push_back(person_json(timeline, *person, thumbnails));
  }
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

}  // namespace

std::string video_report_html(const VideoReport& report) {
  const Timeline& timeline = report.timeline;
  if (timeline.frames() == 0) throw UsageError("a report of a video needs a frame");
  const std::size_t units = timeline.vocabulary().action_units.size();
  if (!report.thresholds.empty() && report.thresholds.size() != units) {
    throw UsageError("a report needs one threshold an action unit, or none");
  }
  const auto persons = timeline.by_presence(kReportPersons);
  std::string body = "<h1>" + html_text(report.name) + "</h1>\n" + facts(timeline, persons.size());
  if (persons.empty()) {
    body += "<p>No face was found in any frame.</p>\n";
  } else {
    body += summary(timeline, persons) + legend(timeline.vocabulary());
  }
  for (const PersonTimeline* person : persons) body += section(timeline, *person);
  return html_page({report.name, std::move(body), data_json(report, persons), kVideoScript});
}

}  // namespace mien
