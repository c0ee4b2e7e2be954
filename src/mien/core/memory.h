// How the allocator of the process treats large blocks.
#pragma once

namespace mien {

/// Lets the C library keep freed blocks for the next request, instead of handing each large one
/// back to the system, which then clears its pages anew. Process-wide, so programs call it, once at
/// start; the library never does. Resident memory stays at its peak afterwards. Does nothing where
/// the C library is not glibc.
void keep_freed_memory();

}  // namespace mien
