# SPDX-License-Identifier: MIT

# bimetal_watch_test(TARGET [model ...]): TARGET fails at a lint that `bimetal explain` does not know
# (tests/quality/known_lints.c), unless it comes from one of these models. If the environment requests
# it, TARGET also records which registers it accesses (tests/quality/coverage/recorder.c).
function(bimetal_watch_test target)
  # Objects, not a library: the order of libraries would decide whether they are linked. Those of one
  # list of models are made once.
  list(JOIN ARGN "-" key)
  set(known bimetal-known-lints-${key})
  if(NOT TARGET ${known})
    list(JOIN ARGN " " made_up)
    add_library(${known} OBJECT ${CMAKE_SOURCE_DIR}/tests/quality/known_lints.c)
    target_link_libraries(${known} PRIVATE bimetal)
    target_include_directories(${known} PRIVATE ${CMAKE_SOURCE_DIR})
    target_compile_definitions(${known} PRIVATE "KNOWN_LINTS_MADE_UP=\" ${made_up} \"")
  endif()
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:${known}> $<TARGET_OBJECTS:bimetal-recorder>)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE bimetal)
endfunction()

# bimetal_record_test(TEST FOLDER): records which registers this test of a watched program accesses, in
# FOLDER below ${BIMETAL_RECORDINGS}.
set(BIMETAL_RECORDINGS ${CMAKE_BINARY_DIR}/coverage)
function(bimetal_record_test test folder)
  set(folder ${BIMETAL_RECORDINGS}/${folder})
  file(MAKE_DIRECTORY ${folder})
  set_property(GLOBAL APPEND_STRING PROPERTY BIMETAL_RECORDINGS "${ARGV1}/${test}.registers\n")
  set_property(TEST ${test} APPEND PROPERTY ENVIRONMENT BIMETAL_COVERAGE=${folder}/${test}.registers)
  set_property(TEST ${test} APPEND PROPERTY FIXTURES_SETUP register_coverage)
  set_property(TEST ${test} APPEND PROPERTY LABELS records)
endfunction()

# bimetal_untested(FILE...): bimetal_all_tested() ignores these files: another program contains them, or
# this build does not use them.
function(bimetal_untested)
  foreach(file IN LISTS ARGN)
    get_filename_component(path ${file} ABSOLUTE)
    set_property(GLOBAL APPEND PROPERTY BIMETAL_TESTED ${path})
  endforeach()
endfunction()

# bimetal_watch_twin(PROGRAM): watches the native runs of this twin test; its other runs access the same
# registers. A TWIN is also compared with QEMU.
function(bimetal_watch_twin program)
  bimetal_watch_test(${program})
  if(TEST twin_run.${program}.native)
    bimetal_record_test(twin_run.${program}.native qemu)
  endif()
  if(TEST twin_run.${program}.native_here)
    bimetal_record_test(twin_run.${program}.native_here here)
  endif()
endfunction()

# bimetal_test(NAME file.c ... [LIBS lib ...] [MADE_UP model ...]): a Criterion program, one ctest
# case per file. Those that link models are watched and record.
function(bimetal_test name)
  cmake_parse_arguments(T "" "" "LIBS;MADE_UP" ${ARGN})
  bimetal_untested(${T_UNPARSED_ARGUMENTS})
  add_executable(${name} ${T_UNPARSED_ARGUMENTS} $<TARGET_OBJECTS:bimetal-check>)
  target_link_libraries(${name} PRIVATE ${T_LIBS} bimetal-flags Criterion::Criterion)
  if(T_LIBS MATCHES "bimetal-devices|bimetal-machine|bimetal(;|$)")
    bimetal_watch_test(${name} ${T_MADE_UP})
  endif()
  # Tests' macros cause these warnings, only in test files; and -O2 would double what a test takes to compile, for
  # nothing. As options of the source file they come after those inherited from libraries.
  set_source_files_properties(${T_UNPARSED_ARGUMENTS} PROPERTIES COMPILE_OPTIONS
    "$<$<CONFIG:RelWithDebInfo>:-O1>;-Wno-conversion;-Wno-shadow;-Wno-missing-prototypes;-Wno-cast-qual")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300
    ENVIRONMENT "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/lsan.supp:print_suppressions=0")
  if(T_LIBS MATCHES "bimetal-machine")
    bimetal_record_test(${name} cpu)
  elseif(T_LIBS MATCHES "bimetal-devices|bimetal(;|$)")
    bimetal_record_test(${name} native)
  endif()
endfunction()

# bimetal_all_tested(FOLDER): configuring fails if a test_*.c below FOLDER belongs to no program.
function(bimetal_all_tested folder)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/test_*.c)
  get_property(tested GLOBAL PROPERTY BIMETAL_TESTED)
  list(REMOVE_ITEM files ${tested})
  if(files)
    list(JOIN files "\n  " lines)
    message(FATAL_ERROR "No bimetal_test() builds these tests, so they would never run:\n  ${lines}")
  endif()
endfunction()

# bimetal_determinism_test(NAME LABELS label ... ARGS argument ...): runs `bimetal run ARGS` twice, then
# traced, then stepped, in one process, and checks that all runs are equal. How the guest ends does not
# matter.
function(bimetal_determinism_test name)
  cmake_parse_arguments(T "" "" "LABELS;ARGS" ${ARGN})
  add_test(NAME determinism.${name}
    COMMAND $<TARGET_FILE:bimetal-cli> run --verify 3 --serial none ${T_ARGS})
  set_tests_properties(determinism.${name} PROPERTIES LABELS "${T_LABELS}" TIMEOUT 600
    PASS_REGULAR_EXPRESSION "--verify: 3 more runs .*, all equal to the first: digest [0-9a-f]"
    FAIL_REGULAR_EXPRESSION "a bug of bimetal")
endfunction()
