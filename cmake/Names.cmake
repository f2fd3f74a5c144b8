# SPDX-License-Identifier: MIT
# Names that headers declare and archives define. NM is set before.

# The names of the functions and objects that these headers declare, and some more.
function(declared out)
  set(all)
  foreach(header IN LISTS ARGN)
    file(READ ${header} text)
    string(REGEX REPLACE "/[*][^*]*[*]+([^/*][^*]*[*]+)*/" " " text "${text}")
    string(REGEX MATCHALL "[A-Za-z_][A-Za-z0-9_]*[(]" calls "${text}")
    string(REGEX MATCHALL "extern [^;(]*[;]" objects "${text}")
    string(REGEX MATCHALL "[A-Za-z_][A-Za-z0-9_]*" words "${objects}")
    list(APPEND all ${calls} ${words})
  endforeach()
  list(REMOVE_DUPLICATES all)
  list(TRANSFORM all REPLACE "[(]" "")
  set(${out} "${all}" PARENT_SCOPE)
endfunction()

# Those that the archives define, but for names of the compiler's own.
function(defined out)
  execute_process(COMMAND ${NM} -g --defined-only -P ${ARGN} OUTPUT_VARIABLE lines ERROR_QUIET
    COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "(^|\n)[A-Za-z][A-Za-z0-9_]* [A-Z] " found "${lines}")
  list(TRANSFORM found REPLACE "^\n?([A-Za-z0-9_]*) . $" "\\1")
  list(REMOVE_DUPLICATES found)
  set(${out} "${found}" PARENT_SCOPE)
endfunction()
