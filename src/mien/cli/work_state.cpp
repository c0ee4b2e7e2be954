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

/// An entry of the log; its path is empty where the line is none.
struct Line {
  FileMark mark;
  DoneInput done;
};

Line parsed(std::string_view text) {
  Line line;
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return line;
  try {
    line.mark = {json.at("input").get<std::string>(),
                 json.value("size", std::int64_t{-1}),
                 json.value("modified", std::int64_t{0})};
    line.done = {json.value("output", ""), json.value("problem", "")};
  } catch (const Json::exception&) {
    line.mark.path.clear();
  }
  return line;
}

std::string header_of(const WorkState::Identity& identity) {
  return line_of(Json{{"format", kFormat},
                      {"command", identity.command},
                      {"options", Json::parse(identity.options)}});
}

}  // namespace

std::string file_key(const fs::path& file) {
  std::error_code error;
  const fs::path key = fs::weakly_canonical(file, error);
  return error ? file.string() : key.string();
}

FileMark file_mark(const fs::path& file) {
  std::error_code error;
  FileMark mark;
  mark.path = file_key(file);
  const auto size = fs::file_size(file, error);
  if (error) throw DataError(file.string(), error.message());
  mark.size = static_cast<std::int64_t>(size);
  const auto time = fs::last_write_time(file, error).time_since_epoch();
  mark.modified = std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
  return mark;
}

std::optional<FileMark> mark_if_there(const fs::path& file) {
  try {
    return file_mark(file);
  } catch (const DataError&) {
    return std::nullopt;
  }
}

WorkState::WorkState(fs::path file, const Identity& identity) : file_(std::move(file)) {
  const std::string header = header_of(identity);
  std::error_code error;
  if (!fs::exists(file_, error)) {
    write_file_atomically(file_, header);
    return;
  }
  const std::string text = read_file(file_);
  if (read(text, header)) return;
  other_options_ = true;
  entries_.clear();
  outputs_.clear();
  take_names(text);
  std::string lines = header;
  for (const auto& [input, output] : outputs_) {
    lines += line_of(Json{{"input", input}, {"output", output}});
  }
  write_file_atomically(file_, lines);
}

bool WorkState::has_other(const fs::path& file, const Identity& identity) {
  std::error_code error;
  if (!fs::exists(file, error)) return false;
  const std::string text = read_file(file);
  return text.rfind(header_of(identity), 0) != 0 && complete_lines(text).size() > 1;
}

/// False where it is another call's.
bool WorkState::read(const std::string& text, const std::string& header) {
  if (text.compare(0, header.size(), header) != 0) return false;
  std::string kept = header;
  for (const std::string_view line : complete_lines(std::string_view(text).substr(header.size()))) {
    const Line entry = parsed(line);
    if (entry.mark.path.empty()) return false;
    outputs_[entry.mark.path] = entry.done.output;
    // Without a size it is a name that another call's options gave.
    if (entry.mark.size >= 0) entries_[entry.mark.path] = {entry.mark, entry.done};
    kept += std::string(line) + "\n";
  }
  // Something cut off would run into the next record.
  if (kept.size() != text.size()) write_file_atomically(file_, kept);
  return true;
}

void WorkState::take_names(const std::string& text) {
  for (const std::string_view line : complete_lines(text)) {
    const Line entry = parsed(line);
    if (!entry.mark.path.empty()) outputs_[entry.mark.path] = entry.done.output;
  }
}

const DoneInput* WorkState::recorded(const fs::path& input) const {
  const auto entry = entries_.find(file_key(input));
  return entry != entries_.end() ? &entry->second.done : nullptr;
}

const DoneInput* WorkState::find(const fs::path& input) const {
  const auto entry = entries_.find(file_key(input));
  std::error_code error;
  if (entry == entries_.end() || !fs::is_regular_file(input, error)) return nullptr;
  const FileMark now = file_mark(input);
  const FileMark& then = entry->second.mark;
  const bool same = now.size == then.size && now.modified == then.modified;
  return same ? &entry->second.done : nullptr;
}

void WorkState::add(const FileMark& mark, const DoneInput& done) {
  append_record(file_,
                line_of(Json{{"input", mark.path},
                             {"size", mark.size},
                             {"modified", mark.modified},
                             {"output", done.output},
                             {"problem", done.problem}}));
  entries_[mark.path] = {mark, done};
  outputs_[mark.path] = done.output;
}

}  // namespace mien::cli
