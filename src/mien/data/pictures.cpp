#include "mien/data/pictures.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <unordered_map>
#include <unordered_set>

#include <dirent.h>
#include <sys/stat.h>

#include "mien/core/text.h"
#include "mien/data/option_value.h"
#include "mien/data/picture_change.h"
#include "mien/error.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kShownNames = 5;
constexpr std::size_t kFewFiles = 8;  // below that a look at each is cheaper than a scan
constexpr std::size_t kLongestGrey =
    1 << 16;  // bytes of text that a square may take: 48x48 needs 9 kB

Image read_grey_row(const Sample& sample) {
  std::ifstream in(sample.file, std::ios::binary);
  std::string text(kLongestGrey, '\0');
  in.seekg(sample.offset);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.gcount() <= 0) throw DataError(sample.file.string(), "cannot be read");
  text.resize(static_cast<std::size_t>(in.gcount()));
  return parse_grey_square(text, sample.file.string());
}

Image read_member(const Sample& sample) {
  const std::string name = sample.file.string() + ":" + sample.name;
  std::ifstream in(sample.file, std::ios::binary);
  std::string bytes(static_cast<std::size_t>(sample.bytes), '\0');
  in.seekg(sample.offset);
  in.read(bytes.data(), sample.bytes);
  if (in.gcount() != sample.bytes) throw DataError(name, "cannot be read");
  return decode_image(bytes, name);
}

Image read_pixels(const Sample& sample) {
  if (sample.bytes > 0) return read_member(sample);
  return sample.offset >= 0 ? read_grey_row(sample) : read_image(sample.file);
}

Image cut_to_box(const Image& image, const PictureBox& box) {
  const int left = std::clamp(box.x, 0, image.width - 1);
  const int top = std::clamp(box.y, 0, image.height - 1);
  const int right = std::clamp(box.x + box.width, left + 1, image.width);
  const int bottom = std::clamp(box.y + box.height, top + 1, image.height);
  return crop(image, left, top, right - left, bottom - top);
}

/// Names in a folder; false when it cannot be read.
bool scan(const std::string& folder, std::unordered_set<std::string>& names) {
  DIR* directory = ::opendir(folder.empty() ? "." : folder.c_str());
  if (directory == nullptr) return false;
  while (const dirent* entry = ::readdir(directory)) names.emplace(entry->d_name);
  ::closedir(directory);
  return true;
}

bool file_exists(const std::string& file) {
  struct stat status{};
  return ::stat(file.c_str(), &status) == 0;
}

/// Marks the samples whose pictures are not there; one scan a folder instead of a look a file.
std::vector<bool> absent_pictures(const SampleSet& set) {
  std::unordered_map<std::string, std::vector<std::size_t>> folders;
  for (std::size_t i = 0; i < set.samples.size(); ++i) {
    const std::string& file = set.samples[i].file.native();
    const std::size_t slash = file.rfind('/');
    folders[slash == std::string::npos ? "" : file.substr(0, slash + 1)].push_back(i);
  }
  std::vector<bool> absent(set.samples.size(), false);
  for (const auto& [folder, members] : folders) {
    std::unordered_set<std::string> names;
    const bool few = members.size() < kFewFiles;
    if (!few) scan(folder, names);
    for (const std::size_t i : members) {
      const std::string& file = set.samples[i].file.native();
      absent[i] = few ? !file_exists(file) : !names.contains(file.substr(folder.size()));
    }
  }
  return absent;
}

std::string first_names(const SampleSet& set, const std::vector<bool>& absent, std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < absent.size() && names.size() < kShownNames; ++i) {
    if (absent[i]) names.push_back(set.samples[i].file.string());
  }
  return join(names, ", ") + (count > names.size() ? ", ..." : "");
}

/// Folders made canonical once each: two spellings of one folder are one.
class CanonicalFiles {
 public:
  std::string name(const Sample& sample) {
    const std::string& file = sample.file.native();
    const std::size_t slash = file.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : file.substr(0, slash + 1);
    auto [entry, fresh] = folders_.try_emplace(folder);
    if (fresh) {
      std::error_code error;
      entry->second = fs::weakly_canonical(folder, error).string();
      if (error) entry->second = folder;
    }
    std::string name =
        entry->second + "/" + file.substr(slash == std::string::npos ? 0 : slash + 1);
    if (sample.offset >= 0) name += ":" + std::to_string(sample.offset);
    return name;
  }

 private:
  std::unordered_map<std::string, std::string> folders_;
};

}  // namespace

Image parse_grey_square(std::string_view text, const std::string& name) {
  std::vector<std::uint8_t> values;
  int value = -1;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      value = std::max(value, 0) * 10 + (c - '0');
      if (value > 255) throw DataError(name, "a grey value is above 255");
      continue;
    }
    if (value >= 0) values.push_back(static_cast<std::uint8_t>(value));
    value = -1;
    if (c != ' ') break;
  }
  if (value >= 0) values.push_back(static_cast<std::uint8_t>(value));
  const int side = static_cast<int>(std::lround(std::sqrt(static_cast<double>(values.size()))));
  if (side < 1 ||
      static_cast<std::size_t>(side) * static_cast<std::size_t>(side) != values.size()) {
    throw DataError(name, std::to_string(values.size()) + " grey values make no square picture");
  }
  Image image(side, side);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::fill_n(image.pixels.begin() + static_cast<std::ptrdiff_t>(3 * i), 3, values[i]);
  }
  return image;
}

Image read_picture(const Sample& sample) {
  Image image = read_pixels(sample);
  if (sample.box.width > 0) image = cut_to_box(image, sample.box);
  return sample.change == nullptr ? image : sample.change->apply(image);
}

void check_pictures(SampleSet& set, const std::string& missing, const EventSink& events) {
  if (missing != "error" && missing != "skip") {
    throw bad_option("data.missing", "is '" + missing + "': it is error or skip");
  }
  const std::vector<bool> absent = absent_pictures(set);
  const auto count = static_cast<std::size_t>(std::count(absent.begin(), absent.end(), true));
  if (count == 0) return;
  const std::string what = std::to_string(count) + " of " + std::to_string(set.samples.size()) +
                           " pictures are missing: " + first_names(set, absent, count);
  if (missing == "error") {
    throw DataError(set.name, what + ". Set data.root, or data.missing=skip to go on without them");
  }
  if (count == set.samples.size())
    throw DataError(set.name, what + ". Nothing is left: set data.root");
  std::vector<Sample> kept;
  kept.reserve(set.samples.size() - count);
  for (std::size_t i = 0; i < absent.size(); ++i) {
    if (!absent[i]) kept.push_back(std::move(set.samples[i]));
  }
  set.samples = std::move(kept);
  events.warn(set.name + ": skipped: " + what);
}

void check_no_overlap(const SampleSet& training, const SampleSet& validation) {
  CanonicalFiles files;
  std::unordered_set<std::string> seen;
  seen.reserve(training.samples.size());
  for (const Sample& sample : training.samples) seen.insert(files.name(sample));
  std::size_t count = 0;
  std::vector<std::string> names;
  for (const Sample& sample : validation.samples) {
    if (!seen.contains(files.name(sample))) continue;
    if (++count <= kShownNames) names.push_back(sample.name);
  }
  if (count == 0) return;
  throw DataError(validation.name,
                  std::to_string(count) + " pictures are in " + training.name +
                      " too: " + join(names, ", ") + (count > names.size() ? ", ..." : "") +
                      ". Validation must not overlap training");
}

}  // namespace mien
