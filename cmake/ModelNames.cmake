# SPDX-License-Identifier: MIT
# What modules may call: the functions and objects that the headers of bimetal/model.h and bimetal/board.h
# declare. Modules know them as bimetal_model_NAME, so that no name of theirs meets one of a kernel or a
# library. Writes two files:
#   NAMES     model_names.h, which model.h includes: #define NAME bimetal_model_NAME
#   EXPORTS   options for the linker of the bimetal program, which exports them
# Set before: LIBRARY (libbimetal.a), NM, SOURCE, NAMES, EXPORTS.
cmake_policy(VERSION 3.22)
include(${CMAKE_CURRENT_LIST_DIR}/Names.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/ModelHeaders.cmake)

bimetal_model_headers(headers ${SOURCE})
list(TRANSFORM headers PREPEND ${SOURCE}/)
declared(face ${headers})
defined(names ${LIBRARY})
set(lines "")
set(options "")
foreach(name IN LISTS names)
  if(name IN_LIST face)
    string(APPEND lines "#define ${name} bimetal_model_${name}\n")
    string(APPEND options "-Wl,-u,${name}\n-Wl,--defsym=bimetal_model_${name}=${name}\n"
      "-Wl,--export-dynamic-symbol=bimetal_model_${name}\n")
  endif()
endforeach()
if(NOT lines)
  message(FATAL_ERROR "No name that a model may use was found in ${LIBRARY}")
endif()
file(WRITE ${NAMES}.new "/* SPDX-License-Identifier: MIT */\n/* Made when bimetal was built: the names by "
  "which the linker knows what models may use. */\n#ifndef BIMETAL_MODEL_NAMES_H\n"
  "#define BIMETAL_MODEL_NAMES_H\n\n${lines}\n#endif\n")
file(WRITE ${EXPORTS}.new "${options}")
# Unchanged, they keep their time, so that nothing is built again.
file(COPY_FILE ${NAMES}.new ${NAMES} ONLY_IF_DIFFERENT)
file(COPY_FILE ${EXPORTS}.new ${EXPORTS} ONLY_IF_DIFFERENT)
file(REMOVE ${NAMES}.new ${EXPORTS}.new)
