# SPDX-License-Identifier: MIT
# bimetal_model_headers(OUT ROOT): the headers that a model or a board outside of this tree may include,
# below ROOT: what bimetal/model.h and bimetal/board.h include, and the models of devices, which boards
# use. They are installed, and what they declare is the interface of modules. `cmake -DMODEL_HEADERS_OF=ROOT -P` prints
# the list.
function(bimetal_model_headers out root)
  file(GLOB devices RELATIVE ${root} ${root}/devices/*/*.h)
  list(FILTER devices EXCLUDE REGEX "/internal[.]h$") # of a model's own sources
  file(GLOB physics RELATIVE ${root} ${root}/emu/*.h)
  list(REMOVE_ITEM physics emu/judge.h) # of who checks models
  set(${out} ${physics} ${devices}
    emu/x86/bits.h emu/x86/cpuid.h emu/x86/delivery.h emu/x86/execution.h emu/x86/pins.h
    emu/x86/registers.h emu/x86/tlb_policy.h
    harness/firmware/acpi/tables.h harness/firmware/memory_map.h harness/firmware/storage.h
    harness/support/disk_image.h
    harness/machine/board.h harness/machine/digest.h harness/machine/machine.h
    harness/machine/include/bimetal/board.h harness/machine/include/bimetal/model.h PARENT_SCOPE)
endfunction()

if(MODEL_HEADERS_OF)
  bimetal_model_headers(_headers ${MODEL_HEADERS_OF})
  list(JOIN _headers "\n" _headers)
  message("${_headers}")
endif()
