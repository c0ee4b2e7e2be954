#include "made_clip.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <numbers>
#include <utility>

#include "mien/core/random.h"
#include "mien/error.h"
#include "mien/face/boxes.h"
#include "mien/face/detector.h"
#include "mien/face/surroundings.h"

namespace mien::bench {
namespace {

// The ellipse within which a person shows, in longer sides of the face's box, and the part of its
// radius over which it fades.
constexpr double kReachX = 0.72;
constexpr double kReachY = 0.95;
constexpr double kFade = 0.15;
constexpr double kGroundMargin = 0.1;  // on each side, in heights of the frame

double longer_side(const Box& box) {
  return static_cast<double>(std::max(box.width, box.height));
}

Image noise(int width, int height, std::pair<double, double> range, RandomStream& random) {
  Image image(width, height);
  for (std::uint8_t& value : image.pixels) {
    value = static_cast<std::uint8_t>(random.uniform(range.first, range.second));
  }
  return image;
}

/// Pale clouds with a finer grain: nothing that looks like a face.
Image make_ground(int width, int height, RandomStream& random) {
  const Image clouds = adjust_saturation(noise(9, 6, {70, 190}, random), 0.4);
  Image ground = resize(clouds, width, height, Interpolation::kBicubic);
  const Image grain = resize(to_grey(noise(width / 8, height / 8, {0, 40}, random)),
                             width,
                             height,
                             Interpolation::kBilinear);
  for (std::size_t i = 0; i < ground.pixels.size(); ++i) {
    ground.pixels[i] = static_cast<std::uint8_t>(ground.pixels[i] * 4 / 5 + grain.pixels[i]);
  }
  return ground;
}

/// Boards from top to bottom.
Image make_screen(int width, int height, RandomStream& random) {
  const Image boards = noise(std::max(width / 24, 1), 1, {70, 130}, random);
  Image screen = resize(to_grey(boards), width, height, Interpolation::kBilinear);
  return adjust_brightness(screen, 0.9);
}

Cutout varied(const Cutout& cutout, std::size_t round) {
  if (round == 0) return cutout;
  Cutout result = cutout;
  if (round % 2 == 1) {
    result.image = flip_horizontal(cutout.image);
    result.face.x = static_cast<float>(cutout.image.width) - cutout.face.x - cutout.face.width;
  }
  result.image = adjust_brightness(result.image, round % 4 < 2 ? 0.85 : 1.15);
  return result;
}

/// Shrunk so far that its face is little larger than the clip ever shows it: drawing samples the
/// four nearest pixels alone.
Cutout fitted(const Cutout& cutout, double largest_side) {
  const double factor = 1.2 * largest_side / longer_side(cutout.face);
  if (factor >= 1) return cutout;
  const auto shrunk = [&](int size) { return std::max(1, static_cast<int>(factor * size)); };
  const Image image = resize(cutout.image,
                             shrunk(cutout.image.width),
                             shrunk(cutout.image.height),
                             Interpolation::kBicubic);
  const float x = static_cast<float>(image.width) / static_cast<float>(cutout.image.width);
  const float y = static_cast<float>(image.height) / static_cast<float>(cutout.image.height);
  const Box& face = cutout.face;
  return {image, {face.x * x, face.y * y, face.width * x, face.height * y}};
}

/// A part of the frame, in pixels.
struct Part {
  int left = 0, top = 0, right = 0, bottom = 0;
};

}  // namespace

/// One frame as it is being drawn, and who is seen in each pixel.
class MadeClip::Painting {
 public:
  explicit Painting(Image ground)
      : image_(std::move(ground)),
        owners_(static_cast<std::size_t>(image_.width) * static_cast<std::size_t>(image_.height)) {}

  /// `place` in pixels. -> the face's box
  Box person(const Cutout& cutout, const Place& place, std::uint8_t owner) {
    const double scale = place.side / longer_side(cutout.face);
    const auto face_x = static_cast<double>(cutout.face.x + cutout.face.width / 2);
    const auto face_y = static_cast<double>(cutout.face.y + cutout.face.height / 2);
    const Part part = within(place, kReachX * place.side, kReachY * place.side);
    if (part.right > part.left && part.bottom > part.top) {
      AffineMap map;  // pixel centres lie at integers there, at halves in boxes
      map.xx = map.yy = 1 / scale;
      map.x0 = (part.left + 0.5 - place.x) / scale + face_x - 0.5;
      map.y0 = (part.top + 0.5 - place.y) / scale + face_y - 0.5;
      const Image shown =
          warp_over_edges(cutout.image, map, part.right - part.left, part.bottom - part.top);
      blend(shown, part, place, owner);
    }
    const auto width = static_cast<float>(scale) * cutout.face.width;
    const auto height = static_cast<float>(scale) * cutout.face.height;
    return {static_cast<float>(place.x) - width / 2,
            static_cast<float>(place.y) - height / 2,
            width,
            height};
  }

  void screen(int left, const Image& boards, std::uint8_t owner) {
    const int first = std::clamp(left, 0, image_.width);
    const int last = std::clamp(left + boards.width, 0, image_.width);
    for (int y = 0; y < image_.height; ++y) {
      const std::uint8_t* from = boards.row(y) + std::ptrdiff_t{first - left} * 3;
      std::copy_n(from, (last - first) * 3, image_.row(y) + std::ptrdiff_t{first} * 3);
      std::fill_n(&owners_[place_of(first, y)], last - first, owner);
    }
  }

  /// Of the ellipse in the box: the part where the owner is seen.
  double visible(const Box& box, std::uint8_t owner) const {
    const auto radius_x = static_cast<double>(box.width / 2);
    const auto radius_y = static_cast<double>(box.height / 2);
    const Place middle{
        static_cast<double>(box.x) + radius_x, static_cast<double>(box.y) + radius_y, 0};
    const Part part = within(middle, radius_x, radius_y);
    std::int64_t seen = 0;
    for (int y = part.top; y < part.bottom; ++y) {
      for (int x = part.left; x < part.right; ++x) {
        const double dx = (x + 0.5 - middle.x) / radius_x;
        const double dy = (y + 0.5 - middle.y) / radius_y;
        if (dx * dx + dy * dy <= 1 && owners_[place_of(x, y)] == owner) ++seen;
      }
    }
    const double whole = std::numbers::pi * radius_x * radius_y;
    return std::min(1.0, static_cast<double>(seen) / whole);
  }

  Image finish() { return std::move(image_); }

 private:
  std::size_t place_of(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(image_.width) +
           static_cast<std::size_t>(x);
  }
  Part within(const Place& middle, double radius_x, double radius_y) const {
    const auto inside = [](double edge, int size) {
      return static_cast<int>(std::clamp(edge, 0.0, static_cast<double>(size)));
    };
    return {inside(std::floor(middle.x - radius_x), image_.width),
            inside(std::floor(middle.y - radius_y), image_.height),
            inside(std::ceil(middle.x + radius_x), image_.width),
            inside(std::ceil(middle.y + radius_y), image_.height)};
  }
  void blend(const Image& shown, const Part& part, const Place& place, std::uint8_t owner) {
    for (int y = part.top; y < part.bottom; ++y) {
      const double dy = (y + 0.5 - place.y) / (kReachY * place.side);
      const std::uint8_t* from = shown.row(y - part.top);
      std::uint8_t* to = image_.row(y) + std::ptrdiff_t{part.left} * 3;
      for (int x = part.left; x < part.right; ++x, from += 3, to += 3) {
        const double dx = (x + 0.5 - place.x) / (kReachX * place.side);
        const double opacity = std::clamp((1 - std::hypot(dx, dy)) / kFade, 0.0, 1.0);
        for (int channel = 0; channel < 3; ++channel) {
          to[channel] = static_cast<std::uint8_t>(
              std::lround(opacity * from[channel] + (1 - opacity) * to[channel]));
        }
        if (opacity > 0.5) owners_[place_of(x, y)] = owner;
      }
    }
  }

  Image image_;
  std::vector<std::uint8_t> owners_;
};

std::vector<Cutout> cut_out_faces(const std::vector<std::string>& photographs) {
  constexpr float kReach = 0.55F;  // beyond the square about the face: all that the ellipse shows
  const std::unique_ptr<FaceDetector> detector = make_detector("mtcnn");
  DetectorOptions options;
  options.min_face = 40;
  std::vector<Cutout> cutouts;
  for (const std::string& file : photographs) {
    const Image photograph = read_image(file);
    const std::vector<Face> faces = detector->detect(photograph, options);
    if (faces.empty()) throw DataError(file, "no face of 40 pixels or more is found in it");
    for (const Face& face : faces) {
      const Surroundings about = surroundings(photograph, face.box, kReach);
      Box box = face.box;
      box.x -= static_cast<float>(about.x);
      box.y -= static_cast<float>(about.y);
      cutouts.push_back({about.image, box});
    }
  }
  return cutouts;
}

MadeClip::MadeClip(const ClipOptions& options, const std::vector<Cutout>& cutouts)
    : options_(options), scene_(make_scene(options)) {
  if (cutouts.empty()) throw UsageError("a clip needs a photograph with a face");
  const auto width = static_cast<int>(options.width);
  const auto height = static_cast<int>(options.height);
  for (std::size_t i = 0; i < scene_.people.size(); ++i) {
    double largest = 0;
    for (std::int64_t second = 0; second < options.seconds; ++second) {
      largest = std::max(largest, scene_.people[i](static_cast<double>(second)).side);
    }
    people_.push_back(
        fitted(varied(cutouts[i % cutouts.size()], i / cutouts.size()), largest * height));
  }
  RandomStream random({static_cast<std::uint64_t>(options.seed), 2});
  const int margin = static_cast<int>(kGroundMargin * height);
  ground_ = make_ground(width + 2 * margin, height + 2 * margin, random);
  for (const Screen& screen : scene_.screens) {
    const auto boards = static_cast<int>((screen.right - screen.left) * height);
    screen_ = make_screen(boards, height, random);
  }
}

MadeFrame MadeClip::frame(std::int64_t index) const {
  const double seconds = static_cast<double>(index) / static_cast<double>(options_.frame_rate);
  const auto height = static_cast<double>(options_.height);
  const int margin = (ground_.height - static_cast<int>(options_.height)) / 2;
  const auto shift = [&](double period) {
    const double swing = std::sin(2 * std::numbers::pi * seconds / period);
    return static_cast<int>(margin * (1 + swing));
  };
  Painting painting(crop(ground_,
                         shift(11),
                         shift(7),
                         static_cast<int>(options_.width),
                         static_cast<int>(options_.height)));
  MadeFrame result;
  for (std::size_t i = 0; i < people_.size(); ++i) {
    const Place place = scene_.people[i](seconds);
    const auto owner = static_cast<std::uint8_t>(i + 1);
    const Box box = painting.person(
        people_[i], {place.x * height, place.y * height, place.side * height}, owner);
    result.faces.push_back({static_cast<std::int64_t>(owner), box, 0});
  }
  for (const Screen& screen : scene_.screens) {
    painting.screen(static_cast<int>(screen.left * height), screen_, 255);
  }
  for (TrueFace& face : result.faces) {
    face.visible = painting.visible(face.box, static_cast<std::uint8_t>(face.person));
  }
  result.image = painting.finish();
  return result;
}

}  // namespace mien::bench
