#include "mien/infer/batch_meeting.h"

#include <utility>

namespace mien {

std::vector<FaceFeatures> BatchMeeting::read(const PictureFaces& picture) {
  Request own{picture, {}, nullptr, false};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&own);
  while (!own.done) {
    if (reading_) {
      changed_.wait(lock);
      continue;
    }
    reading_ = true;
    const std::vector<Request*> requests = std::exchange(waiting_, {});
    lock.unlock();
    read_all(requests);
    lock.lock();
    reading_ = false;
    for (Request* request : requests) request->done = true;
    changed_.notify_all();
  }
  lock.unlock();
  if (own.error) std::rethrow_exception(own.error);
  return std::move(own.features);
}

void BatchMeeting::read_all(const std::vector<Request*>& requests) const {
  try {
    std::vector<PictureFaces> pictures;
    pictures.reserve(requests.size());
    for (const Request* request : requests) pictures.push_back(request->picture);
    auto features = analyser_.read(pictures);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      requests[i]->features = std::move(features[i]);
    }
  } catch (...) {
    for (Request* request : requests) request->error = std::current_exception();
  }
}

}  // namespace mien
