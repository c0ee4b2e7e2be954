// The frame of the HTML reports, and what keeps foreign text from being more than text. For the
// sources of this module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mien/report/painter.h"

namespace mien {

/// Safe as an element's text and as a quoted attribute. Bytes that are no UTF-8 and control
/// characters become U+FFFD.
std::string html_text(std::string_view text);
std::string css_colour(Rgb colour);           ///< "#0a5faf"
std::string jpeg_uri(std::string_view jpeg);  ///< a data URI
/// JSON as the content of a script element: nothing in it can end the element.
std::string script_safe(std::string_view json);

/// Cells are HTML already.
std::string html_table(const std::vector<std::string>& header,
                       const std::vector<std::vector<std::string>>& rows);

struct Page {
  std::string title;        ///< text
  std::string body;         ///< HTML
  std::string data;         ///< JSON for the script; empty: null
  std::string_view script;  ///< JavaScript
};
std::string html_page(const Page& page);

extern const std::string_view kVideoScript;
extern const std::string_view kGalleryScript;
extern const std::string_view kPageStyle;

}  // namespace mien
