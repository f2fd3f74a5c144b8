# SPDX-License-Identifier: MIT
# Run by `cmake --install`: the installed archives keep the names that installed headers declare. All
# other global names get a prefix, so that a user's kernel may have a lapic_init(), mem_read() or
# digest_init() of its own. Each member is kept as it is but for its names: a linker takes those that it
# needs. Our own tests link the archives as they were built.
#
# What models may use has the prefix bimetal_model_, as model_names.h says.
#
# Set before: LIB (the folder of the archives), SHARE (that of the headers), NM, OBJCOPY, NAMES (model_names.h).
cmake_policy(VERSION 3.22)

foreach(tool NM OBJCOPY)
  if(NOT EXISTS "${${tool}}")
    message(FATAL_ERROR "No ${tool} was found when this build was configured, but installing needs it: "
      "install binutils and configure again.")
  endif()
endforeach()

include(${CMAKE_CURRENT_LIST_DIR}/Names.cmake)

# redefine(ARCHIVES file... NAMES "OLD NEW"...)
function(redefine)
  cmake_parse_arguments(R "" "" "ARCHIVES;NAMES" ${ARGN})
  list(JOIN R_NAMES "\n" lines)
  list(GET R_ARCHIVES 0 first)
  file(WRITE ${first}.names "${lines}\n")
  foreach(archive IN LISTS R_ARCHIVES)
    execute_process(COMMAND ${OBJCOPY} --redefine-syms=${first}.names ${archive} ${archive}.new
      COMMAND_ERROR_IS_FATAL ANY)
    file(RENAME ${archive}.new ${archive})
  endforeach()
  file(REMOVE ${first}.names)
endfunction()

# prefix_symbols(PREFIX ARCHIVES file... KEEP name...)
function(prefix_symbols prefix)
  cmake_parse_arguments(P "" "" "ARCHIVES;KEEP" ${ARGN})
  defined(names ${P_ARCHIVES})
  list(REMOVE_ITEM names ${P_KEEP})
  list(FILTER names EXCLUDE REGEX "^(${prefix}|bimetal_model_)")
  if(NOT names)
    message(FATAL_ERROR "No name to be prefixed in ${P_ARCHIVES}: are they archives?")
  endif()
  list(TRANSFORM names REPLACE "(.+)" "\\1 ${prefix}\\1")
  redefine(ARCHIVES ${P_ARCHIVES} NAMES ${names})
endfunction()

file(STRINGS ${NAMES} _model REGEX "^#define [a-z0-9_A-Z]+ bimetal_model_")
list(TRANSFORM _model REPLACE "^#define " "")
redefine(ARCHIVES ${LIB}/libbimetal.a ${LIB}/libbimetal-twin.a NAMES ${_model})
declared(_face ${SHARE}/drivers/io/host/io.h ${SHARE}/drivers/io/host/dma.h
  ${SHARE}/drivers/io/host/linear.h ${SHARE}/drivers/io/host/msr.h ${SHARE}/drivers/io/host/wait.h
  ${SHARE}/drivers/io/host/x86_cpu.h
  ${SHARE}/drivers/io/host/portio_world.h
  ${SHARE}/harness/twin/include/bimetal/twin.h ${SHARE}/harness/twin/host/bimetal/twin_world.h)
# A program of twin tests begins in ours.
prefix_symbols(bimetal_internal_ ARCHIVES ${LIB}/libbimetal.a ${LIB}/libbimetal-twin.a KEEP ${_face} main)
file(GLOB_RECURSE _headers ${SHARE}/drivers/include/bimetal/*.h)
declared(_drivers ${_headers})
prefix_symbols(bimetal_drivers_ ARCHIVES ${LIB}/libbimetal-drivers.a KEEP ${_drivers})
