// ABAW's single-task tracks: Train_Set/ and Validation_Set/ with a text file a video; after a
// header, line n labels frame n (VIDEO/00001.jpg first).
#include <cctype>
#include <unordered_set>

#include "mien/affect/frame_name.h"
#include "mien/affect/vocabulary.h"
#include "mien/core/text.h"
#include "mien/data/formats/format.h"
#include "mien/data/label_fields.h"
#include "mien/data/table_reader.h"
#include "mien/error.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kTraining = {"Train_Set", "train_set", "Training_Set"};
const std::vector<std::string> kValidation = {"Validation_Set", "validation_set", "Val_Set"};
constexpr double kMissing = -5;

enum class Track { kNone, kVa, kExpression, kUnits };

Track track_of(const std::string& header) {
  const std::string text = lower(header);
  if (text.starts_with("valence")) return Track::kVa;
  if (text.starts_with("au") && text.size() > 2 &&
      std::isdigit(static_cast<unsigned char>(text[2]))) {
    return Track::kUnits;
  }
  if (text.starts_with("neutral") || text.starts_with("expression")) return Track::kExpression;
  return Track::kNone;
}

/// The track of a folder, by the header of its first text file.
Track track_in(const fs::path& path) {
  if (!fs::is_directory(path)) return Track::kNone;
  std::vector<std::string> names = kTraining;
  names.insert(names.end(), kValidation.begin(), kValidation.end());
  const fs::path part = first_existing(path, names);
  if (part.empty() || !fs::is_directory(part)) return Track::kNone;
  for (const std::string& name : sorted_entries(part)) {
    if (fs::path(name).extension() == ".txt") return track_of(first_line(part / name));
  }
  return Track::kNone;
}

std::string unit_of(std::string_view name, const TableReader& header) {
  try {
    return canonical_action_unit(trim(name));
  } catch (const OptionError&) {
    header.fail("'" + std::string(name.substr(0, 40)) + "' is no action unit");
  }
}

/// What a header names: "Neutral,Anger,..." its classes, "AU1,AU2,..." its units.
Vocabulary vocabulary_of(const TableReader& header, Track track) {
  Vocabulary vocabulary;
  vocabulary.valence_arousal = track == Track::kVa;
  if (track == Track::kExpression) {
    vocabulary.expressions = abaw_mtl_vocabulary().expressions;
    if (header.fields().size() > 1) {
      vocabulary.expressions.clear();
      for (const std::string_view name : header.fields()) {
        vocabulary.expressions.push_back(ClassNames::checked(name, header.file(), header.line()));
      }
    }
  }
  if (track == Track::kUnits) {
    for (const std::string_view name : header.fields()) {
      vocabulary.action_units.push_back(unit_of(name, header));
    }
  }
  return vocabulary;
}

Label read_label(const TableReader& table, const Vocabulary& vocabulary, Track track) {
  Label label;
  const auto& fields = table.fields();
  if (track == Track::kVa) {
    table.expect_fields(2);
    label.valence = parse_affect(fields[0], kMissing, "valence", table);
    label.arousal = parse_affect(fields[1], kMissing, "arousal", table);
  } else if (track == Track::kExpression) {
    table.expect_fields(1);
    label.expression = parse_class(fields[0], vocabulary.expressions.size(), table);
  } else {
    table.expect_fields(vocabulary.action_units.size());
    for (std::size_t i = 0; i < fields.size(); ++i) {
      label.action_units.push_back(parse_unit(fields[i], vocabulary.action_units[i], table));
    }
  }
  return label;
}

/// Names of the frames that are there: frames in which no face was found have a label but no
/// picture. Nothing when the folder itself is missing: then every picture is, and check_pictures
/// says so.
std::unordered_set<std::string> frames_of(const fs::path& folder) {
  std::error_code ignored;
  std::unordered_set<std::string> names;
  if (!fs::is_directory(folder, ignored)) return names;
  for (std::string& name : sorted_entries(folder)) names.insert(std::move(name));
  return names;
}

class SingleTrackReader {
 public:
  SingleTrackReader(SampleSet& set, std::string root, Track track)
      : set_(set), root_(std::move(root)), track_(track) {}

  void read_video(const fs::path& list) {
    TableReader table(list);
    table.next();
    if (track_of(std::string(table.fields()[0])) != track_) {
      table.fail("the first line does not name what this track is labelled with");
    }
    const Vocabulary vocabulary = vocabulary_of(table, track_);
    if (set_.vocabulary == Vocabulary{}) set_.vocabulary = vocabulary;
    if (!(set_.vocabulary == vocabulary)) {
      table.fail("the first line names other classes or units than the set's first file");
    }
    const std::string video = list.stem().string();
    const auto frames = frames_of(picture_path(root_, video));
    for (std::int64_t frame = 0; table.next(); ++frame) read_frame(table, video, frame, frames);
  }

  std::int64_t without_picture() const { return without_picture_; }

 private:
  void read_frame(const TableReader& table,
                  const std::string& video,
                  std::int64_t frame,
                  const std::unordered_set<std::string>& frames) {
    Label label = read_label(table, set_.vocabulary, track_);
    const std::string name = abaw_frame_name(frame) + ".jpg";
    if (!frames.empty() && !frames.contains(name)) {
      ++without_picture_;
      return;
    }
    std::string full = video + "/" + name;
    fs::path file = picture_path(root_, full);
    set_.samples.push_back({std::move(full), std::move(file), std::move(label)});
  }

  SampleSet& set_;
  std::string root_;
  Track track_;
  std::int64_t without_picture_ = 0;
};

SampleSet read_track(const SetOptions& options, SetPart part, Track track) {
  const fs::path folder =
      list_of_part(options, part, part == SetPart::kTraining ? kTraining : kValidation);
  SampleSet set{folder.string(), {}, {}};
  SingleTrackReader reader(set, picture_root(options, folder), track);
  if (!fs::is_directory(folder)) {
    reader.read_video(folder);
  } else {
    for (const std::string& name : sorted_entries(folder)) {
      if (fs::path(name).extension() == ".txt") reader.read_video(folder / name);
    }
  }
  if (reader.without_picture() > 0) {
    set.notes.push_back(std::to_string(reader.without_picture()) +
                        " labelled frames without a picture (no face was found in them)");
  }
  return set;
}

template <Track kTrack>
bool fits_track(const fs::path& path) {
  return track_in(path) == kTrack;
}
template <Track kTrack>
SampleSet read_single(const SetOptions& options, SetPart part) {
  return read_track(options, part, kTrack);
}

}  // namespace

std::vector<Format> abaw_single_formats() {
  const std::string where = "Train_Set/ or Validation_Set/ with text files that begin with ";
  return {
      {"abaw-va", where + "'valence,arousal'", fits_track<Track::kVa>, read_single<Track::kVa>},
      {"abaw-expr",
       where + "'Neutral,Anger,...'",
       fits_track<Track::kExpression>,
       read_single<Track::kExpression>},
      {"abaw-au", where + "'AU1,AU2,...'", fits_track<Track::kUnits>, read_single<Track::kUnits>}};
}

}  // namespace mien
