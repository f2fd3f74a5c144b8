/* SPDX-License-Identifier: MIT */
/* Numbers of model-specific registers. SDM Vol. 4, 2.1; those from 0xc0010000 on: AMD APM Vol. 2,
 * A.1 (unread). */
#ifndef EMU_X86_MSR_NUMBERS_H
#define EMU_X86_MSR_NUMBERS_H

#include <stdint.h>

#define MSR_TSC               UINT32_C(0x10)
#define MSR_APIC_BASE         UINT32_C(0x1b)
#define MSR_MTRRCAP           UINT32_C(0xfe)
#define MSR_SYSENTER_CS       UINT32_C(0x174)
#define MSR_SYSENTER_ESP      UINT32_C(0x175)
#define MSR_SYSENTER_EIP      UINT32_C(0x176)
#define MSR_MISC_ENABLE       UINT32_C(0x1a0)
#define MSR_MTRR_PHYSBASE0    UINT32_C(0x200)
#define MSR_MTRR_PHYSMASK7    UINT32_C(0x20f)
#define MSR_MTRR_FIX64K       UINT32_C(0x250)
#define MSR_MTRR_FIX16K_80000 UINT32_C(0x258)
#define MSR_MTRR_FIX16K_A0000 UINT32_C(0x259)
#define MSR_MTRR_FIX4K_C0000  UINT32_C(0x268)
#define MSR_MTRR_FIX4K_F8000  UINT32_C(0x26f)
#define MSR_PAT               UINT32_C(0x277)
#define MSR_MTRR_DEF_TYPE     UINT32_C(0x2ff)
#define MSR_U_CET             UINT32_C(0x6a0)
#define MSR_S_CET             UINT32_C(0x6a2)
#define MSR_EFER              UINT32_C(0xc0000080)
#define MSR_STAR              UINT32_C(0xc0000081)
#define MSR_LSTAR             UINT32_C(0xc0000082)
#define MSR_CSTAR             UINT32_C(0xc0000083)
#define MSR_FMASK             UINT32_C(0xc0000084) /* AMD: SFMASK */
#define MSR_FS_BASE           UINT32_C(0xc0000100)
#define MSR_GS_BASE           UINT32_C(0xc0000101)
#define MSR_KERNEL_GS_BASE    UINT32_C(0xc0000102)
#define MSR_TSC_AUX           UINT32_C(0xc0000103)
#define MSR_PERFEVTSEL0       UINT32_C(0xc0010000)
#define MSR_PERFCTR0          UINT32_C(0xc0010004)
#define MSR_SYSCFG            UINT32_C(0xc0010010)
#define MSR_HWCR              UINT32_C(0xc0010015)
#define MSR_NAME_STRING       UINT32_C(0xc0010030)
#define MSR_VM_CR             UINT32_C(0xc0010114)
#define MSR_VM_HSAVE_PA       UINT32_C(0xc0010117)

#endif
