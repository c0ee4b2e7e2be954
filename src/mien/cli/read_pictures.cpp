#include "mien/cli/read_pictures.h"

#include <algorithm>
#include <span>
#include <utility>

#include "mien/cli/found_pictures.h"
#include "mien/cli/replaceable.h"
#include "mien/cli/work_summary.h"
#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/infer/single_thread.h"
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

/// The rows that a later call reads back.
fs::path working_file(const fs::path& folder, RowFormat format) {
  if (format == RowFormat::kAbaw) return folder / ".mien-pictures.csv";
  return folder / ("pictures" + std::string(row_ending(format)));
}

fs::path final_file(const fs::path& folder, RowFormat format) {
  return folder / ("pictures" + std::string(row_ending(format)));
}

fs::path with(fs::path file, const char* ending) {
  file += ending;
  return file;
}

/// It was there when it was read; where it is not, its entry goes without a picture.
Image picture_if_there(const std::string& file) {
  try {
    return read_image(file);
  } catch (const DataError&) {
    return {};
  }
}

}  // namespace

fs::path annotated_file(const fs::path& folder, const std::string& output) {
  return folder / (output + ".mien.png");
}

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
            problem_in([&] { reading.annotate(found, annotated_file(folder, task.output)); });
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
  const fs::path rows = working_file(folder_, format_);
  const fs::path part = with(rows, ".part");
  const fs::path kept = with(rows, ".kept");
  check_replaceable(final_file(folder_, format_), format_);
  check_replaceable_page(page_file());
  // A part beside kept rows is a copy of them that was not completed.
  if (!fs::exists(kept) && fs::exists(part)) fs::rename(part, kept);
  rows_ = std::make_unique<RowWriter>(rows, context.rows(working_, RowReadings::kRaw));
  for (const fs::path& file : {kept, rows}) {
    if (fs::exists(file)) take_over(file, keep);
  }
  fs::remove(kept);
}

bool PictureRows::are_whole(const fs::path& folder, RowFormat format) {
  const fs::path rows = working_file(folder, format);
  return fs::exists(rows) && fs::exists(final_file(folder, format)) &&
         !fs::exists(with(rows, ".part")) && !fs::exists(with(rows, ".kept"));
}

fs::path PictureRows::page_file() const {
  return folder_ / "pictures.html";
}

void PictureRows::take_over(const fs::path& file,
                            const std::function<bool(const std::string&)>& keep) {
  RowReader reader(file, working_);
  FrameReading frame;
  while (reader.next(frame)) {
    const std::string key = file_key(frame.input);
    if (!has(key) && keep(key))
      add(gallery_.wants_more() ? picture_if_there(frame.input) : Image(), frame, key);
  }
}

void PictureRows::add(const Image& image, const FrameReading& frame, const std::string& key) {
  rows_->write(frame);
  inputs_.insert(key);
  gallery_.add(image, frame);
}

void PictureRows::finish() {
  if (gallery_.entries() > 0) {
    write_image(folder_ / "pictures.mien.png", gallery_.sheet());
    write_file_atomically(page_file(), gallery_.page("Pictures"));
  }
  if (format_ != working_) {
    RowOptions options = context_.rows(format_, RowReadings::kRaw);
    options.abaw_names = AbawNames::kFiles;
    RowWriter last(final_file(folder_, format_), options);
    RowReader reader(rows_->part(), working_);
    for (FrameReading frame; reader.next(frame);) last.write(frame);
    last.finish();
  }
  rows_->finish();
}

}  // namespace mien::cli
