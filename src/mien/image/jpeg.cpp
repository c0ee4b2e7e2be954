#include "mien/image/jpeg.h"

#include <memory>

#include <turbojpeg.h>

#include "mien/error.h"

namespace mien {
namespace {

struct HandleDeleter {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, HandleDeleter>;

// Making a handle costs as much as decoding a small picture, so each thread keeps its own.
Handle& kept_decoder() {
  thread_local Handle handle;
  return handle;
}

tjhandle thread_decoder() {
  Handle& handle = kept_decoder();
  if (!handle) handle.reset(tjInitDecompress());
  if (!handle) throw FailureError("libjpeg-turbo could not start: out of memory?");
  return handle.get();
}

tjhandle thread_encoder() {
  thread_local const Handle kHandle(tjInitCompress());
  if (!kHandle) throw FailureError("libjpeg-turbo could not start: out of memory?");
  return kHandle.get();
}

// The decoder keeps only the first warning. Those about damaged pixels count; stray bytes between
// segments do not, unless the end of the picture is missing behind them.
bool is_damaged(std::string_view warning, std::string_view bytes) {
  for (const std::string_view sign : {"remature end", "bad Huffman", "RST"}) {
    if (warning.find(sign) != std::string_view::npos) return true;
  }
  const std::size_t end = bytes.rfind("\xFF\xD9");
  const std::size_t last_scan = bytes.rfind("\xFF\xDA");
  return end == std::string_view::npos || (last_scan != std::string_view::npos && end < last_scan);
}

void decompress(
    std::string_view bytes, const std::string& name, int format, Image& image, std::uint8_t* to) {
  tjhandle decoder = thread_decoder();
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const int status =
      tjDecompress2(decoder, data, bytes.size(), to, image.width, 0, image.height, format, 0);
  if (status == 0) return;
  const std::string reason = tjGetErrorStr2(decoder);
  if (tjGetErrorCode(decoder) == TJERR_WARNING && !is_damaged(reason, bytes)) return;
  throw DataError(name, "a truncated or damaged JPEG picture (" + reason + ")");
}

// Files hold the complement of the inks, so each channel is the product of two stored values.
void ink_to_light(const std::vector<std::uint8_t>& inks, Image& image) {
  const std::uint8_t* from = inks.data();
  for (std::size_t i = 0; i < image.pixels.size(); i += 3, from += 4) {
    for (std::size_t c = 0; c < 3; ++c) {
      image.pixels[i + c] = static_cast<std::uint8_t>((from[c] * from[3] + 127) / 255);
    }
  }
}

Image decode_sound_jpeg(std::string_view bytes, const std::string& name) {
  tjhandle decoder = thread_decoder();
  int width = 0;
  int height = 0;
  int subsampling = 0;
  int space = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const int status =
      tjDecompressHeader3(decoder, data, bytes.size(), &width, &height, &subsampling, &space);
  if (status != 0 && tjGetErrorCode(decoder) != TJERR_WARNING) {
    throw DataError(
        name, "a truncated or damaged JPEG picture (" + std::string(tjGetErrorStr2(decoder)) + ")");
  }
  check_picture_size(width, height, name);
  Image image(width, height);
  if (space == TJCS_CMYK || space == TJCS_YCCK) {
    std::vector<std::uint8_t> inks(image.pixels.size() / 3 * 4);
    decompress(bytes, name, TJPF_CMYK, image, inks.data());
    ink_to_light(inks, image);
  } else {
    decompress(bytes, name, TJPF_RGB, image, image.pixels.data());
  }
  return image;
}

}  // namespace

void check_picture_size(std::int64_t width, std::int64_t height, const std::string& name) {
  constexpr std::int64_t kLargest = 100'000'000;
  if (width <= 0 || height <= 0)
    throw DataError(name, "a picture without pixels, or a damaged one");
  if (width <= kLargest / height) return;
  throw DataError(name,
                  "a picture of " + std::to_string(width) + " x " + std::to_string(height) +
                      " pixels; 100 megapixels are the most that is read: shrink it first");
}

Image decode_jpeg(std::string_view bytes, const std::string& name) {
  try {
    return decode_sound_jpeg(bytes, name);
  } catch (...) {
    // A picture that breaks off within its tables leaves them half read: the next one would fail.
    kept_decoder().reset();
    throw;
  }
}

std::string encode_jpeg(const Image& image, int quality) {
  if (image.empty()) throw UsageError("a picture without pixels cannot be written");
  if (quality < 1 || quality > 100) {
    throw UsageError("JPEG quality " + std::to_string(quality) + " is outside 1 to 100");
  }
  std::string bytes(tjBufSize(image.width, image.height, TJSAMP_420), '\0');
  auto* to = reinterpret_cast<unsigned char*>(bytes.data());
  unsigned long size = bytes.size();  // NOLINT(google-runtime-int): the library's type
  const int status = tjCompress2(thread_encoder(),
                                 image.pixels.data(),
                                 image.width,
                                 0,
                                 image.height,
                                 TJPF_RGB,
                                 &to,
                                 &size,
                                 TJSAMP_420,
                                 quality,
                                 TJFLAG_NOREALLOC);
  if (status != 0) {
    throw FailureError(std::string("JPEG encoding failed: ") + tjGetErrorStr2(thread_encoder()));
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace mien
