/* SPDX-License-Identifier: MIT */
/* Bits of a paging-structure entry (SDM Vol. 3A 4.3 to 4.5). */
#ifndef EMU_X86_PTE_H
#define EMU_X86_PTE_H

#include <stdint.h>

#include "emu/x86/walk.h"

enum pte_bit {
	PTE_P = 1 << 0,
	PTE_W = 1 << 1,
	PTE_U = 1 << 2,
	PTE_A = 1 << 5,
	PTE_D = 1 << 6,
	PTE_PS = 1 << 7,
	PTE_G = 1 << 8
};
#define PTE_NX    (UINT64_C(1) << 63)
#define PHYS_MASK ((UINT64_C(1) << PAGING_PHYS_BITS) - 1)

#endif
