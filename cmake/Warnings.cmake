# SPDX-License-Identifier: MIT
# Warning, sanitizer and code-model flags of every target of ours.
add_library(bimetal-flags INTERFACE)
target_include_directories(bimetal-flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(bimetal-flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wcast-qual -Wvla -Wmissing-prototypes
  -Wstrict-prototypes -Werror)

# Not position independent: Unicorn's tables would be relocated at every start, which costs more
# than all the rest of it (docs/performance.md).
target_compile_options(bimetal-flags INTERFACE -fno-pie)
target_link_options(bimetal-flags INTERFACE -no-pie)

if(BIMETAL_ASAN)
  target_compile_options(bimetal-flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(bimetal-flags INTERFACE -fsanitize=address,undefined)
endif()
if(BIMETAL_FUZZ)
  # Coverage feedback from every file of ours, not from the fuzz targets alone.
  target_compile_options(bimetal-flags INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(bimetal-flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(BIMETAL_COVERAGE)
  target_compile_options(bimetal-flags INTERFACE --coverage)
  target_link_options(bimetal-flags INTERFACE --coverage)
endif()
