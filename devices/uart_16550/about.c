/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/uart_16550/lints.h"
#include "devices/uart_16550/model.h"

static const char *const uart_banks[] = {
	[UART_16550_MODEL_DLAB_0] = "DLAB=0", [UART_16550_MODEL_DLAB_1] = "DLAB=1"
};

const struct device_about uart16550_about = {
	.title = "16550A UART",
	.document = "National PC16550D, June 1995",
	.table = { ABOUT_BANKED(uart_16550_regs, UART_16550_MODEL_N_REGS, NULL, uart_banks) },
	.lints = { uart_16550_lints },
};
