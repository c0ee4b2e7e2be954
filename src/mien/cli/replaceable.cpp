#include "mien/cli/replaceable.h"

#include <fstream>
#include <string>
#include <string_view>

#include "mien/error.h"
#include "mien/report/reading_report.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

/// The first bytes of a file; nothing where there is none.
std::string beginning(const fs::path& file) {
  constexpr std::size_t kEnough = 1024;
  std::string first(kEnough, '\0');
  std::ifstream in(file, std::ios::binary);
  if (!in) return "";
  in.read(first.data(), static_cast<std::streamsize>(first.size()));
  first.resize(static_cast<std::size_t>(in.gcount()));
  return first;
}

std::string_view beginning_of_rows(RowFormat format) {
  if (format == RowFormat::kCsv) return "input,frame,timestamp,";
  if (format == RowFormat::kJsonl) return "{\"input\":";
  return "image,valence,arousal,expression,aus";
}

[[noreturn]] void refuse(const fs::path& file, const std::string& what) {
  throw DataError(
      file.string(),
      "is there already and holds no " + what + " of mien; give another folder with -o");
}

}  // namespace

void check_replaceable(const fs::path& file, RowFormat format) {
  const std::string first = beginning(file);
  if (!first.empty() && !first.starts_with(beginning_of_rows(format))) refuse(file, "rows");
}

void check_replaceable_page(const fs::path& file) {
  const std::string first = beginning(file);
  if (!first.empty() && first.find(kPageMark) == std::string::npos) refuse(file, "page");
}

}  // namespace mien::cli
