/* SPDX-License-Identifier: MIT */
/* Causes a lint that the catalogue does not have, on a hub without observers:
 * tests/quality/known_lints.c must stop it. */
#include "devices/uart_16550/lints.h"
#include "emu/observe.h"

int main(void)
{
	static const struct lint_desc hidden = { .reg = "THR", .rule = "seeded", .spec = "x" };
	struct hub hub = { 0 };
	struct lint known = { .dev = "uart16550",
			      .reg = "THR",
			      .desc = &uart_16550_lints[UART_16550_LINT_THR_OVERRUN],
			      .spec = "PC16550D 8.4" };
	struct lint seeded = known;

	hub_lint(&hub, &known);
	seeded.desc = &hidden;
	hub_lint(&hub, &seeded);
	return 0;
}
