#include "mien/nn/tensor_rows.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "mien/error.h"
#include "mien/nn/safetensors_header.h"

namespace mien {

// More rows than any disk holds; the header has room for their number.
constexpr std::int64_t kMostRows = std::numeric_limits<std::int64_t>::max() / 65536;

TensorRows::TensorRows(const std::filesystem::path& file,
                       std::string name,
                       std::map<std::string, std::string> metadata)
    : file_(file),
      name_(std::move(name)),
      metadata_(std::move(metadata)),
      replacement_(file),
      out_(replacement_.temporary(), std::ios::binary) {
  check_written();
}

std::string TensorRows::header(std::int64_t rows) const {
  return safetensors_header({{name_, at::kFloat, {rows, width_}}}, metadata_, file_.string());
}

void TensorRows::check_written() {
  if (!out_) throw FailureError(file_.string() + ": could not be written (is the disk full?)");
}

void TensorRows::add(const at::Tensor& rows) {
  if (rows.dim() != 2 || rows.scalar_type() != at::kFloat ||
      (header_bytes_ > 0 && rows.size(1) != width_)) {
    throw UsageError("rows of a matrix are float32 and all of one width");
  }
  if (header_bytes_ == 0) {
    width_ = rows.size(1);
    header_bytes_ = header(kMostRows).size();
    write_header(out_, std::string(header_bytes_, ' '));
  }
  const at::Tensor plain = rows.detach().to(at::kCPU).contiguous();
  out_.write(static_cast<const char*>(plain.const_data_ptr()),
             static_cast<std::streamsize>(plain.nbytes()));
  rows_ += rows.size(0);
  check_written();
}

void TensorRows::finish() {
  std::string text = header(rows_);
  // Blanks behind the header are JSON too; without rows no room was kept.
  text.resize(std::max(header_bytes_, text.size()), ' ');
  out_.seekp(0);
  write_header(out_, text);
  out_.close();
  check_written();
  replacement_.commit();
}

}  // namespace mien
