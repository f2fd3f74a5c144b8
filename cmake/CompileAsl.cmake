# SPDX-License-Identifier: MIT
# cmake -D ASL=in.asl -D OUT=out.c -D NAME=symbol -D CC=compiler -D IASL=iasl -P CompileAsl.cmake
# Compiles an ASL file to a C array: with the C preprocessor (iasl's own has no macros with arguments),
# then iasl. Any message of iasl, even a remark, fails the build.
get_filename_component(dir ${OUT} DIRECTORY)
get_filename_component(base ${OUT} NAME_WE)
set(plain ${dir}/${base}.asl)
set(aml ${dir}/${base}.aml)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE out ERROR_VARIABLE err)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ASL}:\n${out}${err}")
  endif()
  set(said "${out}${err}" PARENT_SCOPE)
endfunction()

run(${CC} -E -P -x c ${ASL} -o ${plain})
run(${IASL} -we -Pn -vs -p ${dir}/${base} ${plain})
if(NOT said MATCHES "0 Errors, 0 Warnings, 0 Remarks")
  message(FATAL_ERROR "${ASL}:\n${said}")
endif()

file(READ ${aml} bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
get_filename_component(source ${ASL} NAME)
file(WRITE ${OUT} "/* Made from ${source} by iasl. */
#include <stddef.h>

extern const unsigned char ${NAME}[];
extern const size_t ${NAME}_size;

const unsigned char ${NAME}[] = {
${bytes}
};
const size_t ${NAME}_size = sizeof(${NAME});
")
