// Picture files and bytes: which decoder takes them, and what becomes of other kinds of pixels.
#include <algorithm>
#include <array>
#include <optional>

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/image/container.h"
#include "mien/image/exif.h"
#include "mien/image/image.h"
#include "mien/image/jpeg.h"
#include "mien/image/mat.h"
#include "mien/image/media_kind.h"
#include "mien/image/webp.h"

namespace mien {
namespace {

// OpenCV reports damaged files on standard error unless told otherwise.
void silence_opencv() {
  static const bool kDone = [] {
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    return true;
  }();
  static_cast<void>(kDone);
}

[[noreturn]] void throw_damaged(const std::string& name) {
  throw DataError(name, "a damaged picture, or one of a kind that is not read");
}

std::uint8_t over_white(int colour, int alpha, bool weighted) {
  if (weighted) return static_cast<std::uint8_t>(std::min(255, 255 - alpha + colour));
  return static_cast<std::uint8_t>(255 - ((255 - colour) * alpha + 127) / 255);
}

// `weighted`: the colours have been multiplied by alpha already, as libtiff does it.
Image image_from_bgra(const cv::Mat& mat, bool weighted) {
  Image image(mat.cols, mat.rows);
  for (int y = 0; y < mat.rows; ++y) {
    const auto* from = mat.ptr<std::uint8_t>(y);
    std::uint8_t* to = image.row(y);
    for (int x = 0; x < mat.cols; ++x, from += 4, to += 3) {
      for (int c = 0; c < 3; ++c) to[c] = over_white(from[2 - c], from[3], weighted);
    }
  }
  return image;
}

Image image_from_mat(cv::Mat mat, PictureKind kind, const std::string& name) {
  if (mat.depth() == CV_16U) mat.convertTo(mat, CV_8U, 1.0 / 257.0);
  if (mat.depth() != CV_8U) {
    throw DataError(name, "pixels that are neither 8 nor 16 bits deep; convert the picture first");
  }
  if (mat.channels() == 4) return image_from_bgra(mat, kind == PictureKind::kTiff);
  if (mat.channels() != 1 && mat.channels() != 3) throw_damaged(name);
  Image image(mat.cols, mat.rows);
  cv::Mat to = mat_of(image);
  cv::cvtColor(mat, to, mat.channels() == 1 ? cv::COLOR_GRAY2RGB : cv::COLOR_BGR2RGB);
  return image;
}

cv::Mat decode_mat(std::string_view bytes, const std::string& name) {
  const cv::Mat encoded(1,
                        static_cast<int>(bytes.size()),
                        CV_8U,
                        const_cast<char*>(bytes.data()));  // NOLINT(*-const-cast)
  cv::Mat mat;
  try {
    mat = cv::imdecode(encoded, cv::IMREAD_UNCHANGED);
  } catch (const cv::Exception&) {
    throw_damaged(name);
  }
  if (mat.empty()) throw_damaged(name);
  return mat;
}

// The first frame of an animated WebP where it lies on the canvas, which is white.
Image decode_webp_frame(const WebpFrame& frame,
                        const PictureHeader& canvas,
                        const std::string& name) {
  const PictureHeader size = read_header(PictureKind::kWebp, frame.still, name);
  if (size.width < 1 || size.height < 1 || frame.x + size.width > canvas.width ||
      frame.y + size.height > canvas.height) {
    throw_damaged(name);
  }
  const Image picture = image_from_mat(decode_mat(frame.still, name), PictureKind::kWebp, name);
  if (picture.width != size.width || picture.height != size.height) throw_damaged(name);
  Image whole(static_cast<int>(canvas.width), static_cast<int>(canvas.height));
  std::fill(whole.pixels.begin(), whole.pixels.end(), std::uint8_t{255});
  const std::ptrdiff_t left = std::ptrdiff_t{frame.x} * 3;
  for (int y = 0; y < picture.height; ++y) {
    std::copy_n(picture.row(y), picture.row_bytes(), whole.row(frame.y + y) + left);
  }
  return whole;
}

// PNG, BMP, WebP and TIFF. The orientation is applied here, for all of them alike.
Image decode_by_opencv(PictureKind kind, std::string_view bytes, const std::string& name) {
  silence_opencv();
  const PictureHeader header = read_header(kind, bytes, name);
  check_picture_size(header.width, header.height, name);
  std::string pixels_only;
  if (kind == PictureKind::kPng) {
    pixels_only = essential_png(bytes, name);
    bytes = pixels_only;
  }
  if (kind == PictureKind::kWebp) {
    const std::optional<WebpFrame> frame = first_webp_frame(bytes, name);
    if (frame) return upright(decode_webp_frame(*frame, header, name), header.orientation);
  }
  return upright(image_from_mat(decode_mat(bytes, name), kind, name), header.orientation);
}

[[noreturn]] void throw_unknown(std::string_view bytes, const std::string& name) {
  switch (media_kind(bytes)) {
    case MediaKind::kPicture:
      throw DataError(name,
                      "a HEIC, AVIF or raw picture, which is not read: convert it to JPEG or PNG");
    case MediaKind::kVideo:
      throw DataError(name, "a video or an animated GIF where a picture was expected");
    default:
      throw DataError(name, "not a picture: JPEG, PNG, BMP, WebP and TIFF are read");
  }
}

}  // namespace

Image decode_image(std::string_view bytes, const std::string& name) {
  constexpr std::size_t kLargestFile = 1U << 30;
  if (bytes.empty()) throw DataError(name, "an empty file where a picture was expected");
  if (bytes.size() > kLargestFile) throw DataError(name, "a picture file of more than 1 GiB");
  const PictureKind kind = picture_kind(bytes);
  if (kind == PictureKind::kUnknown) throw_unknown(bytes, name);
  if (kind != PictureKind::kJpeg) return decode_by_opencv(kind, bytes, name);
  return upright(decode_jpeg(bytes, name), exif_orientation(jpeg_exif_block(bytes)));
}

Image read_image(const std::filesystem::path& file) {
  return decode_image(read_file(file), file.string());
}

std::string encode_png(const Image& image) {
  if (image.empty()) throw UsageError("a picture without pixels cannot be written");
  silence_opencv();
  cv::Mat bgr;
  cv::cvtColor(mat_of(image), bgr, cv::COLOR_RGB2BGR);
  std::vector<std::uint8_t> bytes;
  if (!cv::imencode(".png", bgr, bytes)) throw FailureError("PNG encoding failed: out of memory?");
  return {bytes.begin(), bytes.end()};
}

void write_image(const std::filesystem::path& file, const Image& image) {
  constexpr int kQuality = 95;
  const std::string ending = lower(file.extension().string());
  if (ending == ".png") {
    write_file_atomically(file, encode_png(image));
  } else if (ending == ".jpg" || ending == ".jpeg") {
    write_file_atomically(file, encode_jpeg(image, kQuality));
  } else {
    throw UsageError(file.string() + ": pictures are written as .png or .jpg");
  }
}

bool has_picture_ending(const std::filesystem::path& file) {
  static constexpr std::array<std::string_view, 7> kEndings = {
      ".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"};
  const std::string ending = lower(file.extension().string());
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

}  // namespace mien
