// A safetensors file with one matrix whose rows come one after another, however many there will be.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <ATen/core/Tensor.h>

#include "mien/core/files.h"

namespace mien {

/// Memory does not grow with the rows. The file is there whole after `finish`, or not at all.
class TensorRows {
 public:
  /// `metadata`: texts of the header, UTF-8.
  TensorRows(const std::filesystem::path& file,
             std::string name,
             std::map<std::string, std::string> metadata);

  /// rows [n, D] float32, D the same in every call. Throws UsageError for other shapes or types,
  /// FailureError where the disk is full.
  void add(const at::Tensor& rows);
  std::int64_t rows() const { return rows_; }
  /// Throws FailureError; then what was at `file` before is still there.
  void finish();

 private:
  std::string header(std::int64_t rows) const;
  void check_written();

  std::filesystem::path file_;
  std::string name_;
  std::map<std::string, std::string> metadata_;
  AtomicFile replacement_;
  std::ofstream out_;
  std::size_t header_bytes_ =
      0;  ///< reserved at the beginning, the length's eight bytes not counted
  std::int64_t rows_ = 0;
  std::int64_t width_ = 0;
};

}  // namespace mien
