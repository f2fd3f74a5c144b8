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
	  "Nothing drives the data lines. On most boards they float high, so the read returns"
	  " all ones. A chipset may also log a master abort; some old buses hang.",
	  "Check that a device is present (ACPI, PCI, a documented test) before reading it. A"
	  " probe that expects all ones can be allowed by its lint id." },
	{ NULL, "unclaimed-write", LINT_GUEST, "",
	  "No device and no writable memory accepts writes at this port or physical address.",
	  "The write is lost. In read-only memory nothing changes; elsewhere a chipset may log a "
	  "master abort.",
	  "Check the address, and that the device is present and its decoding enabled. For "
	  "delays by port writes use 0x80, which a PC decodes." },
	{ 0 },
};

const struct lint_desc dma_lints[] = {
	{ NULL, "bus-master", LINT_GUEST, "",
	  "A device can start transfers only while its Bus Master bit in COMMAND is set, and "
	  "that of each bridge above it.",
	  "The transfer or interrupt message is not made. Some devices wait for ever, others "
	  "report an error.",
	  "Set Bus Master in COMMAND before starting any transfer of the device, MSI included." },
	{ NULL, "address-width", LINT_GUEST, "",
	  "A device can address only as much memory as its address bits allow.",
	  "The upper bits are lost: the transfer overwrites memory at another address.",
	  "Use a buffer below the limit of the device, or copy through one (a bounce buffer)." },
	{ NULL, "nowhere", LINT_GUEST, "", "The other side of a transfer must be existing memory.",
	  "A read returns all ones and a write is lost. The device may report a master abort.",
	  "Pass physical addresses, not virtual ones; check the length; take buffers from "
	  "memory that the firmware's memory map reports as usable." },
	{ NULL, "message-nowhere", LINT_GUEST, "",
	  "An interrupt message needs an address and data that a local APIC accepts.",
	  "The interrupt is lost without a trace.",
	  "Write address 0xfee00000 with the destination in bits 19:12, and data with a vector of "
	  "16 to 254, for a processor that exists and whose local APIC is enabled." },
	{ 0 },
};

const struct lint_desc base_lints[] = {
	{ NULL, "base", LINT_NOT_MODELLED, "",
	  "The registers of the device were moved to an address that another device or memory"
	  " uses.",
	  "Which of the two answers depends on the chipset; often both do.",
	  "Choose a free range. Here the device cannot be accessed at the new address." },
	{ 0 },
};

const struct lint_desc cpu_lints[] = {
	{ NULL, "unknown-msr", LINT_NOT_MODELLED, "unread: SDM Vol. 4, AMD BKDG 32559 14",
	  "RDMSR and WRMSR must use a register that this CPU has. That depends on the model "
	  "that CPUID reports.",
	  "#GP(0). Another processor model may have it, or bimetal's description of this one "
	  "may be incomplete.",
	  "Check the vendor, the family and the feature bits first. --cpu intel selects "
	  "another CPU; --unknown-msr zero makes such registers read 0 and accept every "
	  "write." },
	{ NULL, "vmrun-invalid", LINT_NOTE, "unread: AMD APM Vol. 2 15.5.1",
	  "VMRUN checks the VMCB: reserved bits of the control registers, modes that exclude each "
	  "other, the intercept of VMRUN, the ASID, the injected event.",
	  "#VMEXIT at once with exit code VMEXIT_INVALID (-1), which has no details. The lint "
	  "names "
	  "the first check that failed.",
	  "Correct that field of the VMCB." },
	{ 0 },
};
