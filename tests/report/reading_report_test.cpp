#include "mien/report/reading_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/error.h"
#include "mien/report/page.h"

#include "readings.h"

namespace mien {
namespace {

using test::kSmallVocabulary;
using testing::HasSubstr;
using testing::Not;

const std::string kHostile =
    "</script><script>alert(1)</script><img src=x onerror='a'>\"\xff\n.mp4";

FrameReading frame_at(double time, std::int64_t persons) {
  FrameReading frame;
  frame.timestamp = time;
  for (std::int64_t id = 1; id <= persons; ++id) {
    FaceReading face;
    face.face_id = id;
    face.prediction = {0.5F, -0.25F, {0.25F, 0.75F}, {0.125F, 1.0F}};
    frame.faces.push_back(face);
  }
  return frame;
}

Timeline small_timeline(int frames, std::int64_t persons) {
  Timeline timeline(kSmallVocabulary);
  for (int i = 0; i < frames; ++i) timeline.add(frame_at(i / 25.0, persons));
  return timeline;
}

nlohmann::json data_of(const std::string& html) {
  const std::string start = "id=\"data\">";
  const std::size_t from = html.find(start) + start.size();
  return nlohmann::json::parse(html.substr(from, html.find("</script>", from) - from));
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

/// Nothing is fetched: what looks like an address is a name space or stands in a data URI.
void expect_self_contained(const std::string& html) {
  EXPECT_EQ(count(html, "http://"), count(html, "http://www.w3.org/2000/svg"));
  EXPECT_EQ(count(html, "https://"), 0U);
  EXPECT_EQ(count(html, "<link"), 0U);
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
}

TEST(VideoReport, HoldsTheNumbersAndTheThumbnails) {
  const Timeline timeline = small_timeline(50, 2);
  const std::string html =
      video_report_html({"clip.mp4", timeline, {{2, 0.5, "jpeg"}, {9, 1.0, "nobody"}}, {0.5, 0.7}});
  expect_self_contained(html);
  const auto data = data_of(html);
  EXPECT_EQ(data["persons"].size(), 2U);
  EXPECT_EQ(data["units"], nlohmann::json({"AU01", "AU12"}));
  EXPECT_EQ(data["thresholds"], nlohmann::json({0.5, 0.7}));
  EXPECT_EQ(data["classes"][1]["name"], "happiness");
  const auto& second = data["persons"][1];
  EXPECT_EQ(second["id"], 2);
  EXPECT_EQ(second["thumbs"].size(), 1U);
  EXPECT_EQ(second["thumbs"][0]["src"], "data:image/jpeg;base64,anBlZw==");
  EXPECT_EQ(second["values"].size(), 6 * second["from"].size());
  EXPECT_EQ(second["values"][0], 50);
  EXPECT_EQ(second["values"][1], -25);
  EXPECT_EQ(second["values"][3], 75);
  EXPECT_EQ(second["to"][0], second["from"][1]);
  EXPECT_THAT(html, HasSubstr("person 2"));
}

TEST(VideoReport, NamesAreTextAndNothingElse) {
  Vocabulary vocabulary = kSmallVocabulary;
  vocabulary.expressions[0] = kHostile;
  Timeline timeline(vocabulary);
  timeline.add(frame_at(0, 1));
  const std::string html = video_report_html({kHostile, timeline, {}, {}});
  EXPECT_EQ(count(html, "<script"), 2U) << "the data and the page's own";
  EXPECT_EQ(count(html, "</script"), 2U);
  EXPECT_EQ(count(html, "<img"), 0U);
  EXPECT_THAT(html, HasSubstr("&lt;img src=x onerror=&#39;a&#39;&gt;&quot;\xEF\xBF\xBD"));
  EXPECT_NO_THROW(data_of(html));
}

TEST(VideoReport, ALongVideoTakesNoMoreThanAShortOne) {
  const Timeline timeline = small_timeline(54000, 1);
  EXPECT_LT(video_report_html({"clip", timeline, {}, {}}).size(), 100'000U);
}

TEST(VideoReport, SaysHowManyPersonsItLeavesOut) {
  const Timeline timeline = small_timeline(2, 30);
  const std::string html = video_report_html({"clip", timeline, {}, {}});
  EXPECT_EQ(data_of(html)["persons"].size(), kReportPersons);
  EXPECT_THAT(html, HasSubstr("30 persons; the 24 seen longest are shown"));
}

TEST(VideoReport, AVideoWithoutFacesHasAPage) {
  EXPECT_THAT(video_report_html({"clip", small_timeline(3, 0), {}, {}}),
              HasSubstr("No face was found"));
  EXPECT_THROW(video_report_html({"clip", Timeline(kSmallVocabulary), {}, {}}), UsageError);
  EXPECT_THROW(video_report_html({"clip", small_timeline(3, 0), {}, {0.5}}), UsageError);
}

PictureReport small_gallery() {
  PictureReport report;
  report.name = "holiday";
  report.vocabulary = kSmallVocabulary;
  FaceReading face = test::full_face(1);
  face.quality = 0.1;
  report.entries = {{"a.jpg", face, "jpeg"}, {kHostile, std::nullopt, ""}};
  return report;
}

TEST(PictureReport, ShowsFacesAndPicturesWithoutOne) {
  PictureReport report = small_gallery();
  report.left_out = 7;
  const std::string html = picture_report_html(report);
  expect_self_contained(html);
  EXPECT_THAT(html, HasSubstr("2 pictures, 1 faces, 1 without a face; 7 more are not shown"));
  EXPECT_THAT(html, HasSubstr("happiness 75%"));
  EXPECT_THAT(html, HasSubstr("V +1.00"));
  EXPECT_THAT(html, HasSubstr("AU 01<"));
  EXPECT_THAT(html, HasSubstr("quality 0.10: not to be trusted"));
  EXPECT_EQ(count(html, "<figure"), 2U);
}

TEST(PictureReport, NamesAreTextAndNothingElse) {
  const std::string html = picture_report_html(small_gallery());
  EXPECT_EQ(count(html, "<script"), 2U);
  EXPECT_EQ(count(html, "<img "), 1U) << "the one face";
}

TEST(PictureReport, LengthsMustAgree) {
  PictureReport report = small_gallery();
  report.thresholds = {0.5};
  EXPECT_THROW(picture_report_html(report), UsageError);
  report.thresholds.clear();
  report.entries[0].face->prediction.expression = {1.0F};
  EXPECT_THROW(picture_report_html(report), UsageError);
}

TEST(HtmlText, KeepsUnicodeThatIsWhole) {
  EXPECT_EQ(html_text("Zo\xC3\xAB & <b>"), "Zo\xC3\xAB &amp; &lt;b&gt;");
  EXPECT_EQ(html_text("\x01"), "\xEF\xBF\xBD");
}

TEST(JpegUri, IsBase64) {
  const std::string start = "data:image/jpeg;base64,";
  EXPECT_EQ(jpeg_uri(""), start);
  EXPECT_EQ(jpeg_uri("f"), start + "Zg==");
  EXPECT_EQ(jpeg_uri("fo"), start + "Zm8=");
  EXPECT_EQ(jpeg_uri("foo"), start + "Zm9v");
  EXPECT_EQ(jpeg_uri("\xff\xfe\xfd\xfc"), start + "//79/A==");
}

}  // namespace
}  // namespace mien
