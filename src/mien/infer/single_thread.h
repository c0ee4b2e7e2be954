// For threads that share work among themselves.
#pragma once

namespace mien {

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
