# How our own code is compiled: mien_flags carries the warnings and the sanitizers.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# libtorch is built with NDEBUG, and its headers must see the same; our own checks do not use assert().
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1 -DNDEBUG")

option(MIEN_WERROR "A warning in our own code is an error" ON)
option(MIEN_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)
option(MIEN_UNITY "Compile several files of a module at once where the module asks for it" ON)
option(MIEN_FAST_TOOLS "Use ccache and mold where they are installed" ON)

add_library(mien_flags INTERFACE)
target_compile_options(mien_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wpedantic $<$<BOOL:${MIEN_WERROR}>:-Werror>
  # g++ 12 sees overlaps in std::string's own code at -O3 that are not there (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # g++ 13 and 14 guess at sizes inside std::vector's own code: said, but no reason to stop.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_GREATER_EQUAL:$<CXX_COMPILER_VERSION>,13>>:-Wno-error=array-bounds>
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_GREATER_EQUAL:$<CXX_COMPILER_VERSION>,13>>:-Wno-error=stringop-overflow>
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_GREATER_EQUAL:$<CXX_COMPILER_VERSION>,13>>:-Wno-error=maybe-uninitialized>)
if(MIEN_SANITIZE)
  target_compile_options(mien_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_compile_definitions(mien_flags INTERFACE _GLIBCXX_ASSERTIONS)
  add_link_options(-fsanitize=address,undefined)
endif()

if(MIEN_FAST_TOOLS)
  find_program(CCACHE_PROGRAM ccache)
  find_program(MOLD_PROGRAM mold)
  if(CCACHE_PROGRAM)
    # Paths below the source folder are hashed relative to it: another clone at another place finds the same objects.
    set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${CCACHE_PROGRAM}")
  endif()
  if(MOLD_PROGRAM)
    add_link_options(-fuse-ld=mold)
  endif()
endif()
