/* SPDX-License-Identifier: MIT */
/* The lints of the processor. */
#ifndef EMU_X86_LINTS_H
#define EMU_X86_LINTS_H

#include "emu/lint.h"

enum cpu_lint { CPU_LINT_UNKNOWN_MSR, CPU_LINT_VMRUN_INVALID };
extern const struct lint_desc cpu_lints[];

#endif
