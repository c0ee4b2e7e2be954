#include "mien/cli/read_pictures.h"

#include <algorithm>
#include <span>
#include <utility>

#include "mien/cli/found_pictures.h"
#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/infer/tracker.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

class PictureReading {
 public:
  explicit PictureReading(const ReadContext& context)
      : context_(context),
        overlay_(context.overlay()),
        threads_(thread_count(context.options.video.threads)) {}

  std::size_t at_once() const { return 2 * threads_; }

  std::vector<FoundPicture> read(std::span<const std::string> names) const {
    std::vector<FoundPicture> found = find_faces(names, context_.analyser, threads_);
    std::vector<PictureFaces> pictures;
    for (FoundPicture& picture : found) {
      if (!picture.problem) pictures.push_back({&picture.image, &picture.frame.faces});
    }
    const auto features = context_.analyser.read(pictures);
    std::size_t at = 0;
    for (FoundPicture& picture : found) {
      if (!picture.problem) Tracker().follow(picture.frame, features[at++]);
    }
    return found;
  }

  void annotate(const FoundPicture& found, const fs::path& file) {
    Image picture = found.image;
    overlay_.draw(picture, found.frame);
    make_folder(file.has_parent_path() ? file.parent_path() : fs::path("."));
    write_image(file, picture);
  }

 private:
  const ReadContext& context_;
  Overlay overlay_;
  std::size_t threads_;
};

std::string rows_name(RowFormat format) {
  return "pictures" + std::string(row_ending(format));
}

}  // namespace

void read_pictures(const std::vector<PictureTask>& tasks,
                   const ReadContext& context,
                   const std::function<void(const Image&, const PictureResult&)>& receive) {
  PictureReading reading(context);
  const fs::path folder = context.options.output;
  std::vector<std::string> names;
  names.reserve(tasks.size());
  for (const PictureTask& task : tasks) names.push_back(task.name);
  for (std::size_t begin = 0; begin < tasks.size(); begin += reading.at_once()) {
    if (context.stop.requested()) return;
    const std::size_t count = std::min(reading.at_once(), tasks.size() - begin);
    std::vector<FoundPicture> some = reading.read(std::span(names).subspan(begin, count));
    for (std::size_t i = 0; i < count; ++i) {
      FoundPicture& found = some[i];
      const PictureTask& task = tasks[begin + i];
      if (!found.problem) {
        found.problem =
            problem_in([&] { reading.annotate(found, folder / (task.output + ".mien.png")); });
      }
      receive(found.image, {task, std::move(found.frame), found.problem});
    }
  }
}

PictureRows::PictureRows(fs::path folder,
                         const ReadContext& context,
                         const std::function<bool(const std::string&)>& keep)
    : folder_(std::move(folder)),
      context_(context),
      format_(row_format(context.options.format)),
      working_(working_format(format_)),
      gallery_(context.analyser.vocabulary(), context.analyser.thresholds()) {
  const fs::path final_file = folder_ / rows_name(working_);
  const fs::path part = final_file.string() + ".part";
  const fs::path kept = final_file.string() + ".kept";
  check_replaceable(folder_ / rows_name(format_), format_);
  // A part beside kept rows is a copy of them that was not completed.
  if (!fs::exists(kept) && fs::exists(part)) fs::rename(part, kept);
  rows_ = std::make_unique<RowWriter>(final_file, context.rows(working_, RowReadings::kRaw));
  for (const fs::path& file : {kept, final_file}) {
    if (fs::exists(file)) take_over(file, keep);
  }
  fs::remove(kept);
}

void PictureRows::take_over(const fs::path& file,
                            const std::function<bool(const std::string&)>& keep) {
  RowReader reader(file, working_);
  FrameReading frame;
  while (reader.next(frame)) {
    if (has(frame.input) || !keep(frame.input)) continue;
    Image image;
    try {
      if (gallery_.wants_more()) image = read_image(frame.input);
    } catch (const DataError&) {
      // It was there when it was read; its entry goes without a picture.
    }
    add(image, frame);
  }
}

void PictureRows::add(const Image& image, const FrameReading& frame) {
  rows_->write(frame);
  inputs_.insert(frame.input);
  gallery_.add(image, frame);
}

void PictureRows::finish() {
  if (gallery_.entries() > 0) {
    write_image(folder_ / "pictures.mien.png", gallery_.sheet());
    write_file_atomically(folder_ / "pictures.html", gallery_.page("Pictures"));
  }
  if (format_ == working_) {
    rows_->finish();
    return;
  }
  RowOptions options = context_.rows(format_, RowReadings::kRaw);
  options.abaw_names = AbawNames::kFiles;
  RowWriter last(folder_ / rows_name(format_), options);
  const fs::path part = rows_->part();
  RowReader reader(part, working_);
  copy_rows(reader, last);
  rows_.reset();
  fs::remove(part);
}

}  // namespace mien::cli
