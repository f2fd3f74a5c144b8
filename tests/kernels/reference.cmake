# SPDX-License-Identifier: MIT
# The reference kernel: one ELF file for multiboot 1 and 2, and a Linux image from the same objects.
set(REFERENCE ${CMAKE_CURRENT_SOURCE_DIR}/reference)
file(GLOB _reference_sources CONFIGURE_DEPENDS ${REFERENCE}/*.c)
bimetal_driver_sources(_reference_drivers
  acpi bochs_display debug_exit font framebuffer heap ioapic lapic line_edit multiboot2 pci pic_8259 pit_8254 ps2
  raster rtc_mc146818 task uart_16550 vga vga_text x86)
list(APPEND _reference_sources ${_reference_drivers} ${CMAKE_SOURCE_DIR}/drivers/io/metal/calibrate.c
  ${CMAKE_SOURCE_DIR}/harness/twin/metal/memory.c)
# Frame pointers are what a backtrace follows.
set(_reference_options -fno-omit-frame-pointer -fno-optimize-sibling-calls -Wall -Wextra -Wshadow -Werror)
file(GLOB _reference_assembly CONFIGURE_DEPENDS ${REFERENCE}/*.S)
list(FILTER _reference_assembly EXCLUDE REGEX "/setup.S$")
file(GLOB _reference_headers CONFIGURE_DEPENDS ${REFERENCE}/*.h ${REFERENCE}/*.ld ${REFERENCE}/*.sh)

# reference_image(NAME COMPILER): NAME and NAME.bzimage, with C from this compiler.
function(reference_image name compiler)
  set(image ${KERNELS_DIR}/${name})
  _bimetal_metal_objects(objects COMPILER ${compiler} BITS 64 LEVEL O2
    SOURCES ${_reference_sources} INCLUDES ${REFERENCE} OPTIONS ${_reference_options})
  _bimetal_metal_targets(targets ${objects})
  add_custom_command(OUTPUT ${image} ${image}.bzimage
    COMMAND ${REFERENCE}/link.sh ${image} ${BIMETAL_GCC} ${BIMETAL_OBJCOPY} ${_reference_assembly} ${objects}
    DEPENDS ${_reference_assembly} ${REFERENCE}/setup.S ${objects} ${targets} ${_reference_headers}
    COMMENT "Reference kernel (${compiler})" VERBATIM)
  _bimetal_products(kernel-${name} ${image} ${image}.bzimage)
  add_dependencies(kernels kernel-${name})
endfunction()
set(_reference ${KERNELS_DIR}/reference)
reference_image(reference gcc)
if(BIMETAL_CLANG)
  reference_image(reference-clang clang)
endif()

# ---- boot tests (docs/boot-tests.md) ----

# As the other kernels: PASS, FAIL, DONE, and the debug exit; here and under QEMU.
kernel_test(reference ARGS --append selftest --lint error QEMU_ARGS -append selftest)
kernel_test(reference_pc IMAGE reference NOQEMU ARGS --machine pc --append selftest --lint error)

# reference_boot(NAME [SCRIPT name] [IMAGE file] ARGS ...): boot.NAME, operated by SCRIPT (default: NAME).
function(reference_boot name)
  cmake_parse_arguments(T "" "SCRIPT;IMAGE" "ARGS" ${ARGN})
  if(NOT TARGET bimetal-cli)
    return()
  endif()
  if(NOT T_SCRIPT)
    set(T_SCRIPT ${name})
  endif()
  if(NOT T_IMAGE)
    set(T_IMAGE ${KERNELS_DIR}/reference)
  endif()
  add_test(NAME boot.reference.${name} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/reference/boot.sh
    $<TARGET_FILE:bimetal-cli> ${T_SCRIPT} ${CMAKE_CURRENT_BINARY_DIR}/boot/${name} ${T_ARGS} ${T_IMAGE})
  set_tests_properties(boot.reference.${name} PROPERTIES LABELS boot TIMEOUT 120)
endfunction()

foreach(script start keys scroll breakpoint dots sleep)
  reference_boot(${script})
endforeach()
# A picture in each mode of the VGA (the command 'picture'), and back.
set(_pictures 40x25 40x50 80x25 80x50 640x480x16 320x200x256 320x240x256 back)
foreach(mode IN LISTS _pictures)
  reference_boot(picture_${mode})
endforeach()
# The same on the Bochs display, which QEMU's PC has from the start.
set(_displays 640x480x8 1024x768x16 640x480x24 800x600x32)
foreach(mode IN LISTS _displays)
  reference_boot(picture_${mode} ARGS --device vga)
endforeach()
# These end with the debug exit's 0x11, which they are meant to.
foreach(script page_fault double_fault panic)
  reference_boot(${script} ARGS --success 0x11)
endforeach()
foreach(machine pc isapc)
  reference_boot(one_dot_${machine} SCRIPT one_dot ARGS --machine ${machine} --append "dots without-eoi")
  reference_boot(five_dots_${machine} SCRIPT five_dots ARGS --machine ${machine} --append dots)
endforeach()
# Each way in, to the same self-test.
foreach(protocol multiboot1 multiboot2)
  reference_boot(${protocol} SCRIPT selftest ARGS --boot ${protocol} --append selftest)
endforeach()
foreach(mode 16 32 64)
  reference_boot(linux${mode} SCRIPT selftest IMAGE ${_reference}.bzimage ARGS --mode ${mode} --append selftest)
endforeach()
reference_boot(pic SCRIPT selftest ARGS --append "selftest pic")
reference_boot(isapc SCRIPT selftest ARGS --machine isapc --append selftest)
reference_boot(no_nx SCRIPT selftest ARGS --cpu=-nx --append selftest)
reference_boot(no_nx_linux64 SCRIPT selftest IMAGE ${_reference}.bzimage ARGS --cpu=-nx --mode 64 --append selftest)
reference_boot(wx SCRIPT selftest ARGS --wx --append selftest)
reference_boot(no_apic SCRIPT selftest ARGS --cpu=-apic --append selftest)
reference_boot(large_memory SCRIPT selftest ARGS -m 5G --ram-fill random:5 --append selftest)
# It says what it misses where there is no timer and no screen.
if(TARGET bimetal-cli)
  add_test(NAME boot.reference.none COMMAND bimetal-cli run --serial none --machine none --lint error
    --allow "bus.unclaimed-*" --tlb lint --max-time 60s --success 0x11 --script ${REFERENCE}/boot/none.script ${_reference})
  set_tests_properties(boot.reference.none PROPERTIES LABELS boot TIMEOUT 120)
endif()
reference_boot(small_memory SCRIPT selftest ARGS -m 4M --append selftest)
reference_boot(intel SCRIPT selftest ARGS --cpu intel --append selftest)
# The same from the other compiler.
if(BIMETAL_CLANG)
  foreach(script start keys)
    reference_boot(clang_${script} SCRIPT ${script} IMAGE ${_reference}-clang)
  endforeach()
  foreach(script page_fault double_fault panic)
    reference_boot(clang_${script} SCRIPT ${script} IMAGE ${_reference}-clang ARGS --success 0x11)
  endforeach()
  reference_boot(clang_multiboot2 SCRIPT selftest IMAGE ${_reference}-clang ARGS --boot multiboot2 --append selftest)
  foreach(mode 16 64)
    reference_boot(clang_linux${mode} SCRIPT selftest IMAGE ${_reference}-clang.bzimage ARGS --mode ${mode} --append selftest)
  endforeach()
endif()

# GRUB loads it from a CD, here and under QEMU.
foreach(protocol multiboot multiboot2 linux)
  set(_image ${_reference})
  if(protocol STREQUAL linux)
    set(_image ${_reference}.bzimage)
  endif()
  if(TARGET bimetal-cli)
    add_test(NAME boot.reference.grub_${protocol} COMMAND ${REFERENCE}/grub.sh
      bimetal $<TARGET_FILE:bimetal-cli> ${_image} ${protocol})
    set_tests_properties(boot.reference.grub_${protocol} PROPERTIES LABELS boot TIMEOUT 120 SKIP_RETURN_CODE 77)
  endif()
  add_test(NAME boot-qemu.reference.grub_${protocol} COMMAND ${REFERENCE}/grub.sh
    qemu qemu-system-x86_64 ${_image} ${protocol})
  set_tests_properties(boot-qemu.reference.grub_${protocol} PROPERTIES
    LABELS "boot;qemu" TIMEOUT 150 SKIP_RETURN_CODE 77)
endforeach()

# The same sessions with the same image under QEMU, by -kernel.
function(reference_boot_qemu name script)
  add_test(NAME boot-qemu.reference.${name}
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/reference/boot_qemu.sh ${script} ${ARGN})
  set_tests_properties(boot-qemu.reference.${name} PROPERTIES
    LABELS "boot;qemu" TIMEOUT 150 SKIP_RETURN_CODE 77)
endfunction()
foreach(script start keys scroll breakpoint dots sleep page_fault double_fault panic)
  reference_boot_qemu(${script} ${script} ${_reference})
endforeach()
foreach(mode IN LISTS _pictures _displays)
  reference_boot_qemu(picture_${mode} picture_${mode} ${_reference})
endforeach()
reference_boot_qemu(multiboot1 selftest ${_reference} selftest)
reference_boot_qemu(pic selftest ${_reference} "selftest pic")
reference_boot_qemu(linux16 selftest ${_reference}.bzimage selftest)
reference_boot_qemu(one_dot one_dot ${_reference} "dots without-eoi")
reference_boot_qemu(five_dots five_dots ${_reference} dots)
