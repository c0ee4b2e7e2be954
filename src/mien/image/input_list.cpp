#include "mien/image/input_list.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/image/byte_source.h"
#include "mien/image/media_kind.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

// The digits at the front, without zeros before them; `text` goes on behind.
std::string_view take_number(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  std::string_view number = text.substr(0, end);
  text.remove_prefix(end);
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

// Below 0, 0 or above, letters without case.
int compare_naturally(std::string_view first, std::string_view second) {
  while (!first.empty() && !second.empty()) {
    if (is_digit(first[0]) && is_digit(second[0])) {
      const std::string_view one = take_number(first);
      const std::string_view two = take_number(second);
      if (one.size() != two.size()) return one.size() < two.size() ? -1 : 1;
      if (const int order = one.compare(two); order != 0) return order;
      continue;
    }
    const std::string one = lower(first.substr(0, 1));
    const std::string two = lower(second.substr(0, 1));
    if (const int order = one.compare(two); order != 0) return order;
    first.remove_prefix(1);
    second.remove_prefix(1);
  }
  return static_cast<int>(!first.empty()) - static_cast<int>(!second.empty());
}

/// photo.mien.png, clip.timeline.png: what reading made.
bool is_own(const fs::path& path) {
  const fs::path mark = path.stem().extension();
  return mark == ".mien" || (mark == ".timeline" && path.extension() == ".png");
}

class Lister {
 public:
  explicit Lister(const InputListOptions& options) : options_(options) {}
  InputList take() { return std::move(list_); }

  void add(const std::string& name) {
    try {
      add_named(name);
    } catch (const Error& error) {
      list_.failures.push_back({name, error.what()});
    } catch (const fs::filesystem_error& error) {
      list_.failures.push_back({name, name + ": " + error.code().message()});
    }
  }

 private:
  void add_named(const std::string& name) {
    if (!camera_device(name).empty()) {
      add_camera(name);
      return;
    }
    const fs::file_status status = fs::status(name);
    if (fs::is_directory(status)) {
      open_folder(name);
    } else if (fs::is_fifo(status) || fs::is_character_file(status)) {
      add_camera(name);
    } else if (!fs::exists(status)) {
      throw DataError(name, "no such file or folder");
    } else {
      // FFmpeg knows more forms than we do; its reader says so if this is none.
      const MediaKind kind = media_kind_of_file(name);
      add_file(name, kind == MediaKind::kOther ? MediaKind::kVideo : kind);
    }
  }

  void add_camera(const std::string& name) {
    if (seen_.insert(name).second) {
      list_.inputs.push_back({name, InputKind::kCamera});
    } else {
      ++list_.repeated;
    }
  }

  void add_file(const fs::path& path, MediaKind kind) {
    if (!seen_.insert(fs::canonical(path).string()).second) {
      ++list_.repeated;
      return;
    }
    const InputKind as = kind == MediaKind::kPicture ? InputKind::kPicture : InputKind::kVideo;
    list_.inputs.push_back({path.string(), as});
  }

  void open_folder(const fs::path& folder) {
    if (!seen_.insert(fs::canonical(folder).string()).second) {
      ++list_.repeated;
      return;
    }
    std::vector<std::string> files;
    std::vector<std::string> folders;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      std::error_code broken;
      if (name[0] == '.') {
        ++list_.hidden;
      } else if (entry.is_directory(broken)) {
        folders.push_back(name);
      } else if (entry.is_regular_file(broken)) {
        files.push_back(name);
      } else {
        ++list_.other;
      }
    }
    std::sort(files.begin(), files.end(), natural_less);
    std::sort(folders.begin(), folders.end(), natural_less);
    for (const std::string& name : files) add_found(folder / name);
    if (!options_.recursive) list_.folders += static_cast<std::int64_t>(folders.size());
    if (!options_.recursive) return;
    for (const std::string& name : folders) add((folder / name).string());
  }

  void add_found(const fs::path& path) {
    if (is_own(path)) {
      ++list_.own;
      return;
    }
    try {
      const MediaKind kind = media_kind_of_file(path);
      if (kind == MediaKind::kOther) {
        ++list_.other;
      } else {
        add_file(path, kind);
      }
    } catch (const DataError& error) {
      list_.failures.push_back({path.string(), error.what()});
    }
  }

  InputListOptions options_;
  InputList list_;
  std::set<std::string> seen_;  // canonical paths
};

}  // namespace

bool natural_less(std::string_view first, std::string_view second) {
  const int order = compare_naturally(first, second);
  return order != 0 ? order < 0 : first < second;
}

InputList list_inputs(const std::vector<std::string>& names, const InputListOptions& options) {
  Lister lister(options);
  for (const std::string& name : names) lister.add(name);
  return lister.take();
}

}  // namespace mien
