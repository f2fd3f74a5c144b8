# SPDX-License-Identifier: MIT
# bimetal_add_twin_test(NAME SOURCES file... [DRIVERS file...] [STIMULI file])
#
# Each TWIN(suite, name) in SOURCES becomes tests:
#   twin.suite.name.native   in this process's world, on the models
#   twin.suite.name.metal    inside the emulated CPU, built by gcc and clang, -O0 and -O2
#   twin.suite.name.traces   both made the same accesses
#   twin.suite.name.qemu     the same kernel under QEMU (label qemu); not for TWIN_HERE
# DRIVERS are the sources under test, compiled for both worlds. Sources are found from the calling
# folder. The native program links no emulator.
set(BIMETAL_TWIN_ROOT ${CMAKE_CURRENT_LIST_DIR}/..)
set(BIMETAL_METAL_FLAGS -std=gnu11 -g -ffreestanding -nostdlib -static -no-pie -fno-pic
  -fno-stack-protector -fno-asynchronous-unwind-tables -fno-strict-aliasing -fcf-protection=none
  -mno-red-zone -mgeneral-regs-only -Wall -Wextra -Wshadow -Wcast-qual -Werror
  -Wno-unused-command-line-argument)
set(BIMETAL_METAL_LINK -Wl,--build-id=none -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack
  -Wl,--no-warn-rwx-segments)
find_program(BIMETAL_GCC NAMES gcc)
find_program(BIMETAL_CLANG NAMES clang)
find_program(BIMETAL_OBJCOPY NAMES objcopy)
find_program(BIMETAL_QEMU NAMES qemu-system-x86_64)

# The kernels of one twin test program: sets ${images} to their paths.
function(_bimetal_twin_kernels name images)
  cmake_parse_arguments(K "" "" "SOURCES" ${ARGN})
  set(twin ${BIMETAL_TWIN_ROOT}/harness/twin)
  file(GLOB headers CONFIGURE_DEPENDS ${BIMETAL_TWIN_ROOT}/drivers/include/bimetal/*.h
    ${BIMETAL_TWIN_ROOT}/drivers/io/metal/*.h ${twin}/include/bimetal/*.h ${twin}/metal/bimetal/*.h)
  set(all)
  foreach(compiler gcc clang)
    string(TOUPPER ${compiler} upper)
    if(NOT BIMETAL_${upper})
      message(STATUS "No ${compiler}: twin tests are not built with it")
      continue()
    endif()
    # GCC makes calls of memcpy and memset from loops, whatever it is told about libraries.
    set(flags ${BIMETAL_METAL_FLAGS})
    if(compiler STREQUAL gcc)
      list(APPEND flags -fno-tree-loop-distribute-patterns)
    endif()
    foreach(level O0 O2)
      set(image ${CMAKE_CURRENT_BINARY_DIR}/${name}-${compiler}-${level})
      add_custom_command(OUTPUT ${image}
        COMMAND ${BIMETAL_${upper}} -m64 -${level} ${flags} ${BIMETAL_METAL_LINK}
          -I${BIMETAL_TWIN_ROOT}/drivers/include -I${BIMETAL_TWIN_ROOT}/drivers/io/metal
          -I${twin}/include -I${twin}/metal -Wl,-T,${twin}/metal/link.ld
          ${twin}/metal/start.S ${twin}/metal/runtime.c ${twin}/metal/memory.c
          ${BIMETAL_TWIN_ROOT}/drivers/io/metal/calibrate.c ${K_SOURCES} -o ${image}.elf
        COMMAND ${BIMETAL_OBJCOPY} -O elf32-i386 ${image}.elf ${image}
        DEPENDS ${K_SOURCES} ${headers} ${twin}/metal/start.S ${twin}/metal/runtime.c
          ${twin}/metal/memory.c ${twin}/metal/link.ld
          ${BIMETAL_TWIN_ROOT}/drivers/io/metal/calibrate.c
        COMMENT "Twin kernel ${name} (${compiler} -${level})" VERBATIM)
      list(APPEND all ${image})
    endforeach()
  endforeach()
  set(${images} ${all} PARENT_SCOPE)
endfunction()

# The tests of one TWIN.
function(_bimetal_twin_case program suite test here images stimuli)
  set(base twin.${suite}.${test})
  set(run ${BIMETAL_TWIN_ROOT}/harness/twin/run.sh)
  set(traces ${CMAKE_CURRENT_BINARY_DIR}/traces)
  set(environment TWIN_TRACES=${traces} TWIN_STIMULI=${stimuli}
    BIMETAL=$<TARGET_FILE:bimetal-cli> QEMU=${BIMETAL_QEMU})
  add_test(NAME ${base}.native
    COMMAND ${run} native ${suite} ${test} $<TARGET_FILE:${program}>)
  add_test(NAME ${base}.metal COMMAND ${run} metal ${suite} ${test} ${images})
  add_test(NAME ${base}.traces COMMAND ${run} traces ${suite} ${test} ${images})
  set_tests_properties(${base}.native ${base}.metal PROPERTIES FIXTURES_SETUP ${base})
  set_tests_properties(${base}.traces PROPERTIES FIXTURES_REQUIRED ${base})
  set_tests_properties(${base}.native ${base}.metal ${base}.traces PROPERTIES
    ENVIRONMENT "${environment}" LABELS twin TIMEOUT 120)
  if(NOT here)
    add_test(NAME ${base}.qemu COMMAND ${run} qemu ${suite} ${test} ${images})
    set_tests_properties(${base}.qemu PROPERTIES ENVIRONMENT "${environment}"
      LABELS "twin;qemu" TIMEOUT 120 SKIP_RETURN_CODE 77)
  endif()
endfunction()

function(bimetal_add_twin_test name)
  cmake_parse_arguments(T "" "STIMULI" "SOURCES;DRIVERS" ${ARGN})
  set(sources)
  foreach(file ${T_SOURCES} ${T_DRIVERS})
    get_filename_component(path ${file} ABSOLUTE)
    list(APPEND sources ${path})
  endforeach()
  set(stimuli)
  if(T_STIMULI)
    get_filename_component(stimuli ${T_STIMULI} ABSOLUTE)
  endif()

  add_executable(${name} ${sources})
  target_include_directories(${name} PRIVATE
    ${BIMETAL_TWIN_ROOT}/harness/twin/include ${BIMETAL_TWIN_ROOT}/harness/twin/host)
  target_link_libraries(${name} PRIVATE bimetal-twin)
  _bimetal_twin_kernels(${name} images SOURCES ${sources})
  add_custom_target(${name}-kernels ALL DEPENDS ${images})

  foreach(file ${T_SOURCES})
    get_filename_component(path ${file} ABSOLUTE)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
    file(STRINGS ${path} cases REGEX "^TWIN(_HERE)?\\([a-z0-9_]+, [a-z0-9_]+\\)")
    foreach(case ${cases})
      string(REGEX MATCH "^TWIN(_HERE)?\\(([a-z0-9_]+), ([a-z0-9_]+)\\)" _ "${case}")
      _bimetal_twin_case(${name} ${CMAKE_MATCH_2} ${CMAKE_MATCH_3} "${CMAKE_MATCH_1}" "${images}"
        "${stimuli}")
    endforeach()
  endforeach()
endfunction()
