// read_pixels WEIGHTS PICTURE [none]: reads a picture file, and some pixels from memory.
// "none": the picture is a face crop already.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <mien/mien.h>

namespace {

void print(const mien::FaceReader& reader, const mien::PictureReading& reading) {
  std::printf("%zu faces\n", reading.frame.faces.size());
  const std::vector<std::string>& names = reader.vocabulary().expressions;
  for (const mien::FaceReading& face : reading.frame.faces) {
    std::printf("face %lld at %.0f,%.0f:",
                static_cast<long long>(face.face_id),
                static_cast<double>(face.box.x),
                static_cast<double>(face.box.y));
    const std::vector<float>& probabilities = face.prediction.expression;
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
      std::printf(" %s %.4f", names[i].c_str(), static_cast<double>(probabilities[i]));
    }
    std::printf("\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: read_pixels WEIGHTS PICTURE [none]\n");
    return 2;
  }
  try {
    mien::FaceReaderOptions options;
    options.models = {argv[1]};
    if (argc > 3) options.detector = argv[3];
    const mien::FaceReader reader(options);
    print(reader, reader.read_file(argv[2]));

    // Blue, green, red with a gap behind each row, as a camera's driver may have it.
    constexpr int kSide = 96;
    constexpr std::size_t kStride = 3 * kSide + 16;
    const std::vector<std::uint8_t> memory(kStride * kSide, 127);
    print(reader, reader.read({memory.data(), kSide, kSide, kStride, mien::PixelOrder::kBgr}));
  } catch (const mien::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return error.exit_code();
  }
  return 0;
}
