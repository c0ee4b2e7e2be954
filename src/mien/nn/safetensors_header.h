// What stands before the tensors in a safetensors file. For the sources of this module.
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include <c10/core/ScalarType.h>

namespace mien {

/// A tensor that is to be written.
struct TensorShape {
  std::string name;
  c10::ScalarType type;
  std::vector<std::int64_t> sizes;
};
/// The header's JSON for tensors that lie one behind the other in this order, filled up with blanks
/// so that they begin where a reader may map them. Errors name `file`.
std::string safetensors_header(const std::vector<TensorShape>& tensors,
                               const std::map<std::string, std::string>& metadata,
                               const std::string& file);
/// The header's length and the header.
void write_header(std::ostream& out, const std::string& header);

}  // namespace mien
