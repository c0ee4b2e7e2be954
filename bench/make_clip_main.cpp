// mien_make_clip --out FILE.mp4 [--flag value ...]: a clip in which faces of photographs move.
#include <exception>
#include <iostream>

#include "mien/core/memory.h"
#include "mien/error.h"

#include "make_clip.h"

int main(int count, char** arguments) {
  mien::keep_freed_memory();  // frames are large and come one after the other
  try {
    mien::bench::make_clip(mien::bench::Flags(count - 1, arguments + 1));
    return 0;
  } catch (const mien::Error& error) {
    std::cerr << "mien_make_clip: " << error.what() << "\n";
    return error.exit_code();
  } catch (const std::exception& error) {
    std::cerr << "mien_make_clip: " << error.what() << "\n";
    return 1;
  }
}
