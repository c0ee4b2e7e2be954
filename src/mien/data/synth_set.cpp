// Drawing whole sets: who is in them, which pictures there are, and how they come into a folder.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <system_error>
#include <vector>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/data/synth.h"
#include "mien/data/synth_face.h"
#include "mien/error.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

// What a random stream is for; the first part of its key.
enum Purpose : std::uint64_t { kPerson = 0x5f01, kFrame = 0x5f02, kWithheld = 0x5f03 };

constexpr std::int64_t kFramesAPerson = 50;

enum class Part : std::uint64_t { kTraining = 0, kValidation = 1 };

// One picture to be drawn: its person is number `person` of its part, and it is that person's
// `frame`.
struct Frame {
  Part part;
  std::int64_t person;
  std::int64_t frame;
};

std::uint64_t seed_of(const SynthOptions& options) {
  return static_cast<std::uint64_t>(options.seed);
}

RandomStream stream_of(Purpose purpose, const SynthOptions& options, const Frame& frame) {
  return RandomStream({purpose,
                       seed_of(options),
                       static_cast<std::uint64_t>(frame.part),
                       static_cast<std::uint64_t>(frame.person),
                       static_cast<std::uint64_t>(purpose == kPerson ? 0 : frame.frame)});
}

// The people of both parts are different ones: their streams are.
Frame frame_of(Part part, std::int64_t index) {
  return {part, index / kFramesAPerson, index % kFramesAPerson};
}

std::string numbered(const char* format, std::int64_t number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), format, static_cast<long long>(number));
  return text.data();
}

std::string picture_name(const Frame& frame) {
  const char* const folder = frame.part == Part::kTraining ? "train_%03lld" : "valid_%03lld";
  return numbered(folder, frame.person + 1) + "/" + numbered("%05lld.jpg", frame.frame + 1);
}

// Plain writing will do for a picture: its folder is moved into place only when the set is whole.
void write_picture(const fs::path& file, const std::string& bytes) {
  std::ofstream out(file, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) throw FailureError(file.string() + ": cannot be written; is the disk full?");
}

std::string draw_jpeg(const SynthOptions& options,
                      const Frame& frame,
                      const synth::Intensities& intensities,
                      RandomStream& random) {
  RandomStream who = stream_of(kPerson, options, frame);
  const synth::Person person = synth::sample_person(who);
  const synth::Scene scene = synth::sample_scene(random);
  const Image image =
      synth::draw(person, scene, intensities, static_cast<int>(options.size), random);
  return encode_jpeg(image, scene.quality);
}

void withhold(Label& label, double probability, RandomStream random) {
  if (random.chance(probability)) label.valence = label.arousal = std::nullopt;
  if (random.chance(probability)) label.expression = -1;
  if (random.chance(probability)) {
    std::fill(label.action_units.begin(), label.action_units.end(), std::int8_t{-1});
  }
}

std::string list_line(const std::string& name, const Label& label) {
  constexpr int kDigits = 4;
  const auto number = [](const std::optional<float>& value) {
    return value ? number_text(*value, kDigits) : std::string("-5");
  };
  std::string line = name + "," + number(label.valence) + "," + number(label.arousal) + "," +
                     std::to_string(label.expression);
  for (const std::int8_t unit : label.action_units) line += "," + std::to_string(unit);
  return line + "\n";
}

// Tells how far the drawing is, a few times a second, and stops it on request.
class Watch {
 public:
  Watch(std::int64_t total, const EventSink& events, const StopFlag& stop)
      : total_(total), events_(events), stop_(stop) {}

  void drawn() {
    if (stop_.requested()) {
      throw Error(ErrorKind::kInterrupted,
                  "stopped while drawing faces; nothing of the set was kept");
    }
    ++done_;
    const auto now = Clock::now();
    if (done_ < total_ && now - told_ < std::chrono::milliseconds(200)) return;
    told_ = now;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    events_.report({"drawing faces",
                    done_,
                    total_,
                    "images",
                    static_cast<double>(done_) / std::max(seconds, 1e-6),
                    {}});
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::int64_t done_ = 0;
  std::int64_t total_;
  const EventSink& events_;
  const StopFlag& stop_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point told_{};
};

void write_mtl_part(const fs::path& folder, const SynthOptions& options, Part part, Watch& watch) {
  const bool training = part == Part::kTraining;
  std::string list = "image,valence,arousal,expression,aus\n";
  for (std::int64_t i = 0; i < (training ? options.training : options.validation); ++i) {
    const Frame frame = frame_of(part, i);
    const fs::path file = folder / "cropped_aligned" / picture_name(frame);
    if (frame.frame == 0) make_folder(file.parent_path());
    RandomStream random = stream_of(kFrame, options, frame);
    const synth::Intensities intensities = synth::sample_intensities(random);
    write_picture(file, draw_jpeg(options, frame, intensities, random));
    Label label = synth::label_of(intensities);
    withhold(label, options.missing, stream_of(kWithheld, options, frame));
    list += list_line(picture_name(frame), label);
    watch.drawn();
  }
  write_file_atomically(
      folder / (training ? "training_set_annotations.txt" : "validation_set_annotations.txt"),
      list);
}

// Intensities whose expression is the one wanted (in abaw_mtl_vocabulary()).
synth::Intensities intensities_for(int expression, RandomStream& random) {
  while (true) {
    const synth::Intensities intensities = synth::sample_intensities(random);
    if (synth::label_of(intensities).expression == expression) return intensities;
  }
}

void write_lsd_part(const fs::path& folder, const SynthOptions& options, Part part, Watch& watch) {
  const bool training = part == Part::kTraining;
  const std::vector<std::string> all = abaw_mtl_vocabulary().expressions;
  const std::vector<std::string> classes = abaw_lsd_vocabulary().expressions;
  const fs::path root = folder / (training ? "train" : "val");
  for (const std::string& name : classes) make_folder(root / name);
  for (std::int64_t i = 0; i < (training ? options.training : options.validation); ++i) {
    const Frame frame = frame_of(part, i);
    const std::string& name = classes[static_cast<std::size_t>(i) % classes.size()];
    const auto expression = static_cast<int>(std::find(all.begin(), all.end(), name) - all.begin());
    RandomStream random = stream_of(kFrame, options, frame);
    const synth::Intensities intensities = intensities_for(expression, random);
    std::string file = picture_name(frame);
    std::replace(file.begin(), file.end(), '/', '_');
    write_picture(root / name / file, draw_jpeg(options, frame, intensities, random));
    watch.drawn();
  }
}

// The set is made in a folder beside its place and moved there when it is whole, lists last.
void move_into_place(const fs::path& from,
                     const fs::path& folder,
                     const std::vector<const char*>& names) {
  for (const char* name : names) {
    std::error_code failed;
    fs::rename(from / name, folder / name, failed);
    if (failed) throw FailureError((folder / name).string() + ": " + failed.message());
  }
}

}  // namespace

void write_synthetic_set(const std::filesystem::path& folder,
                         const SynthOptions& options,
                         const EventSink& events,
                         const StopFlag& stop) {
  options.check();
  for (const char* name : {"cropped_aligned",
                           "train",
                           "val",
                           "training_set_annotations.txt",
                           "validation_set_annotations.txt"}) {
    if (!fs::exists(folder / name)) continue;
    throw UsageError(folder.string() + " already holds a set (" + name +
                     "): choose another folder");
  }
  make_folder(folder);
  const FolderLock lock(folder);
  const fs::path unfinished = folder / ".drawing";
  fs::remove_all(unfinished);  // of a run that was cut off
  make_folder(unfinished);
  Watch watch(options.training + options.validation, events, stop);
  try {
    const auto write_part = options.task == "mtl" ? write_mtl_part : write_lsd_part;
    write_part(unfinished, options, Part::kTraining, watch);
    write_part(unfinished, options, Part::kValidation, watch);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(unfinished, ignored);
    throw;
  }
  SynthOptions resolved = options;
  write_file_atomically(unfinished / "synth.toml", to_toml(fields_of(resolved), true));
  if (options.task == "mtl") {
    move_into_place(unfinished,
                    folder,
                    {"synth.toml",
                     "cropped_aligned",
                     "training_set_annotations.txt",
                     "validation_set_annotations.txt"});
  } else {
    move_into_place(unfinished, folder, {"synth.toml", "train", "val"});
  }
  fs::remove_all(unfinished);
}

}  // namespace mien
