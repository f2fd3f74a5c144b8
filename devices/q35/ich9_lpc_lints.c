/* SPDX-License-Identifier: MIT */
#include "devices/q35/lints.h"

#define SPEC "unread: 316972 13.1"

/* clang-format off */
const struct lint_desc ich9_lpc_lints[] = {
	[ICH9_LPC_LINT_PLACEMENT] =
	{ "RCBA", "placement", LINT_GUEST, SPEC,
	  "The chipset registers must not overlap memory or another device.",
	  "Whichever the chipset decodes first answers; the other is hidden.",
	  "Leave them where firmware put them." },
	[ICH9_LPC_LINT_SCI] =
	{ "ACPI_CNTL", "sci", LINT_GUEST, SPEC,
	  "SCI_IRQ_SEL 3 is reserved; 0 to 2 are IRQ 9 to 11, 4 to 7 are IRQ 20 to 23.",
	  "The SCI does not arrive.", "Leave it as the FADT's SCI_INT says." },
	[ICH9_LPC_LINT_IRQ] =
	{ "PIRQ_ROUT_*", "irq", LINT_GUEST, NULL,
	  "A PIRQ can be routed to IRQ 3 to 7, 9 to 12, 14 or 15; the others are reserved.",
	  "The interrupt does not arrive at the 8259A, or arrives at the input of the timer, "
	  "keyboard or clock.",
	  "Choose one of these, or set IRQEN, which disables the routing to the 8259A." },
	{ 0 },
};

const struct lint_desc ich9_rcrb_lints[] = {
	[ICH9_RCRB_LINT_CHIPSET_REGISTER] =
	{ NULL, "chipset-register", LINT_NOT_MODELLED, "unread: 316972 10.1",
	  "The chipset register at this offset is not modelled.",
	  "It does what the chipset's datasheet says.",
	  "Do without it. Here it reads as all ones and ignores writes." },
	{ 0 },
};
