# SPDX-License-Identifier: MIT
# Twin tests of the drivers: the same bodies natively and inside the emulated CPU.
bimetal_add_twin_test(twin_accessors SOURCES twin_accessors.c
  DRIVERS span STIMULI twin_accessors.stimuli)
include(pc.cmake)
bimetal_add_twin_test(twin_uart SOURCES twin_uart.c
  DRIVERS uart_16550 pic_8259 STIMULI twin_uart.stimuli)
bimetal_add_twin_test(twin_debug SOURCES twin_debug.c DRIVERS debug_exit debug_console)
bimetal_add_twin_test(twin_pic SOURCES twin_pic.c DRIVERS pic_8259 pit_8254 rtc_mc146818)
bimetal_add_twin_test(twin_pit SOURCES twin_pit.c
  DRIVERS pit_8254 pic_8259 STIMULI twin_pit.stimuli)
bimetal_add_twin_test(twin_rtc SOURCES twin_rtc.c
  DRIVERS rtc_mc146818 pic_8259 STIMULI twin_rtc.stimuli)
bimetal_add_twin_test(twin_ps2 SOURCES twin_ps2.c DRIVERS ps2 pic_8259 STIMULI twin_ps2.stimuli)

# The native sides are watched: what they reach, their other sides reach too. That of a TWIN is also
# compared with QEMU.
get_property(_targets DIRECTORY PROPERTY BUILDSYSTEM_TARGETS)
foreach(target IN LISTS _targets)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL EXECUTABLE)
    bimetal_watch_test(${target})
  endif()
endforeach()
file(GLOB _sources twin_*.c)
foreach(source IN LISTS _sources)
  file(STRINGS ${source} _cases REGEX "^TWIN(_HERE)?\\(")
  foreach(case IN LISTS _cases)
    string(REGEX MATCH "^TWIN(_HERE)?\\(([a-z0-9_A-Z]+), ([a-zA-Z0-9_]+)\\)" _ "${case}")
    set(folder qemu)
    if(CMAKE_MATCH_1)
      set(folder here)
    endif()
    bimetal_record_test(twin.${CMAKE_MATCH_2}.${CMAKE_MATCH_3}.native ${folder})
  endforeach()
endforeach()

# What must not pass.
_bimetal_twin_kernels(twin_seeded _seeded SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/seeded_faults.c)
_bimetal_products(twin_seeded-kernels ${_seeded})
add_test(NAME twin.seeded_faults_are_found
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/seeded.sh $<TARGET_FILE:bimetal-cli> ${_seeded})
set_tests_properties(twin.seeded_faults_are_found PROPERTIES LABELS twin TIMEOUT 120)
