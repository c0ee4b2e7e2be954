#include "mien/data/loader.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <numeric>
#include <thread>

#include "mien/data/batch_maker.h"
#include "mien/data/option_value.h"
#include "mien/error.h"

namespace mien {
namespace {

/// A batch, or why there is none.
struct Result {
  Batch batch;
  std::exception_ptr error;
};

}  // namespace

void LoaderOptions::check() const {
  check_values(*this, "data.loader.");
}

void describe(LoaderOptions& options, Fields& fields) {
  fields.add("workers",
             options.workers,
             "threads that make batches beside the network's (0: none)",
             between(0, 256));
  fields.add("prefetch", options.prefetch, "batches ready ahead at most", at_least(1));
  fields.add("cache_mebibytes",
             options.cache_mebibytes,
             "memory for decoded pictures, MiB (0: none)",
             between(0, 1 << 24));
  fields.add("damaged",
             options.damaged,
             "training pictures that cannot be read: an error, or passed over (the set's next one "
             "takes the place)",
             one_of({"error", "skip"}));
}

std::int64_t batch_count(const LoaderPlan& plan) {
  const auto total = static_cast<std::int64_t>(plan.order.size());
  return plan.drop_last ? total / plan.batch : (total + plan.batch - 1) / plan.batch;
}

LoaderPlan evaluation_plan(std::int64_t samples, std::int64_t batch) {
  LoaderPlan plan;
  plan.order.resize(static_cast<std::size_t>(samples));
  std::iota(plan.order.begin(), plan.order.end(), std::int64_t{0});
  plan.batch = batch;
  return plan;
}

/// Workers claim batch numbers in order, no further ahead of the reader than `prefetch`, and leave
/// what they made in a map, from which the reader takes the one whose turn it is.
class Loader::Impl {
 public:
  Impl(std::vector<SampleSet> sets,
       InputOptions input,
       AugmentOptions augment,
       const LoaderOptions& options)
      : maker_(std::move(sets), std::move(input), augment, options), options_(options) {}
  ~Impl() { stop(); }

  const BatchMaker& maker() const { return maker_; }

  void start(LoaderPlan plan) {
    stop();
    check(plan);
    plan_ = std::move(plan);
    total_ = batch_count(plan_);
    claimed_ = delivered_ = std::min(plan_.first_batch, total_);
    const std::int64_t useful = std::min(options_.workers, total_ - claimed_);
    for (std::int64_t i = 0; i < useful; ++i) {
      workers_.emplace_back([this](const std::stop_token& stopped) { work(stopped); });
    }
  }

  bool next(Batch& batch) {
    if (delivered_ >= total_) {
      stop();
      return false;
    }
    if (options_.workers == 0) {
      batch = maker_.make(plan_, delivered_, {});
      ++delivered_;
      return true;
    }
    Result result = take();
    if (result.error) {
      stop();
      std::rethrow_exception(result.error);
    }
    batch = std::move(result.batch);
    return true;
  }

 private:
  void check(const LoaderPlan& plan) const {
    if (plan.batch < 1 || plan.first_batch < 0) {
      throw UsageError("a batch holds at least 1 sample, and batches count from 0");
    }
    for (const std::int64_t index : plan.order) {
      if (index < 0 || index >= maker_.size()) {
        throw UsageError("the order names sample " + std::to_string(index) + " of " +
                         std::to_string(maker_.size()));
      }
    }
  }

  void stop() {
    for (std::jthread& worker : workers_) worker.request_stop();
    workers_.clear();  // joins
    ready_.clear();
    maker_.release_tensors();
    total_ = delivered_ = claimed_ = 0;
  }

  Result take() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return ready_.contains(delivered_); });
    auto node = ready_.extract(delivered_);
    ++delivered_;
    lock.unlock();
    room_.notify_one();
    return std::move(node.mapped());
  }

  /// The next batch to make, once it is near enough; -1 when there is none or the work is
  /// abandoned.
  std::int64_t claim(const std::stop_token& stopped) {
    std::unique_lock lock(mutex_);
    const bool go = room_.wait(lock, stopped, [this] {
      return claimed_ >= total_ || claimed_ < delivered_ + options_.prefetch;
    });
    return go && claimed_ < total_ ? claimed_++ : -1;
  }

  void work(const std::stop_token& stopped) {
    for (std::int64_t number = claim(stopped); number >= 0; number = claim(stopped)) {
      Result result;
      try {
        result.batch = maker_.make(plan_, number, stopped);
      } catch (...) {
        result.error = std::current_exception();
      }
      {
        const std::lock_guard lock(mutex_);
        ready_.emplace(number, std::move(result));
      }
      arrived_.notify_one();
    }
    room_.notify_one();  // another may be waiting to see that all is claimed
  }

  BatchMaker maker_;
  LoaderOptions options_;
  LoaderPlan plan_;
  std::int64_t total_ = 0;

  std::mutex mutex_;
  std::condition_variable_any room_;
  std::condition_variable arrived_;
  std::map<std::int64_t, Result> ready_;
  std::int64_t claimed_ = 0;
  std::int64_t delivered_ = 0;
  std::vector<std::jthread> workers_;  // last: joined before what they use goes
};

Loader::Loader(std::vector<SampleSet> sets,
               InputOptions input,
               AugmentOptions augment,
               const LoaderOptions& options) {
  options.check();
  augment.check();
  input.check();
  impl_ = std::make_unique<Impl>(std::move(sets), std::move(input), augment, options);
}

Loader::~Loader() = default;

std::int64_t Loader::size() const {
  return impl_->maker().size();
}

const Sample& Loader::sample(std::int64_t index) const {
  return impl_->maker().sample(index);
}

std::vector<Label> Loader::labels() const {
  std::vector<Label> labels;
  labels.reserve(static_cast<std::size_t>(size()));
  for (const SampleSet& set : sets()) {
    for (const Sample& each : set.samples) labels.push_back(each.label);
  }
  return labels;
}

const std::vector<SampleSet>& Loader::sets() const {
  return impl_->maker().sets();
}

const Vocabulary& Loader::vocabulary() const {
  if (sets().empty()) throw UsageError("a loader without sets has no vocabulary");
  return sets().front().vocabulary;
}

void Loader::start(LoaderPlan plan) {
  impl_->start(std::move(plan));
}

std::vector<std::string> Loader::damaged() const {
  return impl_->maker().damaged();
}

bool Loader::next(Batch& batch) {
  return impl_->next(batch);
}

}  // namespace mien
