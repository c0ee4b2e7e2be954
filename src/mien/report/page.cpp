#include "mien/report/page.h"

#include <array>
#include <cstdint>
#include <cstdio>

#include "mien/core/text.h"
#include "mien/report/reading_report.h"

namespace mien {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group <<= 8;
      if (i + k < bytes.size()) group |= static_cast<unsigned char>(bytes[i + k]);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const bool beyond = i + k > bytes.size();
      text += beyond ? '=' : kDigits[(group >> (18 - 6 * k)) & 63U];
    }
  }
  return text;
}

}  // namespace

std::string html_text(std::string_view text) {
  const bool whole = is_utf8(text);
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else if (c == '"') {
      result += "&quot;";
    } else if (c == '\'') {
      result += "&#39;";
    } else if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !whole)) {
      result += kReplacement;
    } else {
      result += c;
    }
  }
  return result;
}

std::string css_colour(Rgb colour) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "#%02x%02x%02x", colour.red, colour.green, colour.blue);
  return text.data();
}

std::string jpeg_uri(std::string_view jpeg) {
  return "data:image/jpeg;base64," + base64(jpeg);
}

std::string script_safe(std::string_view json) {
  std::string result;
  result.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      result += "\\u003c";
    } else {
      result += c;
    }
  }
  return result;
}

std::string html_table(const std::vector<std::string>& header,
                       const std::vector<std::vector<std::string>>& rows) {
  std::string html = "<div class=\"wide\"><table><thead><tr>";
  for (const std::string& cell : header) html += "<th>" + cell + "</th>";
  html += "</tr></thead><tbody>\n";
  for (const auto& row : rows) {
    html += "<tr>";
    for (const std::string& cell : row) html += "<td>" + cell + "</td>";
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string html_page(const Page& page) {
  std::string html = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  html += kPageMark;
  html +=
      "\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      // The browser sees to it that the page fetches nothing.
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
      "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>";
  html += html_text(page.title) + "</title>\n<style>\n";
  html += kPageStyle;
  html += "</style>\n</head>\n<body>\n<main>\n" + page.body;
  html +=
      "<footer>A reading is what raters would probably say of a face, not what its owner feels. "
      "docs/readings.md of mien says what each number means.</footer>\n</main>\n"
      "<script type=\"application/json\" id=\"data\">";
  html += page.data.empty() ? "null" : script_safe(page.data);
  html += "</script>\n<script>\n";
  html += page.script;
  return html + "</script>\n</body>\n</html>\n";
}

}  // namespace mien
