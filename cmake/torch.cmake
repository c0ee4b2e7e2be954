# libtorch through plain imported targets. Its own find_package insists on a CUDA toolkit where the build is a CUDA one, and
# its include folder carries other libraries' headers (fmt, protobuf), which -idirafter keeps behind the system's.
function(mien_torch_library)
  set(dir "${MIEN_DEPS_DIR}/torch")
  if(NOT "$ENV{MIEN_TORCH}" STREQUAL "")
    set(dir "$ENV{MIEN_TORCH}")
  elseif(MIEN_TORCH)
    set(dir "${MIEN_TORCH}")
  endif()
  set(MIEN_TORCH "${dir}" CACHE PATH "libtorch: the folder with its include/ and lib/" FORCE)
  if(NOT EXISTS "${dir}/lib/libtorch_cpu.so" OR NOT EXISTS "${dir}/include/ATen/ATen.h")
    message(FATAL_ERROR "no libtorch in ${dir}: run tools/setup, or set MIEN_TORCH")
  endif()

  add_library(mien_lib_torch INTERFACE IMPORTED GLOBAL)
  target_compile_options(mien_lib_torch INTERFACE
    "SHELL:-idirafter \"${dir}/include\""
    "SHELL:-idirafter \"${dir}/include/torch/csrc/api/include\"")
  target_link_libraries(mien_lib_torch INTERFACE
    "${dir}/lib/libtorch_cpu.so" "${dir}/lib/libc10.so" -fopenmp)

  # A CUDA build registers its kernels when libtorch_cuda is loaded, which nothing refers to by name. It is linked only where
  # tools/setup fetched the CUDA libraries too (or a user's own libtorch brings them); without, the same build runs on the CPU.
  set(cuda OFF)
  if(EXISTS "${dir}/lib/libtorch_cuda.so" AND NOT EXISTS "${dir}/cpu-only")
    set(cuda ON)
    target_link_options(mien_lib_torch INTERFACE -Wl,--allow-shlib-undefined)
    target_link_libraries(mien_lib_torch INTERFACE
      -Wl,--no-as-needed "${dir}/lib/libtorch_cuda.so" "${dir}/lib/libc10_cuda.so" -Wl,--as-needed)
  elseif(EXISTS "${dir}/lib/libtorch_cuda.so")
    target_link_options(mien_lib_torch INTERFACE -Wl,--allow-shlib-undefined)
  endif()
  set(MIEN_TORCH_CUDA ${cuda} CACHE INTERNAL "libtorch_cuda is linked")
  message(STATUS "libtorch: ${dir}, CUDA ${cuda}")
endfunction()
