/* SPDX-License-Identifier: MIT */
/* Model-specific registers that only keep what is written: which ones an identity has, what each
 * refuses, and its value after reset. */
#ifndef EMU_X86_MSR_TABLE_H
#define EMU_X86_MSR_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/x86/cpuid.h"

enum msr_rule {
	MSR_STRICT,      /* #GP for a bit that cannot be written */
	MSR_LOOSE,       /* bits that cannot be written keep their value */
	MSR_READ_ONLY,   /* #GP for every write */
	MSR_WRITE_ONLY,  /* #GP for every read; writes have no effect */
	MSR_ZERO,        /* #GP unless 0 is written (SDM Vol. 3B 15.3.2.2) */
	MSR_ALL_OR_NONE, /* #GP unless all ones or all zeroes are written (unread: 15.3.2.1) */
	MSR_STATUS,      /* #GP unless 0 is written or HWCR.MCi_STATUS_WREN is set */
	MSR_SMM          /* as STRICT, and #GP once HWCR.SMMLOCK is set */
};

struct msr_row {
	uint32_t first, count;
	uint8_t who; /* 1 << enum cpu_vendor */
	enum msr_rule rule;
	uint64_t writable, reset;
};

/* The values of all these registers, one slot each. */
enum { MSR_SLOTS = 192 };

/* The row and the slot of an MSR of this identity; NULL: there is no such MSR. */
const struct msr_row *msr_table_find(const struct cpu_features *f, uint32_t msr, size_t *slot);
/* Set all slots to their values after reset. */
void msr_table_reset(uint64_t slots[MSR_SLOTS]);
/* The number of slots that the table needs; a test checks that it is at most MSR_SLOTS. */
size_t msr_table_slots(void);

#endif
