#include "mien/infer/tracker.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "mien/error.h"
#include "mien/face/boxes.h"
#include "mien/infer/appearance.h"
#include "mien/infer/assignment.h"
#include "mien/infer/motion.h"

namespace mien {
namespace {

constexpr double kLongestMemory = 60;
/// Cost of taking a face for somebody new. About the logarithm of how rarely that happens.
constexpr double kNewcomer = 4;
/// Cost of taking a face for one that was hidden in the frame before.
constexpr double kReturn = 1.5;

/// A face as tracking sees it.
struct Sight {
  Box box;
  double x = 0;  ///< of its middle
  double y = 0;
  double side = 1;  ///< geometric mean of the box's sides
  const std::vector<float>* features = nullptr;
};

Sight sight_of(const Box& box, const std::vector<float>* features) {
  const auto width = static_cast<double>(box.width);
  const auto height = static_cast<double>(box.height);
  return {box,
          static_cast<double>(box.x) + width / 2,
          static_cast<double>(box.y) + height / 2,
          std::sqrt(std::max(width, 1.0) * std::max(height, 1.0)),
          features};
}

class Track {
 public:
  Track(std::int64_t id, const Sight& sight, double time)
      : id_(id), seen_(time), sight_(sight), x_(sight.x, sight.side), y_(sight.y, sight.side) {
    sight_.features = nullptr;
    if (sight.features != nullptr) look_.see(*sight.features, 0);
  }

  std::int64_t id() const { return id_; }
  double seen() const { return seen_; }

  void advance(double seconds) {
    x_.advance(seconds, sight_.side);
    y_.advance(seconds, sight_.side);
    hidden_ = !seen_now_;
    seen_now_ = false;
  }

  /// Minus the logarithm of how likely this is the same face, but for a constant.
  double cost(const Sight& sight, const LookScale& scale) const {
    const double x_variance = x_.variance(sight_.side);
    const double y_variance = y_.variance(sight_.side);
    const double x_off = sight.x - x_.position();
    const double y_off = sight.y - y_.position();
    const double off = x_off * x_off / x_variance + y_off * y_off / y_variance;
    const double area = sight_.side * sight_.side;
    const double spread = std::sqrt(x_variance * y_variance) / area;
    // Student's t with four degrees of freedom in the plane: people do jump now and then.
    const double motion = std::log(spread) + 3 * std::log1p(off / 4);
    const double ratio = std::log(sight.side / sight_.side) / kSizeDeviation;
    const double size = std::log1p(ratio * ratio);
    // Boxes say something only as long as it is known where this one's is.
    const double trust = Motion::kNoise * Motion::kNoise / spread;
    const double overlap = 1 - static_cast<double>(overlap_of_union(predicted_box(), sight.box));
    return motion + size + kOverlapWeight * std::min(trust, 1.0) * overlap + look(sight, scale) +
           (hidden_ ? kReturn : 0.0);
  }

  void see(const Sight& sight, double time, LookScale& scale) {
    x_.correct(sight.x, sight.side);
    y_.correct(sight.y, sight.side);
    if (sight.features != nullptr) {
      const std::optional<double> distance = look_.distance(*sight.features);
      if (distance) scale.note_same(*distance);
      look_.see(*sight.features, time - seen_);
    }
    sight_ = sight;
    sight_.features = nullptr;
    seen_ = time;
    seen_now_ = true;
  }

  std::optional<double> distance(const Sight& sight) const {
    return sight.features == nullptr ? std::nullopt : look_.distance(*sight.features);
  }

 private:
  static constexpr double kSizeDeviation = 0.25;  // of the logarithm of a face's side
  static constexpr double kOverlapWeight = 2;

  Box predicted_box() const {
    return {static_cast<float>(x_.position()) - sight_.box.width / 2,
            static_cast<float>(y_.position()) - sight_.box.height / 2,
            sight_.box.width,
            sight_.box.height};
  }
  double look(const Sight& sight, const LookScale& scale) const {
    const std::optional<double> apart = distance(sight);
    return apart ? scale.strangeness(*apart) : 0.0;
  }

  std::int64_t id_;
  double seen_;
  Sight sight_;  ///< the last one, without features
  Motion x_;
  Motion y_;
  Look look_;
  bool seen_now_ = true;
  bool hidden_ = false;  ///< in the frame before
};

/// Faces by place, so that the order in which a detector gives them makes no difference.
std::vector<std::size_t> order_of(const std::vector<FaceReading>& faces) {
  std::vector<std::size_t> order(faces.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t i) {
    const Box& box = faces[i].box;
    return std::tuple(box.x, box.y, box.width, box.height, faces[i].confidence);
  };
  std::stable_sort(
      order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  return order;
}

}  // namespace

void TrackerOptions::check() const {
  check_values(*this);
}

void describe(TrackerOptions& options, Fields& fields) {
  fields.add("memory",
             options.memory,
             "seconds that a face may stay hidden and keep its id",
             between(0, kLongestMemory));
}

class Tracker::Impl {
 public:
  explicit Impl(const TrackerOptions& options) : options_(options) {}

  void follow(FrameReading& frame, const std::vector<std::vector<float>>& features) {
    advance(frame.timestamp);
    const std::vector<std::size_t> order = order_of(frame.faces);
    std::vector<Sight> sights;
    for (const std::size_t i : order) {
      const bool has_look = i < features.size() && !features[i].empty();
      sights.push_back(sight_of(frame.faces[i].box, has_look ? &features[i] : nullptr));
    }
    const std::vector<std::size_t> found = assign(sights);
    for (std::size_t i = 0; i < order.size(); ++i) {
      frame.faces[order[i]].face_id = tracks_[found[i]].id();
    }
  }
  std::int64_t count() const { return count_; }

 private:
  void advance(double time) {
    std::erase_if(tracks_,
                  [&](const Track& track) { return time - track.seen() > options_.memory; });
    const double lapse = std::max(time - time_, 0.0);
    for (Track& track : tracks_) track.advance(lapse);
    time_ = time;
  }

  /// The track of each sight, new ones included, all of them up to date.
  std::vector<std::size_t> assign(const std::vector<Sight>& sights) {
    CostMatrix costs(sights.size(), tracks_.size());
    for (std::size_t row = 0; row < sights.size(); ++row) {
      for (std::size_t column = 0; column < tracks_.size(); ++column) {
        costs.at(row, column) = tracks_[column].cost(sights[row], scale_);
      }
    }
    const auto matches = assign_least(costs, kNewcomer);
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < sights.size(); ++i) {
      const std::size_t place = matches[i].value_or(tracks_.size());
      found.push_back(place);
      if (place < tracks_.size()) {
        tracks_[place].see(sights[i], time_, scale_);
      } else {
        tracks_.emplace_back(++count_, sights[i], time_);
      }
    }
    compare(sights, found);
    return found;
  }

  /// People in one frame are different ones.
  void compare(const std::vector<Sight>& sights, const std::vector<std::size_t>& found) {
    for (std::size_t i = 0; i < sights.size(); ++i) {
      for (std::size_t j = 0; j < sights.size(); ++j) {
        if (i == j) continue;
        const std::optional<double> distance = tracks_[found[j]].distance(sights[i]);
        if (distance) scale_.note_different(*distance);
      }
    }
  }

  TrackerOptions options_;
  std::vector<Track> tracks_;
  LookScale scale_;
  double time_ = 0;
  std::int64_t count_ = 0;
};

Tracker::Tracker(const TrackerOptions& options) {
  options.check();
  impl_ = std::make_unique<Impl>(options);
}
Tracker::~Tracker() = default;
Tracker::Tracker(Tracker&&) noexcept = default;
Tracker& Tracker::operator=(Tracker&&) noexcept = default;

void Tracker::follow(FrameReading& frame, const std::vector<std::vector<float>>& features) {
  impl_->follow(frame, features);
}

std::int64_t Tracker::count() const {
  return impl_->count();
}

}  // namespace mien
