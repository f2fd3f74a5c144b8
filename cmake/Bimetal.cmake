# SPDX-License-Identifier: MIT
# CMake functions for bimetal's own build and for projects that use find_package(bimetal). File names
# are relative to the calling folder. Flags affect only the target for which they are given.
#
# bimetal_add_driver(NAME SOURCES file... [INCLUDES folder...] [OPTIONS flag...] [BITS 64 [32]])
#   Builds a driver for the host and for real hardware ("metal"):
#     NAME-host             static library over drivers/io/host; links bimetal::bimetal. A driver with
#                           bimetal/portio.h needs bimetal::twin too, which has the running test's machine
#     NAME-metal-gcc-64     freestanding static library over drivers/io/metal, one for each compiler
#     NAME-metal-clang-64   that is installed; also -32 if BITS contains 32. Link it, or use it in a
#                           command as $<TARGET_FILE:NAME-metal-gcc-64>
#     NAME-metal            builds all the metal libraries
#   INCLUDES: the folders of its headers. OPTIONS: compiler flags for all of these libraries.
#
# bimetal_add_twin_test(NAME SOURCES file... [DRIVERS driver|file...] [STIMULI file]
#                       [INCLUDES folder...] [OPTIONS flag...] [SANITIZE sanitizer...] [CPU spec]
#                       [MACHINE pc|isapc|none|board] [MODEL model [AT port=N...] [IRQ n]]...)
#   Each TWIN(suite, name) in SOURCES becomes tests:
#     twin.suite.name.native   runs natively, on the models: all of a program in one process, by the test
#                              twin_run.NAME.native, which ctest runs before
#     twin.suite.name.metal    runs inside the emulated CPU, built by gcc and clang, -O0 and -O2
#     twin.suite.name.traces   checks that both made the same device accesses
#     twin.suite.name.qemu     runs the same kernel under QEMU (label qemu); not for TWIN_HERE
#   DRIVERS: the drivers under test. Each is a NAME of bimetal_add_driver(), the folder name of one of
#   bimetal's own drivers (span), or a source file. They are compiled separately for each of these.
#   SANITIZE (address undefined) applies to the native program: driver and test.
#   MACHINE: that of the tests (default pc), or a NAME of bimetal_add_board().
#   MODEL: a device on it: a NAME of bimetal_add_model(), or a model of bimetal's own (lpt). AT says where its
#   parts are: port=0x300, memory=0xfed80000, and port2=..., name=WORD; IRQ is its interrupt line. A PCI function
#   has neither: firmware places it. Such tests have no .qemu: QEMU has no such device.
#   CPU (+x2apic,-tsc-deadline): features of the processor, as for `bimetal run --cpu`; not used for QEMU.
#   Native tests with MODEL or a board of their own leave traces/NAME.coverage in the binary folder, and so does a boot
#   test, for `bimetal coverage --device ./model.so FOLDER`.
#   The native program links no emulator. Without bimetal::cli only the native tests exist.
#
# bimetal_add_model(NAME SOURCES file... [INCLUDES folder...] [OPTIONS flag...])
#   Builds a device model of your own (bimetal/model.h, docs/adding-a-device.md) twice. It defines
#   `const struct model model_NAME`:
#     NAME         NAME.so, a module for `bimetal run --device ./NAME.so,...`; a module runs in a program that is
#                  GPL-2.0 as a whole, as it holds Unicorn
#     NAME-model   a static library for native tests, which stay MIT
#
# bimetal_add_board(NAME SOURCES file... [INCLUDES folder...] [OPTIONS flag...] [MODELS model...])
#   The same for a board (bimetal/board.h), which defines `const struct machine_kind board_NAME`; for
#   `bimetal run --machine ./NAME.so`. MODELS: NAMEs of bimetal_add_model() on the board.
#
# bimetal_add_boot_test(NAME KERNEL file [EXPECT regex] [SCREEN regex] [EXIT code]
#                       [MACHINE pc|isapc|none|board] [MODEL model [AT port=N...] [IRQ n]]...
#                       [TIMEOUT time] [ALLOW lint...] [PICTURE file.png] [ARGS argument...])
#   A test that boots a kernel with `bimetal run`. KERNEL may be a file that the build makes.
#     EXPECT, SCREEN   text that must appear on the serial line, then on the screen: POSIX extended
#                      regular expressions, as in docs/scripts.md. The run ends when both were found
#     EXIT             the kernel runs until it ends by itself, and `bimetal run` must return this
#                      code. Default 0 if nothing else is expected. Together with EXPECT the kernel is
#                      run twice; all time is virtual, so both runs are equal
#     MACHINE, MODEL   as for bimetal_add_twin_test()
#     TIMEOUT          virtual time: 50ms, 10s, 2min (default 60s)
#     ALLOW            lints that are allowed; all others are errors (those of --tlb lint too)
#     PICTURE          what the screen must look like when the run ends: a file of --screenshot. If it does not,
#                      NAME.difference.png in the binary folder shows expected, got and difference
#     ARGS             more options of `bimetal run`: --append TEXT, -m 256M, --tlb off, ...
#
# bimetal_driver_sources(VARIABLE driver...)
#   Sets VARIABLE to the source files of bimetal's own drivers, given by folder name, so that a kernel
#   can compile them.
#
# A word that belongs to no keyword, a misspelled keyword, and a keyword that lacks its one value stop
# CMake with a message. A list may be empty: OPTIONS ${warnings}.
#
# To compile your own code for real hardware, with gcc or clang: BIMETAL_METAL_FLAGS (64 bits) or
# BIMETAL_METAL_FLAGS_32, and BIMETAL_METAL_INCLUDES; to link it, BIMETAL_METAL_LINK besides.
cmake_policy(VERSION 3.22)

# Functions are visible in all folders, variables only in one. So these are cache variables.
set(BIMETAL_OWN_MODELS lpt pci-test pc-testdev vga CACHE INTERNAL "what `bimetal run --device` knows by name")
get_filename_component(_root ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)
set(BIMETAL_TWIN_ROOT ${_root} CACHE INTERNAL "drivers/ and harness/twin/ lie here")
# No flag of the linker: clang would warn of it where it only compiles.
set(_flags -std=gnu11 -g -ffreestanding -fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables
  -fno-strict-aliasing -fcf-protection=none -mgeneral-regs-only)
set(BIMETAL_METAL_FLAGS -m64 -mno-red-zone ${_flags} CACHE INTERNAL "")
set(BIMETAL_METAL_FLAGS_32 -m32 ${_flags} CACHE INTERNAL "")
# SYSTEM: warnings that a project enables must not apply to our headers.
set(BIMETAL_METAL_INCLUDES -isystem ${_root}/drivers/include -isystem ${_root}/drivers/io/metal
  CACHE INTERNAL "")
set(BIMETAL_METAL_LINK -nostdlib -static -Wl,--build-id=none -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack
  -Wl,--no-warn-rwx-segments CACHE INTERNAL "")
set(BIMETAL_METAL_DIR ${CMAKE_BINARY_DIR}/metal CACHE INTERNAL "objects for the bare machine")
set(BIMETAL_TWIN_DIR ${CMAKE_BINARY_DIR}/twin CACHE INTERNAL "twin tests' kernels")
find_program(BIMETAL_GCC NAMES gcc)
find_program(BIMETAL_CLANG NAMES clang)
find_program(BIMETAL_AR NAMES ar)
find_program(BIMETAL_OBJCOPY NAMES objcopy)
find_program(BIMETAL_QEMU NAMES qemu-system-x86_64)
mark_as_advanced(BIMETAL_GCC BIMETAL_CLANG BIMETAL_AR BIMETAL_OBJCOPY BIMETAL_QEMU)

# ---- arguments ----

# _bimetal_check_arguments(CALL VALUES_MISSING UNPARSED KEYWORDS): called after
# cmake_parse_arguments() with what it found. Stops with a message that names the word at fault.
function(_bimetal_check_arguments call missing unparsed keywords)
  list(JOIN keywords " " known)
  string(REGEX REPLACE "(^| )MODEL( |$)" "\\1MODEL (then AT, IRQ)\\2" known "${known}")
  if(unparsed)
    list(GET unparsed 0 word)
    message(FATAL_ERROR "${call}: '${word}' belongs to no keyword. The keywords are: ${known}")
  endif()
  if(missing)
    list(JOIN missing ", " words)
    message(FATAL_ERROR "${call}: no value after ${words}")
  endif()
endfunction()

# _bimetal_check_words(CALL KEYWORDS KEYWORD value...): the values of KEYWORD. A misspelled keyword counts
# as a value of the one before it; here it is found, if it is neither a file nor a target.
function(_bimetal_check_words call keywords keyword)
  set(before)
  foreach(word IN LISTS ARGN)
    # In OPTIONS a word in capitals may be the value of the flag before it: -D NAME.
    if(word MATCHES "^[A-Z][A-Z_]+$" AND NOT TARGET ${word} AND NOT TARGET ${word}-host AND
        NOT before MATCHES "^-")
      get_filename_component(path ${word} ABSOLUTE)
      if(NOT EXISTS ${path})
        if(word MATCHES "^(AT|IRQ)$" AND "MODEL" IN_LIST keywords)
          message(FATAL_ERROR "${call}: '${word}', after ${keyword}, has no model to place. "
            "It follows the model's name: MODEL NAME AT port=0x300 IRQ 5")
        endif()
        list(JOIN keywords " " known)
        string(REGEX REPLACE "(^| )MODEL( |$)" "\\1MODEL (then AT, IRQ)\\2" known "${known}")
        message(FATAL_ERROR "${call}: '${word}', after ${keyword}, is neither a keyword nor a file. "
          "The keywords are: ${known}")
      endif()
    endif()
    set(before "${word}")
  endforeach()
endfunction()

# _bimetal_arguments(PREFIX CALL ONE MANY REQUIRED argument...): cmake_parse_arguments() for the keywords
# ONE, with one value, and MANY, with several; all that is wrong stops with a message. Sets PREFIX_KEYWORD.
macro(_bimetal_arguments prefix call one many required)
  cmake_parse_arguments(${prefix} "" "${one}" "${many}" ${ARGN})
  set(_keywords ${many} ${one})
  set(_missing ${${prefix}_KEYWORDS_MISSING_VALUES})
  if(_missing)
    list(REMOVE_ITEM _missing ${many}) # a list may be empty
  endif()
  _bimetal_check_arguments("${call}" "${_missing}" "${${prefix}_UNPARSED_ARGUMENTS}" "${_keywords}")
  foreach(_keyword ${many})
    if(NOT _keyword MATCHES "^(ARGS|ALLOW|MODEL)$") # these hold words of any kind
      _bimetal_check_words("${call}" "${_keywords}" ${_keyword} ${${prefix}_${_keyword}})
    endif()
  endforeach()
  foreach(_keyword ${required})
    if(NOT ${prefix}_${_keyword})
      message(FATAL_ERROR "${call}: it needs ${_keyword}")
    endif()
  endforeach()
endmacro()

# ---- tests ----

# Without enable_testing() add_test() does nothing, without a word. Whether it was called is known when
# the whole project was read.
function(_bimetal_expect_testing)
  get_property(expected GLOBAL PROPERTY BIMETAL_EXPECTS_TESTING)
  if(NOT expected)
    set_property(GLOBAL PROPERTY BIMETAL_EXPECTS_TESTING TRUE)
    cmake_language(DEFER DIRECTORY ${CMAKE_SOURCE_DIR} CALL _bimetal_check_testing)
  endif()
endfunction()

function(_bimetal_check_testing)
  if(CMAKE_TESTING_ENABLED OR (DEFINED BUILD_TESTING AND NOT BUILD_TESTING))
    return()
  endif()
  message(WARNING "bimetal's tests were added, but ctest will find none: call enable_testing() in "
    "${CMAKE_SOURCE_DIR}/CMakeLists.txt")
endfunction()

# ---- metal ----

function(_bimetal_absolute out)
  set(paths)
  foreach(file IN LISTS ARGN)
    get_filename_component(path ${file} ABSOLUTE)
    list(APPEND paths ${path})
  endforeach()
  set(${out} ${paths} PARENT_SCOPE)
endfunction()

# The folder for this folder's bare-metal files: its binary folder, or the one in BIMETAL_PRODUCTS.
function(_bimetal_product_dir out)
  if(BIMETAL_PRODUCTS)
    file(RELATIVE_PATH here ${CMAKE_BINARY_DIR} ${CMAKE_CURRENT_BINARY_DIR})
    set(${out} ${BIMETAL_PRODUCTS}/${here} PARENT_SCOPE)
  else()
    set(${out} ${CMAKE_CURRENT_BINARY_DIR} PARENT_SCOPE)
  endif()
endfunction()

# _bimetal_metal_flags(OUT COMPILER gcc|clang BITS 64|32 LEVEL level SOURCE file [INCLUDES folder...]
#   [OPTIONS flag...]): sets OUT to the command that compiles SOURCE, without file names.
function(_bimetal_metal_flags out)
  cmake_parse_arguments(M "" "COMPILER;BITS;LEVEL;SOURCE" "INCLUDES;OPTIONS" ${ARGN})
  string(TOUPPER ${M_COMPILER} upper)
  set(flags ${BIMETAL_METAL_FLAGS})
  if(M_BITS EQUAL 32)
    set(flags ${BIMETAL_METAL_FLAGS_32})
  endif()
  # GCC turns loops into calls of memcpy and memset, even with -ffreestanding.
  if(M_COMPILER STREQUAL gcc)
    list(APPEND flags -fno-tree-loop-distribute-patterns)
  endif()
  string(FIND ${M_SOURCE} ${BIMETAL_TWIN_ROOT}/drivers/ inside)
  if(inside EQUAL 0 AND DEFINED BIMETAL_DRIVER_FLAGS) # in bimetal's own build
    list(APPEND flags ${BIMETAL_DRIVER_FLAGS} ${BIMETAL_DRIVER_HEADERS_${M_COMPILER}} ${M_OPTIONS})
  else()
    list(TRANSFORM M_INCLUDES PREPEND -I)
    list(APPEND flags ${BIMETAL_METAL_WARNINGS} ${M_OPTIONS} ${M_INCLUDES} ${BIMETAL_METAL_INCLUDES}
      -isystem ${BIMETAL_TWIN_ROOT}/harness/twin/include -isystem ${BIMETAL_TWIN_ROOT}/harness/twin/metal)
  endif()
  set(${out} ${CMAKE_C_COMPILER_LAUNCHER} ${BIMETAL_${upper}} -${M_LEVEL} ${flags} PARENT_SCOPE)
endfunction()

# A target that makes these bare-metal files, or lets the build tree of BIMETAL_PRODUCTS make them.
# (CMake drops rules that no target needs.)
function(_bimetal_products target)
  if(BIMETAL_PRODUCTS)
    add_custom_target(${target} DEPENDS products)
  else()
    add_custom_target(${target} ALL DEPENDS ${ARGN})
    if(TARGET products)
      add_dependencies(products ${target})
    endif()
  endif()
endfunction()

# Rules that compile SOURCES for real hardware; sets ${out} to the objects. Each object is made only
# once in a build. Its name contains the source, the compiler and the level, and a digest of the
# command if that can differ between users.
function(_bimetal_metal_objects out)
  cmake_parse_arguments(M "" "COMPILER;BITS;LEVEL" "SOURCES;INCLUDES;OPTIONS" ${ARGN})
  set(variant ${M_COMPILER}-${M_BITS}-${M_LEVEL})
  set(objects)
  foreach(source IN LISTS M_SOURCES)
    _bimetal_metal_flags(command COMPILER ${M_COMPILER} BITS ${M_BITS} LEVEL ${M_LEVEL}
      SOURCE ${source} INCLUDES ${M_INCLUDES} OPTIONS ${M_OPTIONS})
    get_filename_component(folder ${source} DIRECTORY)
    get_filename_component(folder ${folder} NAME)
    get_filename_component(base ${source} NAME_WE)
    string(SHA1 digest "${source} ${command}")
    string(SUBSTRING ${digest} 0 8 digest)
    set(object ${BIMETAL_METAL_DIR}/${variant}/${folder}-${base}-${digest}.o)
    list(APPEND objects ${object})
    get_property(known GLOBAL PROPERTY BIMETAL_METAL_${variant}-${digest})
    if(known OR BIMETAL_PRODUCTS)
      continue()
    endif()
    set_property(GLOBAL PROPERTY BIMETAL_METAL_${variant}-${digest} TRUE)
    file(MAKE_DIRECTORY ${BIMETAL_METAL_DIR}/${variant})
    add_custom_command(OUTPUT ${object}
      COMMAND ${command} -MD -MF ${object}.d -c ${source} -o ${object}
      DEPENDS ${source} DEPFILE ${object}.d
      COMMENT "Metal object ${folder}/${base} (${M_COMPILER} -${M_LEVEL}, ${M_BITS} bits)"
      VERBATIM)
    # Ninja finds the rules of all folders; make finds only targets.
    if(NOT CMAKE_GENERATOR MATCHES Ninja)
      add_custom_target(metal-${variant}-${digest} DEPENDS ${object})
    endif()
  endforeach()
  set(${out} ${objects} PARENT_SCOPE)
endfunction()

# Further dependencies of a rule that uses OBJECTS: with make, the targets that make them.
function(_bimetal_metal_targets out)
  set(targets)
  if(NOT CMAKE_GENERATOR MATCHES Ninja)
    foreach(object IN LISTS ARGN)
      string(REGEX REPLACE "^.*/([^/]+)/[^/]*-([0-9a-f]+)\\.o$" "metal-\\1-\\2" target ${object})
      list(APPEND targets ${target})
    endforeach()
  endif()
  set(${out} ${targets} PARENT_SCOPE)
endfunction()

# ---- drivers ----

function(_bimetal_no_driver name)
  get_property(added GLOBAL PROPERTY BIMETAL_ADDED_DRIVERS)
  file(GLOB own RELATIVE ${BIMETAL_TWIN_ROOT}/drivers ${BIMETAL_TWIN_ROOT}/drivers/*/*.c)
  list(TRANSFORM own REPLACE "/.*" "")
  list(REMOVE_DUPLICATES own)
  _bimetal_near(hint ${name} ${added} ${own})
  if(hint STREQUAL "")
    list(JOIN own ", " own)
    set(hint " It has: ${own}.")
  endif()
  message(FATAL_ERROR "bimetal has no driver '${name}' in ${BIMETAL_TWIN_ROOT}/drivers, and the project did not "
    "call bimetal_add_driver(${name} ...) before.${hint}")
endfunction()

function(bimetal_driver_sources out)
  set(all)
  foreach(driver IN LISTS ARGN)
    file(GLOB sources CONFIGURE_DEPENDS ${BIMETAL_TWIN_ROOT}/drivers/${driver}/*.c)
    if(NOT sources)
      _bimetal_no_driver(${driver})
    endif()
    list(APPEND all ${sources})
  endforeach()
  set(${out} ${all} PARENT_SCOPE)
endfunction()

# One metal library of a driver.
function(_bimetal_metal_library name compiler bits sources includes options)
  set(library ${name}-metal-${compiler}-${bits})
  set(archive ${CMAKE_CURRENT_BINARY_DIR}/lib${library}.a)
  _bimetal_metal_objects(objects COMPILER ${compiler} BITS ${bits} LEVEL O2
    SOURCES ${sources} INCLUDES ${includes} OPTIONS ${options})
  _bimetal_metal_targets(targets ${objects})
  add_custom_command(OUTPUT ${archive}
    COMMAND ${CMAKE_COMMAND} -E rm -f ${archive}
    COMMAND ${BIMETAL_AR} qcs ${archive} ${objects}
    DEPENDS ${objects} ${targets} COMMENT "Metal library ${library}" VERBATIM)
  add_custom_target(${library}-archive DEPENDS ${archive})
  add_library(${library} STATIC IMPORTED GLOBAL)
  set_target_properties(${library} PROPERTIES IMPORTED_LOCATION ${archive})
  add_dependencies(${library} ${library}-archive)
  add_dependencies(${name}-metal ${library}-archive)
endfunction()

function(bimetal_add_driver name)
  _bimetal_arguments(D "bimetal_add_driver(${name})" "" "SOURCES;INCLUDES;OPTIONS;BITS" SOURCES ${ARGN})
  if(NOT D_BITS)
    set(D_BITS 64)
  endif()
  foreach(bits IN LISTS D_BITS)
    if(NOT bits MATCHES "^(64|32)$")
      message(FATAL_ERROR "bimetal_add_driver(${name}): BITS are 64 or 32, not '${bits}'")
    endif()
  endforeach()
  _bimetal_absolute(sources ${D_SOURCES})
  _bimetal_absolute(includes ${D_INCLUDES})
  set_property(GLOBAL APPEND PROPERTY BIMETAL_ADDED_DRIVERS ${name})

  add_library(${name}-host STATIC ${sources})
  target_include_directories(${name}-host PUBLIC ${includes})
  target_compile_options(${name}-host PRIVATE -ffreestanding ${D_OPTIONS})
  target_link_libraries(${name}-host PUBLIC bimetal::bimetal)
  set_target_properties(${name}-host PROPERTIES BIMETAL_SOURCES "${sources}"
    BIMETAL_INCLUDES "${includes}" BIMETAL_OPTIONS "${D_OPTIONS}")

  add_custom_target(${name}-metal ALL)
  foreach(compiler gcc clang)
    string(TOUPPER ${compiler} upper)
    if(NOT BIMETAL_${upper})
      message(STATUS "No ${compiler}: ${name} is not built with it")
      continue()
    endif()
    foreach(bits IN LISTS D_BITS)
      _bimetal_metal_library(${name} ${compiler} ${bits} "${sources}" "${includes}" "${D_OPTIONS}")
    endforeach()
  endforeach()
endfunction()

# ---- models and boards ----

# What models and boards are compiled with.
function(_bimetal_model_target target includes options)
  target_include_directories(${target} PRIVATE ${includes})
  target_include_directories(${target} SYSTEM PRIVATE ${BIMETAL_TWIN_ROOT}
    ${BIMETAL_TWIN_ROOT}/harness/machine/include)
  # -g: messages about the model give file and line. A function that ends in a call stays on the stack, so
  # that a crash in what it calls is found to be its fault.
  target_compile_options(${target} PRIVATE -g -fno-optimize-sibling-calls ${options})
  set_target_properties(${target} PROPERTIES C_VISIBILITY_PRESET hidden)
endfunction()

# _bimetal_add_module(NAME KIND model|board SOURCES file... INCLUDES folder... OPTIONS flag...)
function(_bimetal_add_module name kind)
  cmake_parse_arguments(M "" "" "SOURCES;INCLUDES;OPTIONS" ${ARGN})
  string(MAKE_C_IDENTIFIER ${name} word)
  if(NOT word STREQUAL name)
    message(FATAL_ERROR "bimetal_add_${kind}(${name}): the name is part of a C name, ${kind}_${name}: use letters, "
      "digits and underscores")
  endif()
  set(names ${BIMETAL_TWIN_ROOT}/harness/machine/include/bimetal/model_names.h) # in an installation
  if(EXISTS ${names})
    file(STRINGS ${names} taken REGEX "^#define ${kind}_${name} ")
    if(taken)
      message(FATAL_ERROR "bimetal_add_${kind}(${name}): ${kind}_${name} is a name of bimetal's own; give it another")
    endif()
  endif()
  # The object that the program looks for.
  set(glue ${CMAKE_CURRENT_BINARY_DIR}/${name}-module.c)
  if(kind STREQUAL model)
    set(declared "extern const struct model model_${name};\nBIMETAL_MODULE(&model_${name}, NULL, BIMETAL_MODEL_SIZES);")
  else()
    set(declared
      "extern const struct machine_kind board_${name};\nBIMETAL_MODULE(NULL, &board_${name}, BIMETAL_BOARD_SIZES);")
  endif()
  file(CONFIGURE OUTPUT ${glue} CONTENT "#include \"bimetal/${kind}.h\"\n\n${declared}\n")

  add_library(${name}-${kind} STATIC ${M_SOURCES})
  _bimetal_model_target(${name}-${kind} "${M_INCLUDES}" "${M_OPTIONS}")
  target_link_libraries(${name}-${kind} PUBLIC bimetal::bimetal)
  set_target_properties(${name}-${kind} PROPERTIES BIMETAL_KIND ${kind} BIMETAL_SOURCES "${M_SOURCES}"
    BIMETAL_INCLUDES "${M_INCLUDES}" BIMETAL_OPTIONS "${M_OPTIONS}")
  if(NOT TARGET bimetal::cli)
    return()
  endif()
  add_library(${name} MODULE ${M_SOURCES} ${glue})
  _bimetal_model_target(${name} "${M_INCLUDES}" "${M_OPTIONS}")
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX .so)
  if(TARGET bimetal-model-names) # in bimetal's own build
    get_filename_component(names ${BIMETAL_MODEL_NAMES} DIRECTORY)
    target_include_directories(${name} PRIVATE ${names}/..)
    add_dependencies(${name} bimetal-model-names)
  endif()
endfunction()

function(bimetal_add_model name)
  _bimetal_arguments(D "bimetal_add_model(${name})" "" "SOURCES;INCLUDES;OPTIONS" SOURCES ${ARGN})
  _bimetal_absolute(sources ${D_SOURCES})
  _bimetal_absolute(includes ${D_INCLUDES})
  set_property(GLOBAL APPEND PROPERTY BIMETAL_ADDED_MODELS ${name})
  _bimetal_add_module(${name} model SOURCES ${sources} INCLUDES ${includes} OPTIONS ${D_OPTIONS})
endfunction()

function(bimetal_add_board name)
  _bimetal_arguments(D "bimetal_add_board(${name})" "" "SOURCES;INCLUDES;OPTIONS;MODELS" SOURCES ${ARGN})
  if(name MATCHES "^(pc|isapc|none)$")
    message(FATAL_ERROR "bimetal_add_board(${name}): that is the name of a machine of bimetal's own; give it another")
  endif()
  _bimetal_absolute(sources ${D_SOURCES})
  _bimetal_absolute(includes ${D_INCLUDES})
  foreach(model IN LISTS D_MODELS)
    if(NOT TARGET ${model}-model)
      message(FATAL_ERROR "bimetal_add_board(${name}): '${model}', after MODELS, is no model: call "
        "bimetal_add_model(${model} ...) before")
    endif()
    get_property(its TARGET ${model}-model PROPERTY BIMETAL_SOURCES)
    list(APPEND sources ${its})
    get_property(its TARGET ${model}-model PROPERTY BIMETAL_INCLUDES)
    list(APPEND includes ${its})
  endforeach()
  _bimetal_add_module(${name} board SOURCES ${sources} INCLUDES ${includes} OPTIONS ${D_OPTIONS})
endfunction()

function(_bimetal_check_place call state)
  if(state STREQUAL "AT")
    message(FATAL_ERROR "${call}: no place, such as port=0x300, after AT${ARGN}")
  endif()
endfunction()

# _bimetal_models(CALL PREFIX word...): the words after MODEL. Sets PREFIX_NAMES to the models, and
# PREFIX_SETTINGS to the text behind each one's name (",port=0x300,irq=5" or "-").
function(_bimetal_models call prefix)
  set(names)
  set(settings)
  set(state name)
  foreach(word IN LISTS ARGN)
    if(word STREQUAL "AT" OR word STREQUAL "IRQ")
      if("${names}" STREQUAL "") # a name may be n, which is false
        message(FATAL_ERROR "${call}: ${word} comes before the name of a model, behind MODEL")
      endif()
      _bimetal_check_place("${call}" ${state})
      set(state ${word})
      continue()
    endif()
    if(state STREQUAL "IRQ")
      if(NOT word MATCHES "^[0-9]+$")
        message(FATAL_ERROR "${call}: IRQ '${word}' is no number")
      endif()
      set(add ",irq=${word}")
      set(state wired)
    elseif(word MATCHES "=" AND state STREQUAL "wired")
      message(FATAL_ERROR "${call}: '${word}' stands behind IRQ. Settings stand between AT and IRQ: "
        "MODEL NAME AT port=0x300 name=other IRQ 5")
    elseif(word MATCHES "=")
      if(NOT state MATCHES "^(AT|placed)$")
        message(FATAL_ERROR "${call}: '${word}' has no AT before it. Settings stand between AT and IRQ: "
          "MODEL NAME AT port=0x300 name=other IRQ 5")
      endif()
      set(add ",${word}")
      set(state placed)
    elseif(word MATCHES "^[A-Z][A-Z_]+$" AND NOT TARGET ${word}-model)
      list(JOIN _keywords " " known) # of the call
      string(REGEX REPLACE "(^| )MODEL( |$)" "\\1MODEL (then AT, IRQ)\\2" known "${known}")
      message(FATAL_ERROR "${call}: '${word}', after MODEL, is neither a keyword nor a model. "
        "The keywords are: ${known}")
    else()
      _bimetal_check_place("${call}" ${state} ", not '${word}'")
      list(APPEND names ${word})
      list(APPEND settings "-")
      set(state name)
      continue()
    endif()
    list(POP_BACK settings last)
    list(APPEND settings "${last}${add}")
  endforeach()
  _bimetal_check_place("${call}" ${state})
  if(state STREQUAL "IRQ")
    message(FATAL_ERROR "${call}: no number after IRQ")
  endif()
  list(TRANSFORM settings REPLACE "^-," ",")
  set(${prefix}_NAMES ${names} PARENT_SCOPE)
  set(${prefix}_SETTINGS ${settings} PARENT_SCOPE)
endfunction()

# How many characters to insert, delete or replace make one word of the other; capitals do not count.
function(_bimetal_distance out one other)
  string(TOLOWER "${one}" one)
  string(TOLOWER "${other}" other)
  string(LENGTH "${one}" rows)
  string(LENGTH "${other}" columns)
  set(above 0) # the distances of no character of `one` from the beginnings of `other`
  foreach(column RANGE 1 ${columns})
    list(APPEND above ${column})
  endforeach()
  foreach(row RANGE 1 ${rows})
    math(EXPR at "${row} - 1")
    string(SUBSTRING "${one}" ${at} 1 letter)
    set(here ${row})
    set(left ${row})
    foreach(column RANGE 1 ${columns})
      math(EXPR at "${column} - 1")
      string(SUBSTRING "${other}" ${at} 1 its_letter)
      list(GET above ${at} least)
      if(NOT letter STREQUAL its_letter)
        list(GET above ${column} up)
        foreach(longer ${up} ${left})
          if(longer LESS least)
            set(least ${longer})
          endif()
        endforeach()
        math(EXPR least "${least} + 1")
      endif()
      set(left ${least})
      list(APPEND here ${least})
    endforeach()
    set(above ${here})
  endforeach()
  list(POP_BACK above last)
  set(${out} ${last} PARENT_SCOPE)
endfunction()

# _bimetal_near(OUT WORD known...): " Did you mean A or B?", of what is known; empty: nothing is near.
function(_bimetal_near out word)
  set(near)
  string(LENGTH ${word} length)
  foreach(known IN LISTS ARGN)
    _bimetal_distance(distance ${word} ${known})
    math(EXPR tripled "3 * ${distance}")
    if(tripled LESS_EQUAL length)
      list(APPEND near ${known})
    endif()
  endforeach()
  set(hint "")
  if(near)
    list(JOIN near " or " near)
    set(hint " Did you mean ${near}?")
  endif()
  set(${out} "${hint}" PARENT_SCOPE)
endfunction()

# A model that is not known yet may be added later in the project, which would be too late; or nobody has it. Which
# of both is known when the whole project was read. (A board of one's own may have cards of any name.)
function(_bimetal_expect_models call machine)
  foreach(name IN LISTS ARGN)
    if(NOT TARGET ${name}-model AND NOT name IN_LIST BIMETAL_OWN_MODELS AND NOT TARGET "${machine}-board")
      get_property(awaited GLOBAL PROPERTY BIMETAL_AWAITED)
      if(NOT awaited)
        cmake_language(DEFER DIRECTORY ${CMAKE_SOURCE_DIR} CALL _bimetal_check_models)
      endif()
      set_property(GLOBAL APPEND PROPERTY BIMETAL_AWAITED "${name}|${CMAKE_CURRENT_SOURCE_DIR}: ${call}")
    endif()
  endforeach()
endfunction()

function(_bimetal_check_models)
  get_property(awaited GLOBAL PROPERTY BIMETAL_AWAITED)
  get_property(added GLOBAL PROPERTY BIMETAL_ADDED_MODELS)
  list(JOIN BIMETAL_OWN_MODELS ", " own)
  foreach(pair IN LISTS awaited)
    string(REGEX MATCH "^([^|]*)[|](.*)$" _ "${pair}")
    set(name ${CMAKE_MATCH_1})
    set(call ${CMAKE_MATCH_2})
    if(TARGET ${name}-model)
      message(FATAL_ERROR "${call}: MODEL '${name}': bimetal_add_model(${name} ...) comes later. Call it before")
    endif()
    _bimetal_near(hint ${name} ${added} ${BIMETAL_OWN_MODELS})
    message(FATAL_ERROR "${call}: MODEL '${name}' is neither a model of this project, which "
      "bimetal_add_model(${name} ...) would add, nor one of bimetal's own: ${own}.${hint}")
  endforeach()
endfunction()

# _bimetal_device_texts(OUT NATIVE|MODULE NAMES SETTINGS): the text of --device for each model; with
# MODULE, a model of the user's is its file.
function(_bimetal_device_texts out how names settings)
  set(texts)
  foreach(name setting IN ZIP_LISTS names settings)
    if(setting STREQUAL "-")
      set(setting "")
    endif()
    if(how STREQUAL "MODULE" AND TARGET ${name}-model)
      list(APPEND texts "$<TARGET_FILE:${name}>${setting}")
    else()
      list(APPEND texts "${name}${setting}")
    endif()
  endforeach()
  set(${out} ${texts} PARENT_SCOPE)
endfunction()

# The text of --machine: a name, or the file of a board.
function(_bimetal_machine_text call out machine)
  if(machine AND TARGET ${machine}-board)
    set(machine $<TARGET_FILE:${machine}>)
  elseif(machine AND NOT machine MATCHES "^(pc|isapc|none)$")
    message(FATAL_ERROR "${call}: MACHINE '${machine}' is neither pc, isapc nor none, nor a board: call "
      "bimetal_add_board(${machine} ...) before")
  endif()
  set(${out} "${machine}" PARENT_SCOPE)
endfunction()

# Tell the native program of a twin test its models and its board.
function(_bimetal_native_setup program machine names settings)
  set(externs "struct model;\nstruct machine_kind;\n")
  set(pointers "")
  set(texts "")
  _bimetal_device_texts(native NATIVE "${names}" "${settings}")
  foreach(name text IN ZIP_LISTS names native)
    string(APPEND texts "\"${text}\", ")
    if(TARGET ${name}-model)
      target_link_libraries(${program} PRIVATE ${name}-model)
      string(APPEND externs "extern const struct model model_${name};\n")
      string(APPEND pointers "&model_${name}, ")
    else()
      string(APPEND pointers "0, ")
    endif()
  endforeach()
  set(board 0)
  set(named 0)
  if(machine AND TARGET ${machine}-board)
    target_link_libraries(${program} PRIVATE ${machine}-board)
    string(APPEND externs "extern const struct machine_kind board_${machine};\n")
    set(board "&board_${machine}")
  elseif(machine)
    set(named "\"${machine}\"")
  endif()
  set(setup ${CMAKE_CURRENT_BINARY_DIR}/${program}-setup.c)
  file(CONFIGURE OUTPUT ${setup} CONTENT "/* Made by bimetal_add_twin_test(). */
${externs}
extern const char *const twin_native_device[], *const twin_native_machine;
extern const struct model *const twin_native_model[];
extern const struct machine_kind *const twin_native_board;

const char *const twin_native_device[] = { ${texts}0 };
const struct model *const twin_native_model[] = { ${pointers}0 };
const char *const twin_native_machine = ${named};
const struct machine_kind *const twin_native_board = ${board};
" @ONLY)
  target_sources(${program} PRIVATE ${setup})
endfunction()

# ---- twin tests ----

# The kernels of one twin test program: sets ${images} to their paths.
function(_bimetal_twin_kernels name images)
  cmake_parse_arguments(K "" "" "SOURCES;INCLUDES;OPTIONS" ${ARGN})
  set(metal ${BIMETAL_TWIN_ROOT}/harness/twin/metal)
  set(runtime ${metal}/start.S ${metal}/runtime.c ${metal}/memory.c
    ${BIMETAL_TWIN_ROOT}/drivers/io/metal/calibrate.c)
  set(here ${BIMETAL_TWIN_DIR})
  if(BIMETAL_PRODUCTS)
    set(here ${BIMETAL_PRODUCTS}/twin)
  endif()
  file(MAKE_DIRECTORY ${BIMETAL_TWIN_DIR})
  set(all)
  foreach(compiler gcc clang)
    string(TOUPPER ${compiler} upper)
    if(NOT BIMETAL_${upper})
      message(STATUS "No ${compiler}: twin tests are not built with it")
      continue()
    endif()
    foreach(level O0 O2)
      set(image ${here}/${name}-${compiler}-${level})
      list(APPEND all ${image})
      set(variant COMPILER ${compiler} BITS 64 LEVEL ${level})
      # Compiled without the include folders of the test, the runtime is the same for every kernel.
      _bimetal_metal_objects(objects ${variant} SOURCES ${runtime} OPTIONS ${K_OPTIONS})
      _bimetal_metal_objects(own ${variant} SOURCES ${K_SOURCES}
        INCLUDES ${K_INCLUDES} OPTIONS ${K_OPTIONS})
      list(APPEND objects ${own})
      _bimetal_metal_targets(targets ${objects})
      add_custom_command(OUTPUT ${image}
        COMMAND ${BIMETAL_${upper}} ${BIMETAL_METAL_FLAGS} ${BIMETAL_METAL_LINK}
          -Wl,-T,${metal}/link.ld ${objects} -o ${image}.elf
        COMMAND ${BIMETAL_OBJCOPY} -O elf32-i386 ${image}.elf ${image}
        DEPENDS ${objects} ${targets} ${metal}/link.ld
        COMMENT "Twin kernel ${name} (${compiler} -${level})" VERBATIM)
    endforeach()
  endforeach()
  set(${images} ${all} PARENT_SCOPE)
endfunction()

# Sets OUT to the environment of run.sh and result.sh.
function(_bimetal_twin_environment out stimuli cpu machine devices)
  string(REPLACE ";" "\n" devices "${devices}")
  set(${out} TWIN_TRACES=${CMAKE_CURRENT_BINARY_DIR}/traces TWIN_STIMULI=${stimuli} "TWIN_CPU=${cpu}"
    "TWIN_MACHINE=${machine}" "TWIN_DEVICES=${devices}" QEMU=${BIMETAL_QEMU} PARENT_SCOPE)
endfunction()

# The native tests of one program run in one process: that is a test of its own, which comes before those that only
# read what it found out. Tests with models of one's own, or a board, also record what they reach of it.
# TESTS: those that run, or none for all; N: how many these are; SUFFIX: of the recording's name.
function(_bimetal_twin_natives name program environment n suffix)
  add_test(NAME ${name} COMMAND ${BIMETAL_TWIN_ROOT}/harness/twin/run.sh native $<TARGET_FILE:${program}> ${ARGN})
  math(EXPR timeout "600 + 20 * ${n}") # if none of them ends by itself
  if(environment MATCHES "TWIN_DEVICES=[^;]" OR environment MATCHES "TWIN_MACHINE=[^;]*/")
    list(APPEND environment TWIN_COVERAGE=${CMAKE_CURRENT_BINARY_DIR}/traces/${program}${suffix}.coverage)
  endif()
  set_tests_properties(${name} PROPERTIES ENVIRONMENT "${environment}" LABELS twin TIMEOUT ${timeout}
    FIXTURES_SETUP twin_run.${program})
endfunction()

# The tests of one TWIN.
function(_bimetal_twin_case program suite test here images machine devices environment)
  set(base twin.${suite}.${test})
  set(run ${BIMETAL_TWIN_ROOT}/harness/twin/run.sh)
  set(sides native)
  add_test(NAME ${base}.native
    COMMAND ${BIMETAL_TWIN_ROOT}/harness/twin/result.sh ${suite}.${test} $<TARGET_FILE:${program}>)
  set_tests_properties(${base}.native PROPERTIES FIXTURES_REQUIRED twin_run.${program})
  if(TARGET bimetal::cli)
    list(APPEND environment BIMETAL=$<TARGET_FILE:bimetal::cli>)
    list(APPEND sides metal traces)
    add_test(NAME ${base}.metal COMMAND ${run} metal ${suite} ${test} ${images})
    add_test(NAME ${base}.traces COMMAND ${run} traces ${suite} ${test} ${images})
    set_tests_properties(${base}.native ${base}.metal PROPERTIES FIXTURES_SETUP ${base})
    set_tests_properties(${base}.traces PROPERTIES FIXTURES_REQUIRED ${base})
  endif()
  foreach(side IN LISTS sides)
    set_tests_properties(${base}.${side} PROPERTIES ENVIRONMENT "${environment}"
      LABELS twin TIMEOUT 600)
  endforeach()
  if(NOT here AND NOT BIMETAL_ASAN AND NOT machine AND NOT devices)
    add_test(NAME ${base}.qemu COMMAND ${run} qemu ${suite} ${test} ${images})
    set_tests_properties(${base}.qemu PROPERTIES ENVIRONMENT "${environment}"
      LABELS "twin;qemu" TIMEOUT 300 SKIP_RETURN_CODE 77)
  endif()
endfunction()

# The native program of a twin test.
function(_bimetal_twin_program name)
  cmake_parse_arguments(P "" "" "SOURCES;INCLUDES;OPTIONS;SANITIZE" ${ARGN})
  add_executable(${name} ${P_SOURCES})
  target_include_directories(${name} PRIVATE ${P_INCLUDES})
  # -g: reports of failures and of differing accesses give file and line.
  target_compile_options(${name} PRIVATE -g ${P_OPTIONS})
  target_link_libraries(${name} PRIVATE bimetal::twin)
  if(P_SANITIZE)
    list(JOIN P_SANITIZE "," sanitize)
    target_compile_options(${name} PRIVATE -fsanitize=${sanitize} -fno-sanitize-recover=all
      -fno-omit-frame-pointer)
    target_link_options(${name} PRIVATE -fsanitize=${sanitize})
  endif()
endfunction()

# _bimetal_twin_name(FILE LINE SUITE TEST HERE): sets these to the names in this line of the file, and HERE
# to "_HERE" or nothing. Stops with a message if the test could not be run under its names.
function(_bimetal_twin_name file line suite test here)
  # A TWIN in another form would compile, but never run.
  if(NOT line MATCHES "^TWIN(_HERE)?\\(([A-Za-z0-9_]+), ([A-Za-z0-9_]+)\\)")
    message(FATAL_ERROR "${file}: write TWIN(suite, name) at the start of a line, with both names on it, "
      "not: ${line}")
  endif()
  set(found_here "${CMAKE_MATCH_1}")
  set(found_suite ${CMAKE_MATCH_2})
  set(found_test ${CMAKE_MATCH_3})
  foreach(word ${found_suite} ${found_test})
    if(NOT word MATCHES "^[a-z][a-z0-9_]*$")
      message(FATAL_ERROR "${file}: TWIN(${found_suite}, ${found_test}): '${word}' is not in lower case: "
        "names are a letter, then letters, digits and underscores")
    endif()
  endforeach()
  # ctest knows each test by its name.
  set(known BIMETAL_TWIN_${found_suite}.${found_test})
  get_property(other GLOBAL PROPERTY ${known})
  if(other)
    message(FATAL_ERROR "${file}: TWIN(${found_suite}, ${found_test}) has the name of a test in ${other}: "
      "give one of them another")
  endif()
  set_property(GLOBAL PROPERTY ${known} ${file})
  set(${suite} ${found_suite} PARENT_SCOPE)
  set(${test} ${found_test} PARENT_SCOPE)
  set(${here} "${found_here}" PARENT_SCOPE)
endfunction()

# _bimetal_check_stimuli(CALL FILE test...): each section of the file must be that of one of these tests
# (suite.name, or suite.name_HERE if it does not run under QEMU), or its stimuli would never come.
function(_bimetal_check_stimuli call file)
  file(STRINGS ${file} sections REGEX "^\\[.*\\]")
  foreach(section IN LISTS sections)
    string(REGEX REPLACE "^\\[(.*)\\].*$" "\\1" test "${section}")
    if(${test} IN_LIST ARGN)
      message(WARNING "${call}: ${file} has stimuli for ${test}, but QEMU gives it none: "
        "make it a TWIN_HERE, which does not run there")
    elseif(NOT ${test}_HERE IN_LIST ARGN)
      message(FATAL_ERROR "${call}: ${file} has stimuli for ${test}, but there is no such test")
    endif()
  endforeach()
endfunction()

# A rule that makes the file may come later in the folder. Without this, CMake and ninja tell of targets that the
# user did not write.
function(_bimetal_check_drivers call)
  foreach(path IN LISTS ARGN)
    get_source_file_property(generated ${path} GENERATED)
    if(NOT EXISTS ${path} AND NOT generated)
      get_filename_component(folder ${path} DIRECTORY)
      get_filename_component(file ${path} NAME)
      file(GLOB known RELATIVE ${folder} ${folder}/*.c)
      _bimetal_near(hint ${file} ${known})
      message(FATAL_ERROR "${call}: ${path}, after DRIVERS: there is no such file.${hint}")
    endif()
  endforeach()
endfunction()

function(bimetal_add_twin_test name)
  _bimetal_arguments(T "bimetal_add_twin_test(${name})" "STIMULI;CPU;MACHINE"
    "SOURCES;DRIVERS;INCLUDES;OPTIONS;SANITIZE;MODEL" SOURCES ${ARGN})
  _bimetal_models("bimetal_add_twin_test(${name})" model ${T_MODEL})
  _bimetal_expect_models("bimetal_add_twin_test(${name})" "${T_MACHINE}" ${model_NAMES})
  _bimetal_machine_text("bimetal_add_twin_test(${name})" machine "${T_MACHINE}")
  _bimetal_device_texts(devices MODULE "${model_NAMES}" "${model_SETTINGS}")
  _bimetal_expect_testing()
  _bimetal_absolute(tests ${T_SOURCES})
  _bimetal_absolute(includes ${T_INCLUDES})
  set(sources ${tests})
  foreach(driver IN LISTS T_DRIVERS)
    if(TARGET ${driver}-host)
      foreach(what SOURCES INCLUDES OPTIONS)
        get_property(D_${what} TARGET ${driver}-host PROPERTY BIMETAL_${what})
      endforeach()
      list(APPEND sources ${D_SOURCES})
      list(APPEND includes ${D_INCLUDES})
      list(APPEND T_OPTIONS ${D_OPTIONS})
    elseif(driver MATCHES "^[a-z0-9_]+$")
      bimetal_driver_sources(own ${driver})
      list(APPEND sources ${own})
    else()
      _bimetal_absolute(path ${driver})
      list(APPEND sources ${path})
      cmake_language(EVAL CODE "cmake_language(DEFER CALL _bimetal_check_drivers [[bimetal_add_twin_test(${name})]] [[${path}]])")
    endif()
  endforeach()
  set(stimuli)
  if(T_STIMULI)
    _bimetal_absolute(stimuli ${T_STIMULI})
  endif()

  set(built SOURCES ${sources} INCLUDES ${includes} OPTIONS ${T_OPTIONS})
  _bimetal_twin_program(${name} ${built} SANITIZE ${T_SANITIZE})
  set_property(TARGET ${name} PROPERTY BIMETAL_TWIN_CPU "${T_CPU}")
  if(T_MODEL OR T_MACHINE)
    _bimetal_native_setup(${name} "${T_MACHINE}" "${model_NAMES}" "${model_SETTINGS}")
  endif()
  _bimetal_twin_kernels(${name} images ${built})
  _bimetal_products(${name}-kernels ${images})

  # Sanitizers check our code, which is the same for every kernel, and are slow: one kernel is enough.
  if(BIMETAL_ASAN)
    list(GET images 0 images)
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${tests} ${stimuli})
  set(all)
  set(natives)
  set(natives_HERE)
  _bimetal_twin_environment(environment "${stimuli}" "${T_CPU}" "${machine}" "${devices}")
  foreach(file IN LISTS tests)
    file(STRINGS ${file} cases REGEX "^[ \t]*TWIN(_HERE)?[ \t]*\\(")
    if(NOT cases)
      message(FATAL_ERROR "bimetal_add_twin_test(${name}): no TWIN(suite, name) in ${file}")
    endif()
    foreach(case IN LISTS cases)
      _bimetal_twin_name(${file} "${case}" suite test here)
      _bimetal_twin_case(${name} ${suite} ${test} "${here}" "${images}" "${machine}" "${devices}" "${environment}")
      list(APPEND natives${here} ${suite}.${test})
      if(machine OR devices)
        set(here _HERE) # there is no test under QEMU
      endif()
      list(APPEND all ${suite}.${test}${here})
    endforeach()
  endforeach()
  list(LENGTH all n)
  if(BIMETAL_RECORDINGS) # in bimetal's own build: two runs, as QEMU's registers are those of a TWIN alone
    foreach(here "" _HERE)
      string(TOLOWER "${here}" suffix)
      if(natives${here})
        _bimetal_twin_natives(twin_run.${name}.native${suffix} ${name} "${environment}" ${n} "${suffix}"
          ${natives${here}})
      endif()
    endforeach()
  else()
    _bimetal_twin_natives(twin_run.${name}.native ${name} "${environment}" ${n} "")
  endif()
  if(stimuli AND NOT EXISTS ${stimuli})
    message(FATAL_ERROR "bimetal_add_twin_test(${name}): STIMULI ${stimuli}: there is no such file")
  endif()
  if(stimuli)
    _bimetal_check_stimuli("bimetal_add_twin_test(${name})" ${stimuli} ${all})
  endif()
endfunction()

# ---- boot tests ----

function(bimetal_add_boot_test name)
  _bimetal_arguments(B "bimetal_add_boot_test(${name})" "KERNEL;EXPECT;SCREEN;EXIT;MACHINE;TIMEOUT;PICTURE"
    "ALLOW;ARGS;MODEL" KERNEL ${ARGN})
  _bimetal_models("bimetal_add_boot_test(${name})" model ${B_MODEL})
  _bimetal_expect_models("bimetal_add_boot_test(${name})" "${B_MACHINE}" ${model_NAMES})
  _bimetal_machine_text("bimetal_add_boot_test(${name})" machine "${B_MACHINE}")
  _bimetal_device_texts(devices MODULE "${model_NAMES}" "${model_SETTINGS}")
  _bimetal_expect_testing()
  if(NOT TARGET bimetal::cli)
    message(FATAL_ERROR "bimetal_add_boot_test(${name}): bimetal was built without its command")
  endif()
  if(TARGET ${B_KERNEL})
    set(B_KERNEL $<TARGET_FILE:${B_KERNEL}>)
  elseif(NOT B_KERNEL MATCHES "^\\$<")
    get_filename_component(B_KERNEL ${B_KERNEL} ABSOLUTE)
  endif()
  set(run --machine pc --lint error --tlb lint --max-time 60s)
  if(machine)
    list(APPEND run --machine ${machine})
  endif()
  foreach(device IN LISTS devices)
    list(APPEND run --device ${device})
  endforeach()
  if(devices OR machine MATCHES "^\\$<")
    string(MAKE_C_IDENTIFIER ${name} file)
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/traces)
    list(APPEND run --coverage ${CMAKE_CURRENT_BINARY_DIR}/traces/${file}.coverage)
  endif()
  if(B_PICTURE)
    _bimetal_absolute(picture ${B_PICTURE})
    string(MAKE_C_IDENTIFIER ${name} file)
    list(APPEND run --expect-picture ${picture} --difference ${CMAKE_CURRENT_BINARY_DIR}/${file}.difference.png)
  endif()
  if(B_TIMEOUT)
    list(APPEND run --max-time ${B_TIMEOUT})
  endif()
  foreach(lint IN LISTS B_ALLOW)
    list(APPEND run --allow-lint ${lint})
  endforeach()
  add_test(NAME ${name} COMMAND ${BIMETAL_TWIN_ROOT}/harness/command/boot_test.sh
    $<TARGET_FILE:bimetal::cli> "${B_EXPECT}" "${B_SCREEN}" "${B_EXIT}" ${run} ${B_ARGS} ${B_KERNEL})
  set_tests_properties(${name} PROPERTIES LABELS boot TIMEOUT 300)
endfunction()
