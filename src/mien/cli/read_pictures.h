// Pictures of one call read together: one file of rows, an annotated picture each, a contact sheet,
// one page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mien/cli/face_gallery.h"
#include "mien/cli/read_options.h"
#include "mien/cli/work_state.h"
#include "mien/error.h"
#include "mien/image/image.h"
#include "mien/report/overlay.h"
#include "mien/report/rows.h"

namespace mien::cli {

struct PictureTask {
  std::string name;    ///< as the user named it
  std::string output;  ///< the annotated picture is OUTPUT.mien.png below the folder
  FileMark mark = {};  ///< of the file before it was read
};
/// The annotated picture of `output`.
std::filesystem::path annotated_file(const std::filesystem::path& folder,
                                     const std::string& output);

/// What became of a picture: its reading, or why there is none.
struct PictureResult {
  const PictureTask& task;
  FrameReading frame;
  std::optional<Error> problem;
};

/// Reads and annotates pictures, several at a time: threads find the faces, then the networks read
/// those of all pictures at once. Nothing but the annotated pictures is written here. Receives each
/// result in order, with the picture. Stops once `context.stop` is set.
void read_pictures(const std::vector<PictureTask>& tasks,
                   const ReadContext& context,
                   const std::function<void(const Image&, const PictureResult&)>& receive);

/// The rows of many pictures, over several calls: what an earlier one left is kept. The challenge's
/// list holds too little to go on from: csv rows stay beside it, under a hidden name.
class PictureRows {
 public:
  /// Whether the rows in FOLDER are all that earlier calls had to write.
  static bool are_whole(const std::filesystem::path& folder, RowFormat format);

  /// `keep`: whether the row of an input, by its file_key, is to stay. Rows go to
  /// FOLDER/pictures.csv or its like; throws DataError where that holds something else.
  PictureRows(std::filesystem::path folder,
              const ReadContext& context,
              const std::function<bool(const std::string& key)>& keep);

  bool has(const std::string& key) const { return inputs_.contains(key); }
  /// `key`: the file_key of the frame's input.
  void add(const Image& image, const FrameReading& frame, const std::string& key);
  /// Rows, contact sheet and page under their final names.
  void finish();

 private:
  std::filesystem::path page_file() const;
  void take_over(const std::filesystem::path& file, const std::function<bool(const std::string&)>&);

  std::filesystem::path folder_;
  const ReadContext& context_;
  RowFormat format_;
  RowFormat working_;
  std::unique_ptr<RowWriter> rows_;
  PictureGallery gallery_;
  std::set<std::string> inputs_;  ///< file_key
};

}  // namespace mien::cli
