#include "mien/nn/tensor_rows.h"

#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "mien/error.h"

namespace mien {

constexpr std::size_t kRowAlignment = 8;  // of the rows in the file, so that a reader may map them
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
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata_.empty()) header["__metadata__"] = metadata_;
  const std::int64_t bytes = rows * width_ * static_cast<std::int64_t>(sizeof(float));
  header[name_] = {{"dtype", "F32"}, {"shape", {rows, width_}}, {"data_offsets", {0, bytes}}};
  try {
    return header.dump();
  } catch (const nlohmann::json::exception&) {
    throw UsageError(file_.string() + ": a name or text for the header is not UTF-8");
  }
}

void TensorRows::check_written() {
  if (!out_) throw FailureError(file_.string() + ": could not be written (is the disk full?)");
}

void TensorRows::add(const at::Tensor& rows) {
  if (rows.dim() != 2 || rows.scalar_type() != at::kFloat ||
      (rows_ > 0 && rows.size(1) != width_)) {
    throw UsageError("rows of a matrix are float32 and all of one width");
  }
  if (rows_ == 0) {
    width_ = rows.size(1);
    header_bytes_ = (header(kMostRows).size() + kRowAlignment - 1) / kRowAlignment * kRowAlignment;
    out_ << std::string(sizeof(std::uint64_t) + header_bytes_, ' ');
  }
  const at::Tensor plain = rows.detach().to(at::kCPU).contiguous();
  out_.write(static_cast<const char*>(plain.const_data_ptr()),
             static_cast<std::streamsize>(plain.nbytes()));
  rows_ += rows.size(0);
  check_written();
}

void TensorRows::finish() {
  std::string text = header(rows_);
  // Without rows nothing was reserved. Blanks behind the header are JSON too.
  if (rows_ == 0) header_bytes_ = (text.size() + kRowAlignment - 1) / kRowAlignment * kRowAlignment;
  text.resize(header_bytes_, ' ');
  const std::uint64_t length = header_bytes_;
  out_.seekp(0);
  out_.write(reinterpret_cast<const char*>(&length), sizeof(length));
  out_ << text;
  out_.close();
  check_written();
  replacement_.commit();
}

}  // namespace mien
