// How many threads work on one picture.
#pragma once

namespace mien {

/// The most that a single operation on a picture may take, in the whole process (0: as many as
/// there are processors, which is how it starts). A program that works on several pictures at once
/// is better served by 1: idle helpers wait for work with their processors spinning.
void set_picture_threads(int threads);

}  // namespace mien
