# cmake --install: the program, the library, the libtorch that both need beside them, the recipes, the public headers and a
# package for find_package(mien). Everything finds everything else from where it lies, so the tree can be moved.
include(GNUInstallDirs)
if(TARGET mien_program)
  file(RELATIVE_PATH to_lib "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}/mien")
  set_target_properties(mien_program PROPERTIES INSTALL_RPATH "$ORIGIN/${to_lib}")
  install(TARGETS mien_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(TARGET mien_infer)
  # One library with plain C++ at its surface: who uses it needs no header and no flag of what is inside.
  add_library(mien_shared SHARED $<TARGET_OBJECTS:mien_infer>)
  set_target_properties(mien_shared PROPERTIES
    OUTPUT_NAME mien SOVERSION ${PROJECT_VERSION_MAJOR} VERSION ${PROJECT_VERSION} LINKER_LANGUAGE CXX
    LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib" INSTALL_RPATH "$ORIGIN/mien")
  target_link_libraries(mien_shared PRIVATE mien_infer)
  install(TARGETS mien_shared LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  include(CMakePackageConfigHelpers)
  set(MIEN_LIBRARY_FOLDER "${CMAKE_INSTALL_LIBDIR}")
  configure_package_config_file(cmake/mienConfig.cmake.in "${PROJECT_BINARY_DIR}/package/mienConfig.cmake"
    INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mien PATH_VARS CMAKE_INSTALL_INCLUDEDIR MIEN_LIBRARY_FOLDER)
  write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/mienConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
  install(FILES "${PROJECT_BINARY_DIR}/package/mienConfig.cmake" "${PROJECT_BINARY_DIR}/package/mienConfigVersion.cmake"
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mien)
endif()
if(TARGET mien_lib_torch)
  set(torch_libraries "${MIEN_TORCH}/lib/libtorch_cpu.so" "${MIEN_TORCH}/lib/libc10.so")
  if(EXISTS "${MIEN_TORCH}/lib/libtorch_cuda.so")
    # The folder of NVIDIA's wheels beside the wheel's own: see tools/setup.
    file(GLOB cuda_libraries "${MIEN_TORCH}/../nvidia/*/lib/lib*.so.*")
    list(APPEND torch_libraries ${cuda_libraries})
  endif()
  if(MIEN_TORCH_CUDA)
    file(GLOB cuda_libraries "${MIEN_TORCH}/lib/libtorch_cuda*.so" "${MIEN_TORCH}/lib/libtorch_nvshmem.so")
    list(APPEND torch_libraries ${cuda_libraries} "${MIEN_TORCH}/lib/libc10_cuda.so")
  endif()
  install(PROGRAMS ${torch_libraries} DESTINATION ${CMAKE_INSTALL_LIBDIR}/mien)
endif()
install(DIRECTORY include/mien DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} OPTIONAL)
install(FILES "${PROJECT_BINARY_DIR}/include/mien/version.h" DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/mien)
install(DIRECTORY models/ DESTINATION ${CMAKE_INSTALL_DATADIR}/mien/models OPTIONAL)
install(DIRECTORY recipes/ DESTINATION ${CMAKE_INSTALL_DATADIR}/mien/recipes OPTIONAL)
install(DIRECTORY "${PROJECT_BINARY_DIR}/share/mien/faces" DESTINATION ${CMAKE_INSTALL_DATADIR}/mien OPTIONAL)
install(FILES LICENSE docs/dependencies.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
