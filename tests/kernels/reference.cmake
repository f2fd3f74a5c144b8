# SPDX-License-Identifier: MIT
# The reference kernel: one ELF file for multiboot 1 and 2, and a Linux image from the same objects.
set(REFERENCE ${CMAKE_CURRENT_SOURCE_DIR}/reference)
file(GLOB _reference_sources CONFIGURE_DEPENDS ${REFERENCE}/*.c)
bimetal_driver_sources(_reference_drivers
  acpi debug_exit heap ioapic lapic line_edit multiboot2 pic_8259 pit_8254 ps2 task uart_16550 vga_text x86)
list(APPEND _reference_sources ${_reference_drivers} ${CMAKE_SOURCE_DIR}/drivers/io/metal/calibrate.c
  ${CMAKE_SOURCE_DIR}/harness/twin/metal/memory.c)
# Frame pointers are what a backtrace follows.
set(_reference_options -fno-omit-frame-pointer -fno-optimize-sibling-calls -Wall -Wextra -Wshadow -Werror)
_bimetal_metal_objects(_reference_objects COMPILER gcc BITS 64 LEVEL O2
  SOURCES ${_reference_sources} INCLUDES ${REFERENCE} OPTIONS ${_reference_options})
_bimetal_metal_targets(_reference_targets ${_reference_objects})
file(GLOB _reference_assembly CONFIGURE_DEPENDS ${REFERENCE}/*.S)
list(FILTER _reference_assembly EXCLUDE REGEX "/setup.S$")
file(GLOB _reference_headers CONFIGURE_DEPENDS ${REFERENCE}/*.h ${REFERENCE}/*.ld ${REFERENCE}/*.sh)
set(_reference ${KERNELS_DIR}/reference)
add_custom_command(OUTPUT ${_reference} ${_reference}.bzimage
  COMMAND ${REFERENCE}/link.sh ${_reference} ${BIMETAL_GCC} ${BIMETAL_OBJCOPY} ${_reference_assembly} ${_reference_objects}
  DEPENDS ${_reference_assembly} ${REFERENCE}/setup.S ${_reference_objects} ${_reference_targets} ${_reference_headers}
  COMMENT "Reference kernel" VERBATIM)
_bimetal_products(kernel-reference ${_reference} ${_reference}.bzimage)
add_dependencies(kernels kernel-reference)
