// What `mien data check` finds in a set: labels counted, classes mapped, pictures that are missing,
// damaged or there twice.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "mien/core/events.h"
#include "mien/data/counts.h"
#include "mien/data/sets.h"

namespace mien {

/// One part as its list says it.
struct PartInspection {
  SetPart part = SetPart::kTraining;
  std::string list;
  Vocabulary vocabulary;
  LabelCounts counts;
  std::vector<std::string> notes;  ///< what the reader passed over
};

/// A class or unit of the set and what it becomes in the vocabulary that it is mapped to.
struct NameMapping {
  std::string from;
  std::string to;           ///< "" where it is dropped
  std::int64_t labels = 0;  ///< samples of the class, in both parts; units: valid labels
};

struct PictureProblem {
  SetPart part = SetPart::kTraining;
  std::string name;
  std::string reason;
};

/// The same pixels under two names.
struct DuplicatePicture {
  std::string training;
  std::string validation;
};

struct SetInspection {
  std::string path;
  std::string format;
  std::vector<PartInspection> parts;
  std::vector<std::string> list_errors;  ///< why a part could not be read, while the other could
  std::vector<NameMapping> expressions;
  std::vector<NameMapping> action_units;
  std::int64_t pictures_checked = 0;
  std::vector<PictureProblem> missing;
  std::vector<PictureProblem> unreadable;
  std::vector<DuplicatePicture> duplicates;  ///< across training and validation, by decoded pixels
  std::int64_t training_duplicates = 0;      ///< pictures that repeat another one of the same part
  std::int64_t validation_duplicates = 0;
  std::vector<std::string> shared_folders;  ///< videos or people in both parts, by folder name

  /// Whether anything was found that training or scoring should not go on with.
  bool sound() const {
    return list_errors.empty() && missing.empty() && unreadable.empty() && duplicates.empty();
  }
};

/// What the set is held against.
struct InspectOptions {
  Vocabulary vocabulary;                       ///< mapped to this
  std::map<std::string, std::string> renames;  ///< as map_set takes them
  std::int64_t workers = 2;                    ///< threads that decode pictures
};

/// Reads every part that is there and decodes every picture. Throws DataError when no part can be
/// read, Error(kInterrupted) when `stop` is set.
SetInspection inspect_set(const SetOptions& set,
                          const InspectOptions& options,
                          const EventSink& events,
                          const StopFlag& stop);

/// Folders that pictures of both sets lie in by name ("VIDEO" of "VIDEO/00001.jpg"), sorted. The
/// sides of ABAW's videos with two people (`_left`, `_right`) count as one video.
std::vector<std::string> shared_folders(const SampleSet& training, const SampleSet& validation);

}  // namespace mien
