#include "mien/cli/found_pictures.h"

#include <atomic>
#include <exception>
#include <thread>

#include "mien/cli/work_summary.h"
#include "mien/infer/single_thread.h"

namespace mien::cli {
namespace {

FoundPicture find(const std::string& name, const Analyser& analyser) {
  FoundPicture found;
  found.frame.input = name;
  found.problem = problem_in([&] {
    found.image = read_image(name);
    found.frame.faces = analyser.detect(found.image);
  });
  return found;
}

}  // namespace

std::vector<FoundPicture> find_faces(std::span<const std::string> names,
                                     const Analyser& analyser,
                                     std::size_t threads) {
  std::vector<FoundPicture> found(names.size());
  std::vector<std::exception_ptr> errors(threads);
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> workers;
    workers.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) {
      workers.emplace_back([&, i] {
        const SingleThreadScope alone;
        try {
          for (std::size_t at = next++; at < names.size(); at = next++) {
            found[at] = find(names[at], analyser);
          }
        } catch (...) {
          errors[i] = std::current_exception();
        }
      });
    }
  }
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
  return found;
}

}  // namespace mien::cli
