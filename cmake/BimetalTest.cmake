# SPDX-License-Identifier: MIT
# bimetal_test(NAME file.c ... [LIBS lib ...] [MADE_UP model ...]): a Criterion program, one ctest
# case per file. Those that link models are stopped by a lint that `bimetal explain` does not know
# (tests/known_lints.c), unless it is of a model that the test makes up.
function(bimetal_test name)
  cmake_parse_arguments(T "" "" "LIBS;MADE_UP" ${ARGN})
  add_executable(${name} ${T_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${T_LIBS} bimetal-flags Criterion::Criterion)
  if(T_LIBS MATCHES "bimetal-devices|bimetal-machine|bimetal(;|$)")
    # A file of its own, not a library: the order of libraries would decide whether it is linked.
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/known_lints.c)
    target_link_libraries(${name} PRIVATE bimetal)
    target_link_options(${name} PRIVATE -Wl,--wrap=hub_lint)
    list(JOIN T_MADE_UP " " made_up)
    target_compile_definitions(${name} PRIVATE "KNOWN_LINTS_MADE_UP=\" ${made_up} \"")
  endif()
  # Criterion's macros trip these in the test files alone. As options of the source file they come
  # after the ones that the libraries hand on.
  set_source_files_properties(${T_UNPARSED_ARGUMENTS} PROPERTIES COMPILE_OPTIONS
    "-Wno-conversion;-Wno-shadow;-Wno-missing-prototypes;-Wno-cast-qual")
  add_test(NAME ${name} COMMAND ${name} --quiet)
  set_tests_properties(${name} PROPERTIES TIMEOUT 300
    ENVIRONMENT "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/harness/twin/lsan.supp:print_suppressions=0")
endfunction()
