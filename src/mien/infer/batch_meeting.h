// Calls from several threads read as one batch.
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <vector>

#include "mien/infer/analyser.h"

namespace mien {

/// Whoever comes while nobody reads, reads at once; those who come meanwhile wait, and one of them
/// then reads for all. So nobody waits for a batch to fill up.
class BatchMeeting {
 public:
  explicit BatchMeeting(const Analyser& analyser) : analyser_(analyser) {}

  /// `Analyser::read` of one picture. An error of a batch goes to all who were part of it.
  std::vector<FaceFeatures> read(const PictureFaces& picture);

 private:
  struct Request {
    PictureFaces picture;
    std::vector<FaceFeatures> features;
    std::exception_ptr error;
    bool done = false;
  };
  void read_all(const std::vector<Request*>& requests) const;

  const Analyser& analyser_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Request*> waiting_;
  bool reading_ = false;
};

}  // namespace mien
