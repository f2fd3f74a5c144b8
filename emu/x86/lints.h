/* SPDX-License-Identifier: MIT */
/* The lints of the processor. */
#ifndef EMU_X86_LINTS_H
#define EMU_X86_LINTS_H

#include "emu/lint.h"

enum cpu_lint {
	CPU_LINT_UNKNOWN_MSR,
	CPU_LINT_VMRUN_INVALID,
	CPU_LINT_STALE_TLB,
	CPU_LINT_STALE_TABLE,
	CPU_LINT_TABLE_RESERVED,
	CPU_LINT_TABLE_PLACE,
	CPU_LINT_TABLE_UNWRITTEN,
	CPU_LINT_WRITABLE_CODE
};
extern const struct lint_desc cpu_lints[];

#endif
