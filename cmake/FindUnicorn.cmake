# SPDX-License-Identifier: MIT
# Unicorn::Unicorn: the static archive of Unicorn, its gettimeofday import renamed.
#
# Why the archive and why the renaming: docs/decisions/0002-unicorn-version-and-static-link.md.
# -DUNICORN_ROOT=PREFIX takes PREFIX/include and PREFIX/lib instead of the system's.
set(UNICORN_ROOT "" CACHE PATH "Prefix of a Unicorn installation (include/ and lib/ in it)")

set(_only "")
if(UNICORN_ROOT)
  set(_only NO_DEFAULT_PATH)
endif()
find_path(UNICORN_INCLUDE_DIR unicorn/unicorn.h
  HINTS ${UNICORN_ROOT} PATH_SUFFIXES include ${_only})
find_library(UNICORN_ARCHIVE libunicorn.a
  HINTS ${UNICORN_ROOT} PATH_SUFFIXES lib lib64 lib/${CMAKE_LIBRARY_ARCHITECTURE} ${_only})
mark_as_advanced(UNICORN_INCLUDE_DIR UNICORN_ARCHIVE)

# The header's three numbers are what the archive beside it answers to uc_version().
set(Unicorn_VERSION "")
if(UNICORN_INCLUDE_DIR)
  file(STRINGS ${UNICORN_INCLUDE_DIR}/unicorn/unicorn.h _lines
    REGEX "^#define UC_API_(MAJOR|MINOR|PATCH) +[0-9]+")
  foreach(part MAJOR MINOR PATCH)
    string(REGEX MATCH "UC_API_${part} +([0-9]+)" _ "${_lines}")
    list(APPEND Unicorn_VERSION ${CMAKE_MATCH_1})
  endforeach()
  list(JOIN Unicorn_VERSION "." Unicorn_VERSION)
endif()

set(_cure
  "Either run ./dev test, which installs it on Debian 12 and 13, or pass -DUNICORN_ROOT=PREFIX, "
  "where PREFIX/include and PREFIX/lib hold Unicorn ${Unicorn_FIND_VERSION} or newer "
  "with its static archive libunicorn.a, or build without the CPU: -DBIMETAL_CPU=OFF.")
list(JOIN _cure "" _cure)
if(NOT UNICORN_INCLUDE_DIR OR NOT UNICORN_ARCHIVE)
  set(_reason "Unicorn was not found (header: ${UNICORN_INCLUDE_DIR}, "
    "static archive: ${UNICORN_ARCHIVE}). ${_cure}")
  list(JOIN _reason "" _reason)
elseif(Unicorn_VERSION VERSION_LESS Unicorn_FIND_VERSION)
  set(_reason "Unicorn ${Unicorn_VERSION} in ${UNICORN_INCLUDE_DIR} is too old: bimetal needs "
    "${Unicorn_FIND_VERSION} (older ones cannot run higher-half kernels or hook RDTSC). ${_cure}")
  list(JOIN _reason "" _reason)
endif()
if(DEFINED _reason)
  # The next attempt must search again, not use cached results.
  unset(UNICORN_INCLUDE_DIR CACHE)
  unset(UNICORN_ARCHIVE CACHE)
  message(FATAL_ERROR "${_reason}")
endif()

# Our private copy: the archive linked into one object in which only uc_* stays visible. Its other
# names (cpu_reset, ...) would collide with those of our users, who write kernels. Some of its calls
# are redirected to functions of emu/unicorn (engine_*.c), because Unicorn:
# - sizes its TLB by the host's clock; in our version of that clock, time stands still
# - looks up the guest's pc and walks its hooks at each port access
# - splits a device access of 8 bytes, and does not say which instruction makes it
# - gives its block hook little information, and checks for a requested stop again after it
# - walks its TLB at each translation, and all blocks of a page at a store near them
# - has far transfers, task switches and software interrupts that differ from the manual
# - allocates memory that a short run does not use, and a TLB that is larger the less of it is used
# - ends the process when it cannot go on
set(_dir ${CMAKE_BINARY_DIR}/unicorn)
set(_private ${_dir}/bimetal-unicorn.o)
set(_renamed)
set(_wrapped)
foreach(pair memory_region_dispatch_read_x86_64=dispatch_read
        memory_region_dispatch_write_x86_64=dispatch_write
        tcg_gen_callN_x86_64=gen_call check_exit_request_x86_64=gen_check_exit
        tcg_emit_op_x86_64=emit_op gen_intermediate_code_x86_64=translate
        uc_add_inline_hook_x86_64=add_inline_hook tlb_reset_dirty_by_vaddr_x86_64=reset_dirty
        helper_ret_ldub_mmu_x86_64=load8 helper_le_lduw_mmu_x86_64=load16
        helper_le_ldul_mmu_x86_64=load32 helper_le_ldq_mmu_x86_64=load64
        helper_ret_stb_mmu_x86_64=store8 helper_le_stw_mmu_x86_64=store16
        helper_le_stl_mmu_x86_64=store32 helper_le_stq_mmu_x86_64=store64
        qht_init=table_init qht_reset_size=table_reset
        unicorn_fill_tlb_x86_64=fill_tlb helper_invlpg_x86_64=invlpg
        cpu_x86_update_cr3_x86_64=update_cr3
        helper_rdtsc_x86_64=rdtsc
        g_hash_table_lookup=table_lookup
        tlb_flush_x86_64=flush_tlb g_try_malloc_n=allocate_tlb
        tcg_gen_op2_x86_64=gen_op2
        tcg_gen_op3_x86_64=gen_op3
        helper_enter_mmx_x86_64=enter_mmx
        cpu_ldub_code_x86_64=code8
        cpu_ldl_code_x86_64=code32
        helper_fldcw_x86_64=fldcw
        helper_fldenv_x86_64=fldenv
        helper_frstor_x86_64=frstor
        helper_fxrstor_x86_64=fxrstor
        helper_fstenv_x86_64=fstenv
        helper_fsave_x86_64=fsave
        helper_fclex_x86_64=fclex
        helper_fninit_x86_64=fninit
        helper_emms_x86_64=emms
        helper_fmov_STN_ST0_x86_64=fmov_STN_ST0
        helper_fdiv_ST0_FT0_x86_64=fdiv_ST0_FT0
        helper_fdivr_ST0_FT0_x86_64=fdivr_ST0_FT0
        helper_fdiv_STN_ST0_x86_64=fdiv_STN_ST0
        helper_fdivr_STN_ST0_x86_64=fdivr_STN_ST0
        helper_fprem_x86_64=fprem
        helper_fprem1_x86_64=fprem1
        helper_fscale_x86_64=fscale
        helper_fsqrt_x86_64=fsqrt
        helper_single_step_x86_64=single_step
        helper_fxtract_x86_64=fxtract
        helper_fldl2t_ST0_x86_64=fldl2t
        helper_fldl2e_ST0_x86_64=fldl2e
        helper_fldpi_ST0_x86_64=fldpi
        helper_fldlg2_ST0_x86_64=fldlg2
        helper_fldln2_ST0_x86_64=fldln2
        helper_fist_ST0_x86_64=fist_ST0
        helper_fistt_ST0_x86_64=fistt_ST0
        helper_fsts_ST0_x86_64=fsts_ST0
        helper_fstl_ST0_x86_64=fstl_ST0
        helper_flds_FT0_x86_64=flds_FT0
        helper_fldl_FT0_x86_64=fldl_FT0
        helper_flds_ST0_x86_64=flds_ST0
        helper_fldl_ST0_x86_64=fldl_ST0
        helper_ldmxcsr_x86_64=ldmxcsr
        helper_fcomi_ST0_FT0_x86_64=fcomi
        helper_fucomi_ST0_FT0_x86_64=fucomi
        tcg_gen_qemu_ld_i64_x86_64=gen_load64
        tcg_gen_qemu_st_i64_x86_64=gen_store64
        tb_invalidate_phys_page_fast_x86_64=store_to_code
        tcg_tb_insert_x86_64=block_made
        helper_iret_protected_x86_64=iret_protected
        helper_iret_real_x86_64=iret_real
        helper_lret_protected_x86_64=lret_protected
        helper_lcall_protected_x86_64=lcall_protected
        helper_lcall_real_x86_64=lcall_real
        helper_ljmp_protected_x86_64=ljmp_protected
        helper_load_seg_x86_64=load_seg
        helper_lldt_x86_64=lldt
        helper_ltr_x86_64=ltr
        helper_lar_x86_64=lar
        helper_lsl_x86_64=lsl
        helper_raise_interrupt_x86_64=int_n
        raise_interrupt_x86_64=into
        cpu_x86_update_cr0_x86_64=update_cr0
        helper_sysret_x86_64=sysret
        helper_sysexit_x86_64=sysexit
        helper_syscall_x86_64=syscall
        helper_sysenter_x86_64=sysenter
        )
  string(REPLACE "=" ";" pair ${pair})
  list(GET pair 0 _theirs)
  list(GET pair 1 _ours)
  list(APPEND _wrapped -Wl,--wrap=${_theirs})
  list(APPEND _renamed --redefine-sym __wrap_${_theirs}=bimetal_unicorn_${_ours}
    --redefine-sym ${_theirs}=bimetal_unicorn_real_${_ours})
endforeach()
# The following are replaced completely.
foreach(port inb inw inl outb outw outl)
  list(APPEND _wrapped -Wl,--wrap=cpu_${port}_x86_64)
  list(APPEND _renamed --redefine-sym __wrap_cpu_${port}_x86_64=bimetal_unicorn_${port})
endforeach()
list(APPEND _renamed
  --redefine-sym madvise=bimetal_unicorn_madvise
  --redefine-sym mmap=bimetal_unicorn_mmap
  --redefine-sym mmap64=bimetal_unicorn_mmap64
  --redefine-sym tcg_const_i64_x86_64=bimetal_unicorn_const_i64
  --redefine-sym cpu_restore_state_x86_64=bimetal_unicorn_restore_state
  --redefine-sym cpu_loop_exit_restore_x86_64=bimetal_unicorn_loop_exit_restore
  --redefine-sym cpu_loop_exit_noexc_x86_64=bimetal_unicorn_loop_exit_noexc
  --redefine-sym raise_exception_err_ra_x86_64=bimetal_unicorn_raise_error
  --redefine-sym floatx80_to_int32_x86_64=bimetal_unicorn_floatx80_to_int32
  --redefine-sym floatx80_to_int64_x86_64=bimetal_unicorn_floatx80_to_int64
  --redefine-sym floatx80_to_int32_round_to_zero_x86_64=bimetal_unicorn_floatx80_to_int32_chop
  --redefine-sym floatx80_to_int64_round_to_zero_x86_64=bimetal_unicorn_floatx80_to_int64_chop
  --redefine-sym floatx80_to_float32_x86_64=bimetal_unicorn_floatx80_to_float32
  --redefine-sym floatx80_to_float64_x86_64=bimetal_unicorn_floatx80_to_float64
  --redefine-sym probe_access_x86_64=bimetal_unicorn_probe_access
  --redefine-sym tlb_vaddr_to_host_x86_64=bimetal_unicorn_vaddr_to_host
  --redefine-sym tlb_set_page_x86_64=bimetal_unicorn_set_page
  --redefine-sym tlb_flush_page_x86_64=bimetal_unicorn_drop_page
  --redefine-sym tb_flush_jmp_cache_x86_64=bimetal_unicorn_forget_blocks
  --redefine-sym qemu_ram_addr_from_host_x86_64=bimetal_unicorn_ram_addr
  --redefine-sym tb_invalidate_phys_range_x86_64=bimetal_unicorn_invalidate_range
  --redefine-sym tcg_temp_free_internal_x86_64=bimetal_unicorn_temp_free
  --redefine-sym helper_check_exit_request_x86_64=bimetal_unicorn_check_exit)
# Calls that end the process or print (emu/unicorn/engine_abort.c). How the archive was compiled decides
# which of them it contains; missing ones are ignored.
foreach(call abort exit perror printf fprintf vfprintf fwrite fputs fputc puts putchar)
  list(APPEND _renamed --redefine-sym ${call}=bimetal_unicorn_${call})
endforeach()
foreach(call printf_chk fprintf_chk vfprintf_chk assert_fail)
  list(APPEND _renamed --redefine-sym __${call}=bimetal_unicorn_${call})
endforeach()
add_custom_command(OUTPUT ${_private}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${_dir}
  COMMAND ${CMAKE_C_COMPILER} -r -nostdlib -Wl,-u,uc_open -Wl,-u,unicorn_fill_tlb_x86_64
          ${_wrapped} ${UNICORN_ARCHIVE} -o ${_dir}/whole.o
  COMMAND ${CMAKE_OBJCOPY} --redefine-sym gettimeofday=bimetal_unicorn_gettimeofday
          ${_renamed} ${_dir}/whole.o ${_dir}/renamed.o
  COMMAND ${CMAKE_OBJCOPY} --wildcard --keep-global-symbol=uc_*
          --keep-global-symbol=bimetal_unicorn_* ${_dir}/renamed.o ${_private}
  COMMAND ${CMAKE_COMMAND} -E rm ${_dir}/whole.o ${_dir}/renamed.o
  DEPENDS ${UNICORN_ARCHIVE}
  COMMENT "Giving Unicorn ${Unicorn_VERSION} private names and calls"
  VERBATIM)
add_custom_target(bimetal-unicorn-object DEPENDS ${_private})

add_library(Unicorn::Unicorn INTERFACE IMPORTED GLOBAL)
target_include_directories(Unicorn::Unicorn INTERFACE ${UNICORN_INCLUDE_DIR})
target_link_libraries(Unicorn::Unicorn INTERFACE ${_private} pthread m)
# The archive was assembled by newer binutils, which mark `push f@GOTPCREL(%rip)` as relaxable. GNU ld
# 2.40 (Debian 12) mistakes it for a call: an unaligned guest access that crosses a page would
# then recurse until the stack overflows.
target_link_options(Unicorn::Unicorn INTERFACE LINKER:--no-relax)
add_dependencies(Unicorn::Unicorn bimetal-unicorn-object)

set(Unicorn_FOUND TRUE)
if(NOT Unicorn_FIND_QUIETLY)
  message(STATUS "Unicorn ${Unicorn_VERSION}: ${UNICORN_ARCHIVE}")
endif()
