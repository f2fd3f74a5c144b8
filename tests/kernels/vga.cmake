# SPDX-License-Identifier: MIT
# Pictures of the VGA, beside QEMU's screendump (tests/devices/vga/screendumps).
kernel_image(vga_pictures BITS 32 SOURCES ${DEVICES}/vga/screendumps/kernel_vga_pictures.c
  ${DEVICES}/vga/screendumps/registers.c)
if(TARGET bimetal-cli)
  add_executable(vga_screendump_compare ${DEVICES}/vga/screendumps/compare.c)
  target_link_libraries(vga_screendump_compare PRIVATE bimetal)
  set(qemu qemu-system-x86_64)
  if(QEMU_SYSTEM_X86_64)
    set(qemu ${QEMU_SYSTEM_X86_64})
  endif()
  add_test(NAME kernel-qemu.vga_screendumps
    COMMAND ${DEVICES}/vga/screendumps/screendumps.sh $<TARGET_FILE:bimetal-cli> ${qemu}
      ${KERNELS_DIR}/vga_pictures $<TARGET_FILE:vga_screendump_compare>)
  set_tests_properties(kernel-qemu.vga_screendumps PROPERTIES
    LABELS "kernel;qemu" TIMEOUT 150 SKIP_RETURN_CODE 77)
endif()
