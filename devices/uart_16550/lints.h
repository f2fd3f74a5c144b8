/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register tables. */
#ifndef DEVICES_UART_16550_LINTS_H
#define DEVICES_UART_16550_LINTS_H

#include "emu/lint.h"

enum uart_16550_lint {
	UART_16550_LINT_RBR_OVERRUN,
	UART_16550_LINT_THR_OVERRUN,
	UART_16550_LINT_BUSY,
	UART_16550_LINT_ZERO
};
extern const struct lint_desc uart_16550_lints[];

#endif
