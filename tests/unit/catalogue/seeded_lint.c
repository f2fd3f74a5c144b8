/* SPDX-License-Identifier: MIT */
/* Causes a lint that the catalogue does not have: tests/quality/known_lints.c must stop it. */
#include <stddef.h>

#include "emu/observe.h"

int main(void)
{
	struct hub hub = { 0 };
	struct lint known = {
		.dev = "uart16550", .reg = "THR", .rule = "overrun", .spec = "PC16550D 8.4"
	};
	struct lint seeded = known;

	hub_lint(&hub, &known);
	seeded.rule = "seeded";
	hub_lint(&hub, &seeded);
	return 0;
}
