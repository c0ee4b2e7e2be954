#include "mien/cli/read_pictures.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <span>
#include <thread>
#include <utility>

#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/infer/single_thread.h"
#include "mien/infer/tracker.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

struct Work {
  Image image;
  FrameReading frame;
  std::string problem;
  bool failure = false;
};

/// Runs `step`; its error becomes the picture's problem. What is wrong with the call itself goes on
/// up.
template <typename Step>
void guarded(Work& work, Step step) {
  try {
    step();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kUsage || error.kind() == ErrorKind::kInterrupted) throw;
    work.problem = error.what();
    work.failure = error.kind() == ErrorKind::kFailure;
  }
}

class PictureReading {
 public:
  explicit PictureReading(const ReadContext& context)
      : context_(context), overlay_(context.overlay()) {
    const std::int64_t asked = context.options.video.threads;
    threads_ = asked > 0 ? static_cast<std::size_t>(asked)
                         : std::max(1U, std::thread::hardware_concurrency());
  }

  std::size_t at_once() const { return 2 * threads_; }

  std::vector<Work> read(std::span<const PictureTask> tasks) {
    std::vector<Work> works(tasks.size());
    std::atomic<std::size_t> next = 0;
    std::vector<std::exception_ptr> errors(threads_);
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < threads_; ++i) {
        threads.emplace_back([&, i] {
          const SingleThreadScope alone;
          try {
            for (std::size_t at = next++; at < tasks.size(); at = next++)
              find(tasks[at], works[at]);
          } catch (...) {
            errors[i] = std::current_exception();
          }
        });
      }
    }
    for (const std::exception_ptr& error : errors) {
      if (error) std::rethrow_exception(error);
    }
    read_faces(works);
    return works;
  }

  void annotate(const Work& work, const fs::path& file) {
    Image picture = work.image;
    overlay_.draw(picture, work.frame);
    make_folder(file.has_parent_path() ? file.parent_path() : fs::path("."));
    write_image(file, picture);
  }

 private:
  void find(const PictureTask& task, Work& work) const {
    guarded(work, [&] {
      work.frame.input = task.name;
      work.image = read_image(task.name);
      work.frame.faces = context_.analyser.detect(work.image);
    });
  }

  void read_faces(std::vector<Work>& works) const {
    std::vector<PictureFaces> pictures;
    for (Work& work : works) {
      if (work.problem.empty()) pictures.push_back({&work.image, &work.frame.faces});
    }
    const auto features = context_.analyser.read(pictures);
    std::size_t at = 0;
    for (Work& work : works) {
      if (work.problem.empty()) Tracker().follow(work.frame, features[at++]);
    }
  }

  const ReadContext& context_;
  Overlay overlay_;
  std::size_t threads_ = 1;
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
  for (std::size_t begin = 0; begin < tasks.size(); begin += reading.at_once()) {
    if (context.stop.requested()) return;
    const std::size_t count = std::min(reading.at_once(), tasks.size() - begin);
    const auto some = std::span(tasks).subspan(begin, count);
    std::vector<Work> works = reading.read(some);
    for (std::size_t i = 0; i < count; ++i) {
      Work& work = works[i];
      if (work.problem.empty()) {
        guarded(work, [&] { reading.annotate(work, folder / (some[i].output + ".mien.png")); });
      }
      receive(work.image, {some[i], std::move(work.frame), work.problem, work.failure});
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
