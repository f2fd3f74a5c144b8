# SPDX-License-Identifier: MIT
# Translations that are out of date: kernels that make mistakes with them, and one that makes none.
foreach(kind 32 pae 64)
  set(paging 2)
  set(bits 32)
  if(kind STREQUAL pae)
    set(paging 3)
  elseif(kind STREQUAL 64)
    set(paging 4)
    set(bits 64)
  endif()
  add_kernel(tlb_correct${kind} BITS ${bits} SOURCES tlb_correct.c DEFINES PAGING=${paging}
    ARGS --tlb stale --lint error --cpu +smep,+invpcid)
  add_kernel(tlb_random${kind} BITS ${bits} SOURCES tlb_random.c DEFINES PAGING=${paging} NOQEMU
    ARGS --tlb stale)
  kernel_image(tlb_stale${kind} BITS ${bits} SOURCES tlb_stale.c DEFINES PAGING=${paging})
  if(TARGET bimetal-cli)
    add_test(NAME kernel.tlb_stale${kind} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/tlb_stale.sh
      $<TARGET_FILE:bimetal-cli> ${KERNELS_DIR}/tlb_stale${kind})
    set_tests_properties(kernel.tlb_stale${kind} PROPERTIES LABELS kernel TIMEOUT 60)
  endif()
endforeach()

add_kernel(tlb_spaces BITS 64 SOURCES tlb_spaces.c NOQEMU ARGS --tlb stale)

# Only for docs/performance.md.
kernel_image(tlb_pairs BITS 64 SOURCES tlb_pairs.c)

# Boot tests look for stale translations by themselves.
if(TARGET bimetal-cli AND COMMAND bimetal_add_boot_test)
  bimetal_add_boot_test(boot.stale_translations KERNEL ${KERNELS_DIR}/tlb_stale64 EXIT 3) # --lint error
  bimetal_add_boot_test(boot.stale_translations_allowed KERNEL ${KERNELS_DIR}/tlb_stale64 EXIT 0 ALLOW "cpu.stale-*")
endif()
