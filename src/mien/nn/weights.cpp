#include "mien/nn/weights.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "mien/error.h"
#include "mien/nn/ensemble.h"

namespace mien {

StateDict read_weights(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) throw DataError(file.string(), "no such file");
  if (is_ensemble_file(file)) {
    throw DataError(file.string(),
                    "is an ensemble, and one network is needed here: name one of its members");
  }
  std::ifstream in(file, std::ios::binary);
  std::array<char, 9> start = {};
  in.read(start.data(), start.size());
  if (!in && in.gcount() == 0) {
    throw DataError(file.string(), "cannot be read, or is empty");
  }
  const bool zip = start[0] == 'P' && start[1] == 'K';
  const bool pickle = start[0] == '\x80' && start[8] != '{';
  return zip || pickle ? read_pth(file) : read_safetensors(file);
}

}  // namespace mien
