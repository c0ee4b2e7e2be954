#include "mien/image/picture_threads.h"

#include <opencv2/core/utility.hpp>

namespace mien {

void set_picture_threads(int threads) {
  cv::setNumThreads(threads > 0 ? threads : -1);
}

}  // namespace mien
