/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register tables. */
#ifndef DEVICES_PIC_8259_LINTS_H
#define DEVICES_PIC_8259_LINTS_H

#include "emu/lint.h"

enum pic_8259_lint {
	PIC_8259_LINT_UNINITIALISED,
	PIC_8259_LINT_SEQUENCE,
	PIC_8259_LINT_NOT_IN_SERVICE,
	PIC_8259_LINT_SPURIOUS,
	PIC_8259_LINT_EARLY_EOI,
	PIC_8259_LINT_ICW1_WIRING,
	PIC_8259_LINT_ICW3_WIRING,
	PIC_8259_LINT_MCS80
};
extern const struct lint_desc pic_8259_lints[];

#endif
