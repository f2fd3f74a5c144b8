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
    ARGS --tlb stale --lint error --cpu +smep)
  kernel_image(tlb_stale${kind} BITS ${bits} SOURCES tlb_stale.c DEFINES PAGING=${paging})
  if(TARGET bimetal-cli)
    add_test(NAME kernel.tlb_stale${kind} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/tlb_stale.sh
      $<TARGET_FILE:bimetal-cli> ${KERNELS_DIR}/tlb_stale${kind})
    set_tests_properties(kernel.tlb_stale${kind} PROPERTIES LABELS kernel TIMEOUT 60)
  endif()
endforeach()
