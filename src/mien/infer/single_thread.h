// For threads that share work among themselves.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mien {

/// `asked`, or as many as there are processors where that is 0.
std::size_t thread_count(std::int64_t asked);

/// Until the scope ends, what the calling thread computes with libtorch it computes alone.
class SingleThreadScope {
 public:
  SingleThreadScope();
  ~SingleThreadScope();
  SingleThreadScope(const SingleThreadScope&) = delete;
  SingleThreadScope& operator=(const SingleThreadScope&) = delete;

 private:
  int previous_;
};

}  // namespace mien
