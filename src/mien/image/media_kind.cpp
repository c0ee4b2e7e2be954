#include "mien/image/media_kind.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "mien/core/text.h"
#include "mien/image/byte_source.h"
#include "mien/image/bytes.h"
#include "mien/image/container.h"
#include "mien/image/image.h"

namespace mien {
namespace {

bool has_at(std::string_view bytes, std::size_t at, std::string_view mark) {
  return bytes.size() >= at + mark.size() && bytes.substr(at, mark.size()) == mark;
}

template <std::size_t kCount>
bool is_one_of(std::string_view text, const std::array<std::string_view, kCount>& texts) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// ISO base media (MP4, MOV, HEIC): the brand tells whether it is a picture or sound only.
MediaKind kind_of_brand(std::string_view brand) {
  static constexpr std::array<std::string_view, 8> kPictures = {
      "heic", "heix", "hevc", "mif1", "msf1", "avif", "avis", "crx "};
  static constexpr std::array<std::string_view, 4> kSound = {"M4A ", "M4B ", "M4P ", "F4A "};
  if (is_one_of(brand, kPictures)) return MediaKind::kPicture;
  return is_one_of(brand, kSound) ? MediaKind::kOther : MediaKind::kVideo;
}

bool is_quicktime_atom(std::string_view bytes) {
  static constexpr std::array<std::string_view, 5> kAtoms = {
      "moov", "mdat", "wide", "free", "skip"};
  return bytes.size() >= 8 && is_one_of(bytes.substr(4, 4), kAtoms);
}

// A byte 0x47 at the start of each packet; M2TS puts four bytes before it.
bool is_transport_stream(std::string_view bytes) {
  constexpr std::size_t kPacket = 188;
  constexpr std::size_t kExtra = 4;
  const auto syncs = [&](std::size_t first, std::size_t step) {
    return bytes.size() > first + 2 * step && bytes[first] == 'G' && bytes[first + step] == 'G' &&
           bytes[first + 2 * step] == 'G';
  };
  return syncs(0, kPacket) || syncs(kExtra, kPacket + kExtra);
}

bool is_video(std::string_view bytes) {
  struct Mark {
    std::size_t at;
    std::string_view text;
  };
  static constexpr std::array<Mark, 13> kMarks = {{{0, "\x1A\x45\xDF\xA3"},          // Matroska
                                                   {8, "AVI "},                      // in RIFF
                                                   {0, "FLV\x01"},                   //
                                                   {0, "\x30\x26\xB2\x75\x8E\x66"},  // ASF
                                                   {0, {"\0\0\x01\xBA", 4}},         // MPEG-PS
                                                   {0, {"\0\0\x01\xB3", 4}},         // MPEG
                                                   {0, "\x06\x0E\x2B\x34"},          // MXF
                                                   {0, "YUV4MPEG2 "},                //
                                                   {0, "DKIF"},                      // IVF
                                                   {0, ".RMF"},                      //
                                                   {28, "\x80theora"},               // Ogg
                                                   {0, "GIF87a"},                    //
                                                   {0, "GIF89a"}}};
  return std::any_of(kMarks.begin(), kMarks.end(), [&](const Mark& mark) {
    return has_at(bytes, mark.at, mark.text);
  });
}

// A PNG file with an acTL chunk before its pixels moves.
bool is_animated_png(std::string_view bytes) {
  constexpr std::size_t kSignature = 8;
  constexpr std::size_t kFrame = 12;
  for (std::size_t at = kSignature; at + kFrame <= bytes.size();) {
    if (has_at(bytes, at + 4, "IDAT")) return false;
    if (has_at(bytes, at + 4, "acTL")) return read_u32(bytes, at + 8, ByteOrder::kBig) > 1;
    at += kFrame + read_u32(bytes, at, ByteOrder::kBig);
  }
  return false;
}

bool has_video_ending(const std::filesystem::path& file) {
  static constexpr std::array<std::string_view, 27> kEndings = {
      ".mp4", ".m4v", ".mov",  ".mkv", ".webm", ".avi", ".wmv",  ".asf",  ".flv",
      ".f4v", ".mpg", ".mpeg", ".mpe", ".m2v",  ".ts",  ".mts",  ".m2ts", ".vob",
      ".ogv", ".3gp", ".3g2",  ".mxf", ".y4m",  ".ivf", ".h264", ".h265", ".gif"};
  return is_one_of(lower(file.extension().string()), kEndings);
}

bool has_foreign_picture_ending(const std::filesystem::path& file) {
  static constexpr std::array<std::string_view, 4> kEndings = {".heic", ".heif", ".avif", ".jfif"};
  return is_one_of(lower(file.extension().string()), kEndings);
}

std::string first_bytes(const std::filesystem::path& file) {
  const std::unique_ptr<ByteSource> source = open_file(file.string());
  std::string bytes(kMediaKindBytes, '\0');
  std::size_t got = 0;
  while (got < bytes.size()) {
    const int count = source->read(reinterpret_cast<std::uint8_t*>(bytes.data()) + got,
                                   static_cast<int>(bytes.size() - got));
    if (count <= 0) break;
    got += static_cast<std::size_t>(count);
  }
  bytes.resize(got);
  return bytes;
}

}  // namespace

MediaKind media_kind(std::string_view bytes) {
  const PictureKind picture = picture_kind(bytes);
  if (picture == PictureKind::kPng && is_animated_png(bytes)) return MediaKind::kVideo;
  if (picture != PictureKind::kUnknown) return MediaKind::kPicture;
  if (has_at(bytes, 4, "ftyp")) return kind_of_brand(bytes.substr(8, 4));
  const bool video = is_quicktime_atom(bytes) || is_transport_stream(bytes) || is_video(bytes);
  return video ? MediaKind::kVideo : MediaKind::kOther;
}

MediaKind media_kind_of_file(const std::filesystem::path& file) {
  const std::string ending = lower(file.extension().string());
  if (ending == ".mjpg" || ending == ".mjpeg") return MediaKind::kVideo;
  const MediaKind kind = media_kind(first_bytes(file));
  if (kind != MediaKind::kOther) return kind;
  if (has_picture_ending(file) || has_foreign_picture_ending(file)) return MediaKind::kPicture;
  return has_video_ending(file) ? MediaKind::kVideo : MediaKind::kOther;
}

}  // namespace mien
