// TensorBoard event files (TFRecord of Event protocol buffers), scalars only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace mien {

/// Appends to `folder/events.out.tfevents.<seconds>.mien`; one flushed write a record.
class TensorBoardWriter {
 public:
  explicit TensorBoardWriter(const std::filesystem::path& folder);
  void scalars(std::int64_t step, const std::map<std::string, double>& values);

 private:
  std::filesystem::path file_;
};

}  // namespace mien
