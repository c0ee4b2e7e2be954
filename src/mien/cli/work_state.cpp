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
#include "mien/version.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr std::string_view kOptionsLine = "{\"options\":";

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
                 json.value("size", std::int64_t{0}),
                 json.value("modified", std::int64_t{0})};
    line.done = {json.value("output", ""), json.value("problem", "")};
  } catch (const Json::exception&) {
    line.mark.path.clear();
  }
  return line;
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
  if (!fs::is_regular_file(file, error)) return mark;
  const auto size = fs::file_size(file, error);
  if (error) return mark;
  mark.size = static_cast<std::int64_t>(size);
  const auto time = fs::last_write_time(file, error).time_since_epoch();
  mark.modified = std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
  return mark;
}

std::string options_identity(const Fields& fields,
                             const std::vector<std::string>& aside,
                             const std::vector<std::string>& files) {
  Json identity = Json::parse(to_json(fields));
  identity["mien"] = kVersion;
  for (const std::string& key : aside) identity.erase(key);
  for (const std::string& file : files) {
    const FileMark mark = file_mark(file);
    if (!mark.there()) throw DataError(file, "no such file");
    identity["files"].push_back({mark.path, mark.size, mark.modified});
  }
  return identity.dump();
}

WorkState::WorkState(fs::path file, const Identity& identity)
    : file_(std::move(file)), options_(line_of(Json{{"options", Json::parse(identity.options)}})) {
  const std::string first = line_of(Json{{"format", kFormat}, {"command", identity.command}});
  std::error_code error;
  if (fs::exists(file_, error) && read(read_file(file_), first)) return;
  entries_.clear();
  said_ = false;
  write_file_atomically(file_, first);
}

/// False where it is no log of this command and format.
bool WorkState::read(const std::string& text, const std::string& first) {
  if (!text.starts_with(first)) return false;
  std::string kept = first;
  for (const std::string_view view : complete_lines(std::string_view(text).substr(first.size()))) {
    const std::string line = std::string(view) + "\n";
    if (line.starts_with(kOptionsLine)) {
      said_ = line == options_;
    } else {
      const Line entry = parsed(line);
      if (entry.mark.path.empty()) return false;
      entries_[entry.mark.path] = {entry.mark, entry.done, said_};
    }
    kept += line;
  }
  // Something cut off would run into the next record.
  if (kept.size() != text.size()) write_file_atomically(file_, kept);
  return true;
}

const DoneInput* WorkState::recorded(const std::string& key) const {
  const auto entry = entries_.find(key);
  return entry != entries_.end() && entry->second.own ? &entry->second.done : nullptr;
}

const DoneInput* WorkState::find(const FileMark& now) const {
  const auto entry = entries_.find(now.path);
  if (entry == entries_.end() || !entry->second.own || !now.there()) return nullptr;
  const FileMark& then = entry->second.mark;
  const bool same = now.size == then.size && now.modified == then.modified;
  return same ? &entry->second.done : nullptr;
}

std::map<std::string, std::string> WorkState::outputs() const {
  std::map<std::string, std::string> outputs;
  for (const auto& [input, entry] : entries_) outputs[input] = entry.done.output;
  return outputs;
}

std::map<std::string, std::string> WorkState::others() const {
  std::map<std::string, std::string> outputs;
  for (const auto& [input, entry] : entries_) {
    if (!entry.own) outputs[input] = entry.done.output;
  }
  return outputs;
}

void WorkState::add(const FileMark& mark, const DoneInput& done) {
  if (!mark.there()) return;
  std::string record = said_ ? "" : options_;
  record += line_of(Json{{"input", mark.path},
                         {"size", mark.size},
                         {"modified", mark.modified},
                         {"output", done.output},
                         {"problem", done.problem}});
  append_record(file_, record);
  said_ = true;
  entries_[mark.path] = {mark, done, true};
}

}  // namespace mien::cli
