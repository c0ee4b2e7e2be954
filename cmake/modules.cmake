# mien_module, mien_test and mien_bench: the only ways to make a target. ARCHITECTURE.md explains the layers.

# mien_module(NAME nn SOURCES a.cpp ... [DEPENDS core affect ...] [TORCH] [OPENCV] [LIBRARIES json ...] [UNITY] [MAIN main.cpp])
#   Makes the static library mien_nn (alias mien::nn). DEPENDS names modules, LIBRARIES third-party short names; an edge that
#   cmake/layers.txt does not list is an error. UNITY compiles eight files at once (for modules that include libtorch).
#   MAIN also makes the program `mien` from that file.
function(mien_module)
  cmake_parse_arguments(PARSE_ARGV 0 arg "TORCH;OPENCV;UNITY" "NAME;MAIN" "SOURCES;DEPENDS;LIBRARIES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME OR NOT arg_SOURCES)
    message(FATAL_ERROR "mien_module(${arg_NAME}): NAME and SOURCES are needed; not understood: '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  if(NOT arg_NAME IN_LIST MIEN_MODULES)
    message(FATAL_ERROR "mien_module: '${arg_NAME}' is no row of cmake/layers.txt")
  endif()
  foreach(edge IN LISTS arg_DEPENDS)
    if(NOT edge IN_LIST MIEN_MAY_INCLUDE_${arg_NAME})
      message(FATAL_ERROR "cmake/layers.txt does not let '${arg_NAME}' depend on '${edge}' "
        "(it may: ${MIEN_MAY_INCLUDE_${arg_NAME}})")
    endif()
  endforeach()
  foreach(flag torch opencv)
    string(TOUPPER ${flag} upper)
    if(arg_${upper})
      list(APPEND arg_LIBRARIES ${flag})
    endif()
  endforeach()

  set(target mien_${arg_NAME})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(mien::${arg_NAME} ALIAS ${target})
  target_include_directories(${target} PUBLIC
    "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/include" "${PROJECT_BINARY_DIR}/include")
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:mien_flags>)
  list(TRANSFORM arg_DEPENDS PREPEND mien:: OUTPUT_VARIABLE modules)
  target_link_libraries(${target} PUBLIC ${modules})
  foreach(library IN LISTS arg_LIBRARIES)
    if(NOT library IN_LIST MIEN_MAY_USE_${arg_NAME})
      message(FATAL_ERROR "cmake/layers.txt does not let '${arg_NAME}' use '${library}' "
        "(it may: ${MIEN_MAY_USE_${arg_NAME}})")
    endif()
    mien_need_library(${library})
    # Headers of a libtorch module show tensors, so those who include them need libtorch too; all else stays hidden.
    if(library STREQUAL "torch")
      target_link_libraries(${target} PUBLIC mien_lib_torch)
    else()
      target_link_libraries(${target} PRIVATE mien_lib_${library})
    endif()
  endforeach()
  if(arg_UNITY AND MIEN_UNITY)
    set_target_properties(${target} PROPERTIES
      UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8 UNITY_BUILD_UNIQUE_ID MIEN_UNITY_ID)
  endif()
  if(arg_MAIN)
    add_executable(mien_program ${arg_MAIN})
    set_target_properties(mien_program PROPERTIES
      OUTPUT_NAME mien RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
    target_link_libraries(mien_program PRIVATE ${target} mien_flags)
  endif()
endfunction()

# mien_test(NAME nn SOURCES vit_test.cpp ... DEPENDS mien::nn ... [LIBRARIES json ...] [TIMEOUT seconds] [LABEL slow])
#   One gtest binary; ctest runs each TEST in a process of its own, named nn.Suite.Test and labelled `unit` if nothing else
#   is said. tests/support is an include root, and "test_paths.h" says where the sources, the fetched files and the program lie.
function(mien_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;TIMEOUT;LABEL" "SOURCES;DEPENDS;LIBRARIES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME OR NOT arg_SOURCES)
    message(FATAL_ERROR "mien_test(${arg_NAME}): NAME and SOURCES are needed; not understood: '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  if(NOT BUILD_TESTING)
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  if(MIEN_SANITIZE)
    math(EXPR arg_TIMEOUT "6 * ${arg_TIMEOUT}")
  endif()
  find_package(GTest REQUIRED)
  set(target mien_${arg_NAME}_test)
  add_executable(${target} ${arg_SOURCES})
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME ${arg_NAME}_test RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  target_include_directories(${target} PRIVATE
    "${PROJECT_SOURCE_DIR}/tests/support" "${PROJECT_BINARY_DIR}/tests/support"
    "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/include" "${PROJECT_BINARY_DIR}/include")
  target_link_libraries(${target} PRIVATE
    ${arg_DEPENDS} mien_flags GTest::gmock GTest::gtest GTest::gtest_main)
  foreach(library IN LISTS arg_LIBRARIES)
    mien_need_library(${library})
    target_link_libraries(${target} PRIVATE mien_lib_${library})
  endforeach()
  gtest_discover_tests(${target}
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60
    TEST_PREFIX ${arg_NAME}.
    PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS ${arg_LABEL})
endfunction()

# mien_bench(NAME nn SOURCES nn_bench.cpp DEPENDS mien::nn ...): a google-benchmark program, build/<preset>/bench/nn_bench.
function(mien_bench)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES;DEPENDS;LIBRARIES")
  find_package(benchmark REQUIRED)
  set(target mien_${arg_NAME}_bench)
  add_executable(${target} ${arg_SOURCES})
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME ${arg_NAME}_bench RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bench")
  target_link_libraries(${target} PRIVATE ${arg_DEPENDS} mien_flags benchmark::benchmark_main)
  foreach(library IN LISTS arg_LIBRARIES)
    mien_need_library(${library})
    target_link_libraries(${target} PRIVATE mien_lib_${library})
  endforeach()
endfunction()
