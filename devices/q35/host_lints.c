/* SPDX-License-Identifier: MIT */
#include "devices/q35/lints.h"

#define SPEC "unread: 316966 5.1"

/* clang-format off */
const struct lint_desc q35_host_lints[] = {
	[Q35_HOST_LINT_LENGTH] =
	{ "PCIEXBAR", "length", LINT_GUEST, SPEC, "PCIEXBAR.LENGTH 3 is reserved.", "Undefined.",
	  "0 is 256 buses, 1 is 128, 2 is 64." },
	[Q35_HOST_LINT_PLACEMENT] =
	{ "PCIEXBAR", "placement", LINT_GUEST, SPEC,
	  "The configuration window must not overlap memory or another device.",
	  "Whichever the chipset decodes first answers; the other is hidden.",
	  "Leave it where firmware put it (the MCFG table says where)." },
	[Q35_HOST_LINT_RESERVED] =
	{ "PAM", "reserved", LINT_GUEST, SPEC, "PAM0 has no LOENABLE: its low bits are reserved.",
	  "Ignored.", "Write them as 0." },
	[Q35_HOST_LINT_REMAP] =
	{ "PAM", "remap", LINT_NOT_MODELLED, SPEC,
	  "PAM0 to PAM6 select memory or ROM at 0xc0000 to 0xfffff, separately for reads and "
	  "writes.",
	  "Something else answers in the segment.",
	  "Leave PAM to firmware. Here the segments stay as they are." },
	[Q35_HOST_LINT_ENABLE] =
	{ "SMRAM ESMRAMC PXPEPBAR MCHBAR DMIBAR", "enable", LINT_NOT_MODELLED, SPEC,
	  "The register maps a block of registers, or the memory of system management mode.",
	  "The block appears at the address.",
	  "Leave it to firmware. Here nothing appears there." },
	{ 0 },
};
