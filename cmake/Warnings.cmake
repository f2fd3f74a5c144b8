# SPDX-License-Identifier: MIT
# Warning and sanitizer flags of every target of ours.
add_library(bimetal-flags INTERFACE)
target_include_directories(bimetal-flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(bimetal-flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wcast-qual -Wvla -Wmissing-prototypes
  -Wstrict-prototypes -Werror)
if(BIMETAL_ASAN)
  target_compile_options(bimetal-flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(bimetal-flags INTERFACE -fsanitize=address,undefined)
endif()
if(BIMETAL_COVERAGE)
  target_compile_options(bimetal-flags INTERFACE --coverage)
  target_link_options(bimetal-flags INTERFACE --coverage)
endif()
