#include "mien/cli/work_summary.h"

namespace mien::cli {

void WorkSummary::failed(const std::string& line, ErrorKind kind) {
  console_.error(line);
  ++(kind == ErrorKind::kFailure ? failures_ : data_);
}

std::string WorkSummary::text() const {
  std::string text = std::to_string(done_) + (done_ == 1 ? " input read" : " inputs read");
  if (kept_ > 0) text += ", " + std::to_string(kept_) + " done before";
  if (data_ + failures_ > 0)
    text += ", " + std::to_string(data_ + failures_) + " failed (see above)";
  return text;
}

int WorkSummary::exit_code() const {
  if (failures_ > 0) return static_cast<int>(ErrorKind::kFailure);
  return data_ > 0 ? static_cast<int>(ErrorKind::kData) : 0;
}

}  // namespace mien::cli
