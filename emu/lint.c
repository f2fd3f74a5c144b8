/* SPDX-License-Identifier: MIT */
#include "emu/lint.h"

#include <stdio.h>
#include <string.h>

/* ---- ids ---- */

const char *lint_id(const struct lint *l, char *buf, unsigned long size)
{
	const char *dev = l->dev ? l->dev : "";

	if (l->reg)
		snprintf(buf, size, "%s.%s.%s", dev, l->reg, l->desc->rule);
	else
		snprintf(buf, size, "%s.%s", dev, l->desc->rule);
	return buf;
}

bool lint_id_matches(const char *pattern, const char *id)
{
	size_t len = strlen(pattern);

	if (len > 0 && pattern[len - 1] == '*') return strncmp(pattern, id, len - 1) == 0;
	return strcmp(pattern, id) == 0;
}

/* ---- rules ---- */

/* clang-format off */
const struct lint_desc reg_lints[] = {
	[REG_LINT_NO_REGISTER] =
	{ NULL, "no-register", LINT_GUEST, "", NULL,
	  "A read returns all ones or zero, a write is lost; some chips repeat other registers "
	  "there.", NULL },
	[REG_LINT_READONLY] =
	{ NULL, "readonly", LINT_GUEST, NULL, NULL,
	  "The write is lost; a chip that decodes it nevertheless does something that its manual "
	  "does not describe.", NULL },
	[REG_LINT_WRITEONLY] =
	{ NULL, "writeonly", LINT_GUEST, NULL, NULL,
	  "The read does not return what was written, but all ones, zero, or another register.",
	  NULL },
	[REG_LINT_WIDTH] =
	{ NULL, "width", LINT_GUEST, NULL, NULL,
	  "It depends on the bus and the chip: the access is split and reaches the registers "
	  "beside it, or is cut, ignored or answered with an error.", NULL },
	[REG_LINT_MISALIGNED] =
	{ NULL, "misaligned", LINT_GUEST, NULL, NULL,
	  "It is split into parts, or ignored, or answered with an error; parts may reach the "
	  "register that follows.", NULL },
	[REG_LINT_RESERVED] =
	{ NULL, "reserved", LINT_GUEST, NULL, NULL,
	  "Nothing, on the chip described; another or a later chip may have given the bits a "
	  "meaning, and then does that.", NULL },
	[REG_LINT_PRESERVE] =
	{ NULL, "preserve", LINT_GUEST, NULL, NULL,
	  "Nothing, on the chip described; firmware may have set them for a reason, and a later "
	  "chip may have given them a meaning.", NULL },
	{ 0 },
};

const struct lint_desc bus_lints[] = {
	[BUS_LINT_UNCLAIMED_READ] =
	{ NULL, "unclaimed-read", LINT_GUEST, "",
	  "No device and no memory answers at this port or physical address.",
	  "Nothing drives the data lines. On most boards they float high, so the read returns"
	  " all ones. A chipset may also log a master abort; some old buses hang.",
	  "Check that a device is present (ACPI, PCI, a documented test) before reading it. A"
	  " probe that expects all ones can be allowed by its lint id." },
	[BUS_LINT_UNCLAIMED_WRITE] =
	{ NULL, "unclaimed-write", LINT_GUEST, "",
	  "No device and no writable memory accepts writes at this port or physical address.",
	  "The write is lost. In read-only memory nothing changes; elsewhere a chipset may log a "
	  "master abort.",
	  "Check the address, and that the device is present and its decoding enabled. For "
	  "delays by port writes use 0x80, which a PC decodes. Where the port told looks like a value, "
	  "the arguments are swapped: outb() of some kernels takes the value first, of others the "
	  "port." },
	{ 0 },
};

const struct lint_desc dma_lints[] = {
	[DMA_LINT_BUS_MASTER] =
	{ NULL, "bus-master", LINT_GUEST, "",
	  "A device can start transfers only while its Bus Master bit in COMMAND is set, and "
	  "that of each bridge above it.",
	  "The transfer or interrupt message is not made. Some devices wait for ever, others "
	  "report an error.",
	  "Set Bus Master in COMMAND before starting any transfer of the device, MSI included." },
	[DMA_LINT_ADDRESS_WIDTH] =
	{ NULL, "address-width", LINT_GUEST, "",
	  "A device can address only as much memory as its address bits allow.",
	  "The upper bits are lost: the transfer overwrites memory at another address.",
	  "Use a buffer below the limit of the device, or copy through one (a bounce buffer)." },
	[DMA_LINT_NOWHERE] =
	{ NULL, "nowhere", LINT_GUEST, "", "The other side of a transfer must be existing memory.",
	  "A read returns all ones and a write is lost. The device may report a master abort.",
	  "Pass physical addresses, not virtual ones; check the length; take buffers from "
	  "memory that the firmware's memory map reports as usable." },
	[DMA_LINT_MESSAGE_NOWHERE] =
	{ NULL, "message-nowhere", LINT_GUEST, "",
	  "An interrupt message needs an address and data that a local APIC accepts.",
	  "The interrupt is lost without a trace.",
	  "Write address 0xfee00000 with the destination in bits 19:12, and data with a vector of "
	  "16 to 254, for a processor that exists and whose local APIC is enabled." },
	{ 0 },
};

const struct lint_desc base_lints[] = {
	[BASE_LINT_OVERLAP] =
	{ NULL, "base", LINT_NOT_MODELLED, "",
	  "The registers of the device were moved to an address that another device or memory"
	  " uses.",
	  "Which of the two answers depends on the chipset; often both do.",
	  "Choose a free range. Here the device cannot be accessed at the new address." },
	{ 0 },
};
