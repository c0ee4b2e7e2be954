#include <algorithm>
#include <set>
#include <utility>

#include "mien/affect/decisions.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/report/affect_look.h"
#include "mien/report/cells.h"
#include "mien/report/page.h"
#include "mien/report/reading_report.h"
#include "mien/report/reading_text.h"

namespace mien {
namespace {

constexpr std::string_view kNoFace = "no face";

struct Counts {
  std::set<std::string> pictures;
  std::int64_t faces = 0;
  std::int64_t without_face = 0;
  std::vector<std::int64_t> of_class;
};

Counts count(const PictureReport& report) {
  Counts counts;
  counts.of_class.resize(report.vocabulary.expressions.size());
  for (const GalleryEntry& entry : report.entries) {
    counts.pictures.insert(entry.input);
    if (!entry.face) {
      ++counts.without_face;
      continue;
    }
    ++counts.faces;
    if (const auto top = top_expression(entry.face->shown().expression)) ++counts.of_class[*top];
  }
  return counts;
}

std::string facts(const PictureReport& report, const Counts& counts) {
  std::string text = std::to_string(counts.pictures.size()) + " pictures, " +
                     std::to_string(counts.faces) + " faces, " +
                     std::to_string(counts.without_face) + " without a face";
  if (report.left_out > 0) text += "; " + std::to_string(report.left_out) + " more are not shown";
  return "<p class=\"facts\">" + text + ".</p>\n";
}

std::string summary(const PictureReport& report, const Counts& counts) {
  if (report.vocabulary.expressions.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < counts.of_class.size(); ++i) {
    const std::int64_t faces = counts.of_class[i];
    const double share =
        static_cast<double>(faces) / static_cast<double>(std::max<std::int64_t>(1, counts.faces));
    rows.push_back({"<span class=\"dot\" style=\"background:" +
                        css_colour(expression_colour(report.vocabulary.expressions, i)) +
                        "\"></span>" + html_text(report.vocabulary.expressions[i]),
                    std::to_string(faces),
                    percent_text(share)});
  }
  return html_table({"expression", "faces", "share"}, rows);
}

std::string choice(const PictureReport& report, const Counts& counts) {
  std::string html = "<select aria-label=\"expression shown\"><option value=\"\">all</option>";
  for (std::size_t i = 0; i < counts.of_class.size(); ++i) {
    const std::string name = html_text(report.vocabulary.expressions[i]);
    html += "<option value=\"" + name + "\">" + name + " (" + std::to_string(counts.of_class[i]) +
            ")</option>";
  }
  html += "<option value=\"" + std::string(kNoFace) + "\">" + std::string(kNoFace) + " (" +
          std::to_string(counts.without_face) + ")</option>";
  return html + "</select>\n";
}

std::string units_line(const PictureReport& report, const std::vector<float>& units) {
  std::vector<std::string> present;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (!unit_present(static_cast<double>(units[i]), report.thresholds, i)) continue;
    const std::string& name = report.vocabulary.action_units[i];
    present.push_back(name.compare(0, 2, "AU") == 0 ? name.substr(2) : name);
  }
  if (units.empty()) return "";
  return "<div>AU " + (present.empty() ? "none" : html_text(join(present, " "))) + "</div>";
}

/// Name and colour of the most probable class, valence, arousal, units.
std::string reading_lines(const PictureReport& report, const FaceReading& face) {
  const Prediction& shown = face.shown();
  std::string html;
  if (const auto top = top_expression(shown.expression)) {
    const Rgb colour = expression_colour(report.vocabulary.expressions, *top);
    html += "<span class=\"chip\" style=\"background:" + css_colour(colour) +
            ";color:" + css_colour(text_colour_on(colour)) + "\">" +
            html_text(report.vocabulary.expressions[*top]) + " " +
            percent_text(static_cast<double>(shown.expression[*top])) + "</span>";
  }
  if (shown.valence && shown.arousal) {
    html += "<div>V " + signed_text(static_cast<double>(*shown.valence)) + " &nbsp; A " +
            signed_text(static_cast<double>(*shown.arousal)) + "</div>";
  }
  html += units_line(report, shown.action_units);
  if (face.quality && *face.quality < kTrustedQuality) {
    html += "<div class=\"note\">quality " + number_text(*face.quality, 2) +
            ": not to be trusted</div>";
  }
  return html;
}

std::string figure(const PictureReport& report, const GalleryEntry& entry) {
  std::string kind(kNoFace);
  std::string lines = "<div class=\"note\">no face found</div>";
  if (entry.face) {
    check_prediction(entry.face->shown(), report.vocabulary, entry.input);
    const auto top = top_expression(entry.face->shown().expression);
    kind = top ? report.vocabulary.expressions[*top] : "";
    lines = reading_lines(report, *entry.face);
  }
  const std::string image = entry.jpeg.empty()
                                ? "<div class=\"none\"></div>"
                                : "<img alt=\"\" src=\"" + jpeg_uri(entry.jpeg) + "\">";
  return "<figure data-kind=\"" + html_text(kind) + "\">" + image + lines + "<div class=\"file\">" +
         html_text(entry.input) + "</div></figure>\n";
}

}  // namespace

std::string picture_report_html(const PictureReport& report) {
  if (!report.thresholds.empty() &&
      report.thresholds.size() != report.vocabulary.action_units.size()) {
    throw UsageError("a report needs one threshold an action unit, or none");
  }
  std::string figures;
  for (const GalleryEntry& entry : report.entries) figures += figure(report, entry);
  const Counts counts = count(report);
  return html_page({report.name,
                    "<h1>" + html_text(report.name) + "</h1>\n" + facts(report, counts) +
                        summary(report, counts) + choice(report, counts) +
                        "<div class=\"gallery\">\n" + figures + "</div>\n",
                    "",
                    kGalleryScript});
}

}  // namespace mien
