# SPDX-License-Identifier: MIT
# bimetal_model_headers(OUT ROOT): the headers that a model or a board outside of this tree may include,
# below ROOT: what bimetal/model.h and bimetal/board.h include, and the models of devices, which boards
# use. They are installed, and what they declare is the interface of modules.
function(bimetal_model_headers out root)
  file(GLOB devices RELATIVE ${root} ${root}/devices/*/*.h)
  file(GLOB physics RELATIVE ${root} ${root}/emu/*.h)
  set(${out} ${physics} ${devices}
    emu/x86/bits.h emu/x86/cpuid.h emu/x86/delivery.h emu/x86/execution.h emu/x86/pins.h
    emu/x86/registers.h
    harness/firmware/acpi/tables.h harness/firmware/memory_map.h harness/firmware/storage.h
    harness/support/disk_image.h
    harness/machine/board.h harness/machine/digest.h harness/machine/machine.h
    harness/machine/include/bimetal/board.h harness/machine/include/bimetal/model.h PARENT_SCOPE)
endfunction()
