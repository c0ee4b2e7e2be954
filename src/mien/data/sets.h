// Labelled picture sets: readers of annotation formats into one form, joined by name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "mien/affect.h"
#include "mien/core/events.h"
#include "mien/core/options.h"

namespace mien {

/// The part of a picture that shows the face, pixels; a width of 0 means all of it.
struct PictureBox {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

struct PictureChange;  // picture_change.h

/// One picture of a list. `read_picture` (pictures.h) gives its pixels.
struct Sample {
  std::string name;            ///< as the list has it: "VIDEO/00001.jpg"
  std::filesystem::path file;  ///< where the picture lies
  Label label;                 ///< in the set's vocabulary
  PictureBox box = {};         ///< the part of the picture to use (AffectNet's lists name one)
  std::int64_t offset = -1;    ///< byte of `file` at which the picture stands; -1: the file is the
                               ///< picture
  std::int64_t bytes = 0;      ///< of a picture file inside `file` (a tar's member); 0: at `offset`
                               ///< stands a square of grey values as text (FER2013's csv)
  const PictureChange* change = nullptr;  ///< done to the picture that was read; or nothing
};

/// A list that has been read: its samples in list order.
struct SampleSet {
  std::string name;  ///< the list's path, for messages
  Vocabulary vocabulary;
  std::vector<Sample> samples;
  std::vector<std::string> notes = {};  ///< what the reader passed over, a line each, for people
};

enum class SetPart { kTraining, kValidation };

struct SetOptions {
  std::string path;             ///< folder of the set, or a list file
  std::string format = "auto";  ///< auto | abaw-mtl | abaw-lsd | abaw-va | abaw-expr | abaw-au |
                                ///< csv | rafdb | affectnet | fer2013 | pictures (no labels)
  double weight = 1.0;          ///< draws an epoch, as a multiple of the set's size
  std::string root;             ///< folder of the pictures; empty: cropped_aligned beside the list
  std::string votes;       ///< csv of rater votes (image, a column a class) for label distributions
  std::string validation;  ///< folder or list of the validation part; empty: in `path`; "none"
  void check() const;
};
void describe(SetOptions& options, Fields& fields);

/// Reads one part of a set. A folder holds both parts; a list file is whichever part is asked for,
/// unless `validation` names another. `validation` = "none" gives a set without samples.
/// Throws DataError with file:line. Labels out of range, names that occur twice, lists without
/// entries or without label columns are errors.
SampleSet read_set(const SetOptions& options, SetPart part);
/// The training part for what learns from pictures alone, without labels. `format` = "auto" takes
/// every picture of a folder, whatever lists lie there; another format its training part.
SampleSet read_unlabelled(const SetOptions& options);
/// The format of the labelled set that a folder holds; empty where it holds none.
std::string labelled_format(const std::string& path);
/// Reads a list for prediction: with labels or the image column alone. A folder in a known format
/// gives that part, another folder every picture below it, by name.
SampleSet read_list(const SetOptions& options, SetPart part);
/// The format that read_set takes for `options`: its `format`, or for "auto" what is found.
/// Throws DataError that says what was looked for when nothing or more than one thing fits.
std::string set_format(const SetOptions& options);

/// The set in another vocabulary, classes and units matched by name.
SampleSet map_set(const SampleSet& set,
                  const Vocabulary& to,
                  const std::map<std::string, std::string>& renames);

/// Checks that every picture exists. `missing` = "error": throws DataError naming the first few and
/// the count; "skip": drops them and says what was dropped through `events`.
void check_pictures(SampleSet& set, const std::string& missing, const EventSink& events);

/// Throws DataError when the same picture file is in both.
void check_no_overlap(const SampleSet& training, const SampleSet& validation);

}  // namespace mien
