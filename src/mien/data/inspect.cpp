#include "mien/data/inspect.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>

#include "mien/affect/vocabulary.h"
#include "mien/core/random.h"
#include "mien/data/formats/format.h"
#include "mien/data/pictures.h"
#include "mien/error.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

/// Two independent 64-bit hashes of a picture's pixels and size.
struct PixelHash {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  bool operator==(const PixelHash&) const = default;
};
struct PixelHashKey {
  std::size_t operator()(const PixelHash& hash) const { return hash.first; }
};

PixelHash hash_pixels(const Image& image) {
  std::uint64_t first = 0xcbf29ce484222325;
  std::uint64_t second = static_cast<std::uint64_t>(image.width);
  for (const std::uint8_t value : image.pixels) {
    first = (first ^ value) * 0x100000001b3;             // FNV-1a
    second = (second + value + 1) * 0x9e3779b97f4a7c15;  // another multiplier and mixing
    second ^= second >> 29;
  }
  const auto width = static_cast<std::uint64_t>(image.width);
  return {mix_key({first, width}), second};
}

enum class State : std::uint8_t { kUnseen, kRead, kMissing, kUnreadable };

/// What decoding told of one sample.
struct Finding {
  State state = State::kUnseen;
  PixelHash hash;
  std::string reason;
};

Finding look_at(const Sample& sample) {
  Finding finding;
  std::error_code ignored;
  if (!fs::exists(sample.file, ignored)) {
    finding.state = State::kMissing;
    finding.reason = sample.file.string() + " is not there";
    return finding;
  }
  try {
    finding.hash = hash_pixels(read_picture(sample));
    finding.state = State::kRead;
  } catch (const Error& error) {
    finding.state = State::kUnreadable;
    finding.reason = error.what();
  }
  return finding;
}

/// Looks at every picture with several threads; the calling one shows progress.
class PictureScan {
 public:
  PictureScan(const SampleSet& set, const StopFlag& stop)
      : set_(set), stop_(stop), findings_(set.samples.size()) {}

  std::vector<Finding> run(std::int64_t workers, const EventSink& events) {
    const auto start = std::chrono::steady_clock::now();
    {
      std::vector<std::jthread> threads;
      for (std::int64_t i = 0; i < std::max<std::int64_t>(workers, 1); ++i) {
        threads.emplace_back([this] { work(); });
      }
      while (done_.load() < findings_.size() && !failed() && !stop_.requested()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
        const auto done = static_cast<std::int64_t>(done_.load());
        events.report({"checking pictures of " + set_.name,
                       done,
                       static_cast<std::int64_t>(findings_.size()),
                       "images",
                       static_cast<double>(done) / std::max(spent.count(), 1e-9),
                       {}});
      }
    }
    if (failure_) std::rethrow_exception(failure_);
    if (stop_.requested())
      throw Error(ErrorKind::kInterrupted, "stopped before all pictures were checked");
    return std::move(findings_);
  }

 private:
  bool failed() {
    const std::lock_guard lock(mutex_);
    return failure_ != nullptr;
  }

  void work() {
    try {
      for (std::size_t i = next_++; i < findings_.size() && !stop_.requested(); i = next_++) {
        findings_[i] = look_at(set_.samples[i]);
        ++done_;
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      failure_ = std::current_exception();
    }
  }

  const SampleSet& set_;
  const StopFlag& stop_;
  std::vector<Finding> findings_;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> done_{0};
  std::mutex mutex_;
  std::exception_ptr failure_;
};

using FirstWithHash = std::unordered_map<PixelHash, std::size_t, PixelHashKey>;

/// Notes problems; gives the first sample with each picture and counts the others.
FirstWithHash note_findings(SetInspection& result,
                            const SampleSet& set,
                            SetPart part,
                            const std::vector<Finding>& findings) {
  FirstWithHash firsts;
  std::int64_t repeated = 0;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Finding& finding = findings[i];
    ++result.pictures_checked;
    if (finding.state == State::kRead) {
      repeated += !firsts.emplace(finding.hash, i).second;
      continue;
    }
    auto& list = finding.state == State::kMissing ? result.missing : result.unreadable;
    list.push_back({part, set.samples[i].name, finding.reason});
  }
  (part == SetPart::kTraining ? result.training_duplicates : result.validation_duplicates) =
      repeated;
  return firsts;
}

void compare_pictures(SetInspection& result,
                      const SampleSet& training,
                      const FirstWithHash& seen,
                      const SampleSet& validation,
                      const std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (findings[i].state != State::kRead) continue;
    const auto same = seen.find(findings[i].hash);
    if (same == seen.end()) continue;
    result.duplicates.push_back({training.samples[same->second].name, validation.samples[i].name});
  }
}

/// Adds the part's names and label counts to a mapping list.
void add_names(std::vector<NameMapping>& mappings,
               const std::vector<std::string>& names,
               const std::vector<std::int64_t>& labels,
               const std::vector<int>& places,
               const std::vector<std::string>& to) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto known = std::find_if(mappings.begin(), mappings.end(), [&](const NameMapping& mapping) {
      return mapping.from == names[i];
    });
    if (known == mappings.end()) {
      const std::string target = places[i] < 0 ? "" : to[static_cast<std::size_t>(places[i])];
      known = mappings.insert(mappings.end(), {names[i], target, 0});
    }
    known->labels += labels[i];
  }
}

void add_part(SetInspection& result,
              const SampleSet& set,
              SetPart part,
              const InspectOptions& options) {
  const LabelCounts counts = count_labels(set);
  result.parts.push_back({part, set.name, set.vocabulary, counts, set.notes});
  const Vocabulary& from = set.vocabulary;
  const Vocabulary& to = options.vocabulary;
  add_names(result.expressions,
            from.expressions,
            counts.expressions,
            map_by_name(from.expressions, to.expressions, options.renames),
            to.expressions);
  std::vector<std::int64_t> valid = counts.present;
  for (std::size_t i = 0; i < valid.size(); ++i) valid[i] += counts.absent[i];
  add_names(result.action_units,
            from.action_units,
            valid,
            map_by_name(from.action_units, to.action_units),
            to.action_units);
}

std::string folder_of(const std::string& name) {
  const std::size_t slash = name.rfind('/');
  std::string folder = slash == std::string::npos ? "" : name.substr(0, slash);
  for (const std::string_view side : {"_left", "_right"}) {
    if (folder.ends_with(side)) folder.resize(folder.size() - side.size());
  }
  return folder;
}

/// The parts that can be read; the first error when none can.
std::vector<std::pair<SetPart, SampleSet>> readable_parts(const SetOptions& options,
                                                          SetInspection& result) {
  std::vector<std::pair<SetPart, SampleSet>> parts;
  std::exception_ptr absent;
  std::exception_ptr wrong;
  const bool one_list = !fs::is_directory(options.path) && options.validation.empty();
  for (const SetPart part : {SetPart::kTraining, SetPart::kValidation}) {
    if (one_list && part == SetPart::kValidation) continue;
    try {
      SampleSet set = read_set(options, part);
      if (!set.samples.empty()) parts.emplace_back(part, std::move(set));
    } catch (const MissingPart&) {
      absent = std::current_exception();  // a set may have one part only
    } catch (const DataError& error) {
      wrong = wrong ? wrong : std::current_exception();
      result.list_errors.emplace_back(error.what());
    }
  }
  if (parts.empty() && (wrong || absent)) std::rethrow_exception(wrong ? wrong : absent);
  return parts;
}

}  // namespace

std::vector<std::string> shared_folders(const SampleSet& training, const SampleSet& validation) {
  std::set<std::string> seen;
  std::set<std::string> shared;
  for (const Sample& sample : training.samples) seen.insert(folder_of(sample.name));
  for (const Sample& sample : validation.samples) {
    std::string folder = folder_of(sample.name);
    if (!folder.empty() && seen.contains(folder)) shared.insert(std::move(folder));
  }
  return {shared.begin(), shared.end()};
}

SetInspection inspect_set(const SetOptions& set,
                          const InspectOptions& options,
                          const EventSink& events,
                          const StopFlag& stop) {
  SetInspection result;
  result.path = set.path;
  result.format = set_format(set);
  const auto parts = readable_parts(set, result);
  FirstWithHash seen;
  for (const auto& [part, samples] : parts) {
    add_part(result, samples, part, options);
    const auto findings = PictureScan(samples, stop).run(options.workers, events);
    FirstWithHash firsts = note_findings(result, samples, part, findings);
    if (part == SetPart::kTraining) {
      seen = std::move(firsts);
    } else if (parts.size() == 2) {
      compare_pictures(result, parts.front().second, seen, samples, findings);
      result.shared_folders = shared_folders(parts.front().second, samples);
    }
  }
  return result;
}

}  // namespace mien
