/* SPDX-License-Identifier: MIT */
#include "emu/lint_desc.h"

#include <string.h>

bool lint_id_matches(const char *pattern, const char *id)
{
	size_t len = strlen(pattern);

	if (len > 0 && pattern[len - 1] == '*') return strncmp(pattern, id, len - 1) == 0;
	return strcmp(pattern, id) == 0;
}

const struct lint_desc bus_lints[] = {
	{ NULL, "unclaimed-read", LINT_GUEST, "",
	  "No device and no memory answers at this port or physical address.",
	  "Nobody drives the data lines: they float high on most boards, so the read returns all "
	  "ones. A chipset may also log a master abort, or hang on some old buses.",
	  "Find out that a device is there (ACPI, PCI, a documented presence test) before it is "
	  "read. A probe that expects all ones can be allowed by name." },
	{ NULL, "unclaimed-write", LINT_GUEST, "",
	  "No device and no writable memory takes writes at this port or physical address.",
	  "The write is lost. In read-only memory nothing changes; elsewhere a chipset may log a "
	  "master abort.",
	  "Check the address, and that the device is there and its decoding enabled. Delays by "
	  "writes to a port should use 0x80, which a PC decodes." },
	{ 0 },
};

const struct lint_desc dma_lints[] = {
	{ NULL, "bus-master", LINT_GUEST, "",
	  "A device starts transfers only while its Bus Master bit in COMMAND is set, and that of "
	  "each bridge above it.",
	  "The transfer or interrupt message is not made. Some devices wait for ever, some report "
	  "an error of their own.",
	  "Set Bus Master in COMMAND before the device is told to transfer anything, MSI "
	  "included." },
	{ NULL, "address-width", LINT_GUEST, "",
	  "A device reaches only as much memory as it drives address bits.",
	  "The upper bits are lost: the transfer goes to another place than was meant, and "
	  "overwrites what is there.",
	  "Give the device a buffer below its limit, or one that is copied (a bounce buffer)." },
	{ NULL, "nowhere", LINT_GUEST, "",
	  "A device transfers between itself and memory that exists.",
	  "A read returns all ones and a write is lost; the device reports a master abort, if "
	  "anything.",
	  "Pass physical, not virtual, addresses, check the length, and take buffers from memory "
	  "that the firmware's map calls usable." },
	{ NULL, "message-nowhere", LINT_GUEST, "",
	  "An interrupt message has an address and data that some local APIC takes.",
	  "The interrupt is lost without a trace.",
	  "Write address 0xfee00000 with the destination in bits 19:12, and data with a vector of "
	  "16 to 254, for a processor that exists and whose local APIC is enabled." },
	{ 0 },
};

const struct lint_desc base_lints[] = {
	{ NULL, "base", LINT_NOT_MODELLED, "",
	  "The device's registers were moved to where another device or memory lies.",
	  "Which of the two answers depends on the chipset; often both do.",
	  "Choose a range that nothing else has. Here the device is then not reached at all." },
	{ 0 },
};

const struct lint_desc cpu_lints[] = {
	{ NULL, "unknown-msr", LINT_NOT_MODELLED, "unread: SDM Vol. 4, AMD BKDG 32559 14",
	  "RDMSR and WRMSR name a register that this CPU has: which there are depends on the model "
	  "that CPUID tells of.",
	  "#GP(0). A processor of another model, or one that we describe wrongly, may have it.",
	  "Look at the vendor, the family and the feature bits first. --cpu intel makes the CPU "
	  "another one; --unknown-msr zero lets such registers read 0 and take every write." },
	{ 0 },
};
