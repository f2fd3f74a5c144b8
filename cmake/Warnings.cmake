# SPDX-License-Identifier: MIT
# Warning, sanitizer and code-model flags of all our targets. bimetal-flags is used only in this build.
# bimetal-link has the flags for linking any program that contains objects of this build.
add_library(bimetal-link INTERFACE)
add_library(bimetal-flags INTERFACE)
target_link_libraries(bimetal-flags INTERFACE bimetal-link)
target_include_directories(bimetal-flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(bimetal-flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wcast-qual -Wvla -Wmissing-prototypes
  -Wstrict-prototypes -Werror)
# Warnings for kernels of twin tests (Bimetal.cmake); not used in users' projects.
set(BIMETAL_METAL_WARNINGS -Wall -Wextra -Wshadow -Wcast-qual -Werror)
# Flags of our drivers when compiled for real hardware: freestanding C11, only the compiler's headers
# and their own.
set(BIMETAL_DRIVER_FLAGS -std=c11 -nostdinc
  -I${CMAKE_SOURCE_DIR}/drivers/include -I${CMAKE_SOURCE_DIR}/drivers/io/metal
  -Wall -Wextra -Wconversion -Wshadow -Wcast-qual -Wvla -Wmissing-prototypes -Wstrict-prototypes
  -Wpedantic -Werror)
foreach(compiler gcc clang)
  find_program(BIMETAL_${compiler}_PATH NAMES ${compiler})
  mark_as_advanced(BIMETAL_${compiler}_PATH)
  if(BIMETAL_${compiler}_PATH)
    execute_process(COMMAND ${BIMETAL_${compiler}_PATH} -print-file-name=include
      OUTPUT_VARIABLE headers OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    set(BIMETAL_DRIVER_HEADERS_${compiler} -isystem ${headers})
  endif()
endforeach()

# Not position independent: Unicorn's tables would be relocated at every start, which takes longer
# than the rest of the start (docs/performance.md).
target_compile_options(bimetal-flags INTERFACE -fno-pie)
set(BIMETAL_LINK_FLAGS -no-pie)

if(BIMETAL_ASAN)
  target_compile_options(bimetal-flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  list(APPEND BIMETAL_LINK_FLAGS -fsanitize=address,undefined)
endif()
if(BIMETAL_FUZZ)
  # Coverage feedback from all our files, not only from the fuzz targets.
  target_compile_options(bimetal-flags INTERFACE -fsanitize=fuzzer-no-link)
  list(APPEND BIMETAL_LINK_FLAGS -fsanitize=fuzzer-no-link)
endif()
if(BIMETAL_COVERAGE)
  target_compile_options(bimetal-flags INTERFACE --coverage)
  list(APPEND BIMETAL_LINK_FLAGS --coverage)
endif()
target_link_options(bimetal-link INTERFACE ${BIMETAL_LINK_FLAGS})
