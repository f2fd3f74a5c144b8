# SPDX-License-Identifier: MIT
# Multiboot2: kernels without a multiboot1 header, and a chain loader. QEMU's -kernel supports only
# multiboot1: there the chain loader loads them, and GRUB, from an image of grub-mkrescue.
set(MB2_DRIVERS ${CMAKE_SOURCE_DIR}/drivers)
set(MB2_SOURCES)
foreach(file common info builder header info_dump header_dump image)
  list(APPEND MB2_SOURCES ${MB2_DRIVERS}/multiboot2/${file}.c)
endforeach()
file(GLOB MB2_HEADERS CONFIGURE_DEPENDS ${MB2_DRIVERS}/include/bimetal/multiboot2*.h
  ${MB2_DRIVERS}/multiboot2/*.h ${CMAKE_CURRENT_SOURCE_DIR}/mb2.h ${KERNELS_LIB}/*.S)

# mb2_image(name BITS 32|64 [DEFINES ...] [BASE 0x...] [USER 0x...] [SOURCES ...] [FLAT] [NOLIB])
# The linker's ELF file of this many bits or, with FLAT, a raw image.
function(mb2_image name)
  cmake_parse_arguments(K "FLAT;NOLIB" "BITS;BASE;USER" "DEFINES;SOURCES" ${ARGN})
  set(sources)
  foreach(file ${K_SOURCES})
    list(APPEND sources ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  if(NOT K_NOLIB)
    # The startup code has another header here.
    kernel_library(library ${K_BITS})
    list(FILTER library EXCLUDE REGEX "/start")
    list(APPEND sources ${KERNELS_LIB}/start${K_BITS}.S ${library} ${MB2_SOURCES})
  endif()
  list(TRANSFORM K_DEFINES PREPEND -D)
  set(place)
  if(K_BASE)
    list(APPEND place -Wl,--defsym=KERNEL_BASE=${K_BASE})
  endif()
  if(K_USER)
    list(APPEND place -Wl,--defsym=USER_BASE=${K_USER})
  endif()
  set(image ${KERNELS_DIR}/${name})
  set(finish ${CMAKE_COMMAND} -E copy ${image}.elf ${image})
  if(K_FLAT)
    set(finish ${KERNELS_OBJCOPY} -O binary ${image}.elf ${image})
  endif()
  add_custom_command(
    OUTPUT ${image}
    COMMAND ${KERNELS_CC} -m${K_BITS} ${KERNELS_FLAGS} ${K_DEFINES} -I${MB2_DRIVERS}/include
            ${place} ${KERNELS_LINK} ${sources} -o ${image}.elf
    COMMAND ${finish}
    DEPENDS ${sources} ${KERNELS_HEADERS} ${MB2_HEADERS} ${KERNELS_LIB}/kernel.ld
    COMMENT "Kernel ${name}" VERBATIM)
  _bimetal_products(kernel-${name} ${image})
  add_dependencies(kernels kernel-${name})
endfunction()

file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/mb2_module "these are the bytes of a module\n")
set(_mb2 NOQEMU ARGS --append "some command line arguments"
  --module "${CMAKE_CURRENT_BINARY_DIR}/mb2_module:text of the module")

mb2_image(mb2_32 BITS 32 SOURCES mb2.c DEFINES MULTIBOOT2=1)
kernel_test(mb2_32 ${_mb2})
mb2_image(mb2_64 BITS 64 SOURCES mb2.c DEFINES MULTIBOOT2=1)
kernel_test(mb2_64 ${_mb2})
# There the boot information also has the RSDP.
string(REPLACE "ARGS;" "OUTPUT;ACPI 2.0 RSDP;ARGS;--machine;pc;" _mb2_pc "${_mb2}")
kernel_test(mb2_64_pc IMAGE mb2_64 ${_mb2_pc})
mb2_image(mb2_flat32 BITS 32 SOURCES mb2.c DEFINES MULTIBOOT2=2 FLAT)
kernel_test(mb2_flat32 ${_mb2})
mb2_image(mb2_flat64 BITS 64 SOURCES mb2.c DEFINES MULTIBOOT2=2 FLAT)
kernel_test(mb2_flat64 ${_mb2})

# Lowest and highest of 2..63 MiB, in steps of 64 KiB.
mb2_image(mb2_lowest BITS 32 SOURCES mb2_moved.S NOLIB BASE 0xc0000000 USER 0xc0010000
  DEFINES PREFERENCE=1 EXPECTED=0x200000)
kernel_test(mb2_lowest OUTPUT M NOQEMU)
mb2_image(mb2_highest BITS 32 SOURCES mb2_moved.S NOLIB BASE 0xc0000000 USER 0xc0010000
  DEFINES PREFERENCE=2 EXPECTED=0x3ef0000)
kernel_test(mb2_highest OUTPUT M NOQEMU)

# Payloads of the chain loader: ELF of both classes, and flat. Their end lies before what the loader hands on.
mb2_image(mb2_chain BITS 32 SOURCES mb2_chain.c)
foreach(payload elf32 elf64 flat32)
  string(REGEX REPLACE "^[a-z]+" "" bits ${payload})
  set(form MULTIBOOT2=1)
  if(payload MATCHES "flat")
    set(form MULTIBOOT2=2 FLAT)
  endif()
  set(file mb2_payload_${payload})
  mb2_image(${file} BITS ${bits} SOURCES mb2.c BASE 0x800000 USER 0x900000 DEFINES ${form})
  kernel_test(mb2_chain_${payload} IMAGE mb2_chain ARGS --initrd ${KERNELS_DIR}/${file}
    QEMU_ARGS -initrd ${KERNELS_DIR}/${file})
  add_dependencies(kernel-mb2_chain kernel-${file})
endforeach()

foreach(image mb2_32 mb2_64 mb2_flat32)
  add_test(NAME kernel-grub.${image}
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/mb2_grub.sh qemu-system-x86_64
            ${KERNELS_DIR}/${image} ${CMAKE_CURRENT_BINARY_DIR}/mb2_module)
  set_tests_properties(kernel-grub.${image} PROPERTIES
    LABELS "kernel;qemu" TIMEOUT 150 SKIP_RETURN_CODE 77)
endforeach()
