#include "mien/cli/work_state.h"

#include <chrono>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;

std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// The text's lines that are complete: a kill may cut the last one off.
std::vector<std::string_view> complete_lines(std::string_view text) {
  const std::size_t end = text.rfind('\n');
  if (end == std::string_view::npos) return {};
  return split(text.substr(0, end), '\n');
}

}  // namespace

FileMark file_mark(const fs::path& file) {
  std::error_code error;
  FileMark mark;
  mark.path = fs::canonical(file, error).string();
  if (error) throw DataError(file.string(), error.message());
  mark.size = static_cast<std::int64_t>(fs::file_size(file, error));
  const auto time = fs::last_write_time(file, error).time_since_epoch();
  mark.modified = std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
  return mark;
}

WorkState::WorkState(fs::path file, const Identity& identity) : file_(std::move(file)) {
  const std::string header = line_of(Json{{"format", kFormat},
                                          {"command", identity.command},
                                          {"options", Json::parse(identity.options)}});
  std::error_code error;
  const bool there = fs::exists(file_, error);
  if (there && read(read_file(file_), header)) return;
  other_options_ = there;
  entries_.clear();
  log_size_ = 0;
  write_file_atomically(file_, header);
}

/// False where it is another call's.
bool WorkState::read(const std::string& text, const std::string& header) {
  if (text.compare(0, header.size(), header) != 0) return false;
  const auto lines = complete_lines(std::string_view(text).substr(header.size()));
  std::string kept = header;
  for (const std::string_view line : lines) {
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("input")) return false;
    const FileMark mark{json.value("input", ""),
                        json.value("size", std::int64_t{0}),
                        json.value("modified", std::int64_t{0})};
    log_size_ = json.value("log_size", std::int64_t{0});
    entries_[mark.path] = {mark, {json.value("output", ""), json.value("problem", ""), log_size_}};
    kept += std::string(line) + "\n";
  }
  // Something cut off would run into the next record.
  if (kept.size() != text.size()) write_file_atomically(file_, kept);
  return true;
}

const DoneInput* WorkState::find(const fs::path& input) const {
  std::error_code error;
  const auto entry = entries_.find(fs::canonical(input, error).string());
  if (error || entry == entries_.end()) return nullptr;
  const FileMark now = file_mark(input);
  const FileMark& then = entry->second.mark;
  const bool same = now.size == then.size && now.modified == then.modified;
  return same ? &entry->second.done : nullptr;
}

void WorkState::add(const fs::path& input, const DoneInput& done) {
  const FileMark mark = file_mark(input);
  append_record(file_,
                line_of(Json{{"input", mark.path},
                             {"size", mark.size},
                             {"modified", mark.modified},
                             {"output", done.output},
                             {"problem", done.problem},
                             {"log_size", done.log_size}}));
  log_size_ = done.log_size;
  entries_[mark.path] = {mark, done};
}

}  // namespace mien::cli
