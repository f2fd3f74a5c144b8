# SPDX-License-Identifier: MIT
# Kernels over drivers/x86. They keep frame pointers, which stack traces follow.
set(X86_DRIVERS ${CMAKE_SOURCE_DIR}/drivers)
file(GLOB X86_SOURCES CONFIGURE_DEPENDS ${X86_DRIVERS}/x86/*.c)
file(GLOB X86_HEADERS CONFIGURE_DEPENDS ${X86_DRIVERS}/include/bimetal/x86/*.h ${X86_DRIVERS}/x86/*.h
  ${X86_DRIVERS}/io/metal/*.h)

# x86_kernel(name COMPILER): NAME.c, by this compiler
function(x86_kernel name source compiler)
  set(image ${KERNELS_DIR}/${name})
  kernel_library(library 64)
  set(own ${KERNELS_FLAGS})
  if(compiler MATCHES clang)
    list(REMOVE_ITEM own -fno-tree-loop-distribute-patterns)
    list(APPEND own -Wno-unused-command-line-argument)
  endif()
  add_custom_command(
    OUTPUT ${image}
    COMMAND ${compiler} -m64 ${own} -fno-omit-frame-pointer -I${X86_DRIVERS}/include
            -I${X86_DRIVERS}/io/metal ${KERNELS_LINK} ${library} ${CMAKE_CURRENT_SOURCE_DIR}/${source}
            ${X86_SOURCES} -o ${image}.elf
    COMMAND ${KERNELS_OBJCOPY} -O elf32-i386 ${image}.elf ${image}
    DEPENDS ${library} ${source} ${X86_SOURCES} ${X86_HEADERS} ${KERNELS_HEADERS} ${KERNELS_LIB}/kernel.ld
    COMMENT "Kernel ${name}" VERBATIM)
  _bimetal_products(kernel-${name} ${image})
  add_dependencies(kernels kernel-${name})
  kernel_test(${name})
endfunction()

x86_kernel(x86_tables x86_tables.c ${KERNELS_CC})
find_program(KERNELS_CLANG NAMES clang)
if(KERNELS_CLANG)
  x86_kernel(x86_tables_clang x86_tables.c ${KERNELS_CLANG})
endif()
