/* SPDX-License-Identifier: MIT */
/* The lints of BIOS services. */
#ifndef HARNESS_FIRMWARE_BIOS_LINTS_H
#define HARNESS_FIRMWARE_BIOS_LINTS_H

#include "emu/lint.h"

enum bios_lint {
	BIOS_LINT_FUNCTION,
	BIOS_LINT_DOTS,
	BIOS_LINT_VBE_MODE,
	BIOS_LINT_VBE,
	BIOS_LINT_DMA_BOUNDARY,
	BIOS_LINT_HOST,
	BIOS_LINT_MODE,
	BIOS_LINT_OUTSIDE
};
extern const struct lint_desc bios_lints[];

#endif
