# SPDX-License-Identifier: MIT
# bimetal_test(NAME file.c ... [LIBS lib ...]): a Criterion program, one ctest case per file.
function(bimetal_test name)
  cmake_parse_arguments(T "" "" "LIBS" ${ARGN})
  add_executable(${name} ${T_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${T_LIBS} bimetal-flags Criterion::Criterion)
  # Criterion's macros trip these in the test files alone. As options of the source file they come
  # after the ones that the libraries hand on.
  set_source_files_properties(${T_UNPARSED_ARGUMENTS} PROPERTIES COMPILE_OPTIONS
    "-Wno-conversion;-Wno-shadow;-Wno-missing-prototypes;-Wno-cast-qual")
  add_test(NAME ${name} COMMAND ${name} --quiet)
  set_tests_properties(${name} PROPERTIES TIMEOUT 300
    ENVIRONMENT "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/lsan.supp:print_suppressions=0")
endfunction()
