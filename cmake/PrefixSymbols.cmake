# SPDX-License-Identifier: MIT
# Run by `cmake --install`: the installed archives keep the names that installed headers declare. All
# other global names get a prefix, so that a user's kernel may have a lapic_init(), mem_read() or
# digest_init() of its own. Each member is kept as it is but for its names: a linker takes those that it
# needs. Our own tests link the archives as they were built.
#
# Set before: LIB (the folder of the archives), SHARE (that of the headers), NM, OBJCOPY.
cmake_policy(VERSION 3.22)

foreach(tool NM OBJCOPY)
  if(NOT EXISTS "${${tool}}")
    message(FATAL_ERROR "No ${tool} was found when this build was configured, but installing needs it: "
      "install binutils and configure again.")
  endif()
endforeach()

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

# prefix_symbols(PREFIX ARCHIVES file... KEEP name...)
function(prefix_symbols prefix)
  cmake_parse_arguments(P "" "" "ARCHIVES;KEEP" ${ARGN})
  defined(names ${P_ARCHIVES})
  list(REMOVE_ITEM names ${P_KEEP})
  list(FILTER names EXCLUDE REGEX "^${prefix}")
  if(NOT names)
    message(FATAL_ERROR "No name to be prefixed in ${P_ARCHIVES}: are they archives?")
  endif()
  list(TRANSFORM names REPLACE "(.+)" "\\1 ${prefix}\\1")
  list(JOIN names "\n" lines)
  list(GET P_ARCHIVES 0 first)
  file(WRITE ${first}.names "${lines}\n")
  foreach(archive IN LISTS P_ARCHIVES)
    execute_process(COMMAND ${OBJCOPY} --redefine-syms=${first}.names ${archive} ${archive}.new
      COMMAND_ERROR_IS_FATAL ANY)
    file(RENAME ${archive}.new ${archive})
  endforeach()
  file(REMOVE ${first}.names)
endfunction()

declared(_face ${SHARE}/drivers/io/host/io.h ${SHARE}/drivers/io/host/dma.h
  ${SHARE}/drivers/io/host/msr.h ${SHARE}/drivers/io/host/wait.h
  ${SHARE}/drivers/io/host/portio_world.h
  ${SHARE}/harness/twin/include/bimetal/twin.h ${SHARE}/harness/twin/host/bimetal/twin_world.h)
prefix_symbols(bimetal_internal_ ARCHIVES ${LIB}/libbimetal.a ${LIB}/libbimetal-twin.a KEEP ${_face})
file(GLOB _headers ${SHARE}/drivers/include/bimetal/*.h)
declared(_drivers ${_headers})
prefix_symbols(bimetal_drivers_ ARCHIVES ${LIB}/libbimetal-drivers.a KEEP ${_drivers})
