/* SPDX-License-Identifier: MIT */
#include "devices/ioapic/lints.h"

#define MODES "NM10 datasheet 13.5.7, delivery mode encoding"

/* clang-format off */
const struct lint_desc ioapic_lints[] = {
	[IOAPIC_LINT_NOWHERE] =
	{ "IOREDTBL_HIGH", "nowhere", LINT_GUEST, NULL,
	  "The destination of a redirection entry must be a local APIC that is enabled and "
	  "accepts the message.",
	  "The interrupt is lost; a level-triggered one may be sent again and again.",
	  "Write the APIC ID from the ID register of the local APIC, or from the MADT." },
	[IOAPIC_LINT_UNMASKED] =
	{ "IOREDTBL_HIGH", "unmasked", LINT_GUEST, NULL,
	  "The two halves of an entry are written in two accesses, so the high half must only"
	  " be changed while the entry is masked.",
	  "An interrupt between the two writes goes to the old vector at the new destination, or "
	  "the other way round.",
	  "Mask the entry, write the high half, then the low half with MASK clear." },
	[IOAPIC_LINT_MODE] =
	{ "IOREDTBL_LOW", "mode", LINT_GUEST, MODES,
	  "Delivery modes 3 and 6 (start-up) are reserved in a redirection entry.", "Undefined.",
	  "Use fixed or lowest priority. NMI, INIT, SMI and ExtINT have special uses." },
	[IOAPIC_LINT_TRIGGER] =
	{ "IOREDTBL_LOW", "trigger", LINT_GUEST, MODES,
	  "SMI, NMI, INIT and ExtINT are programmed as edge-triggered.",
	  "While the level is active the message is sent over and over, or not at all.",
	  "Clear the LEVEL bit of such an entry." },
	[IOAPIC_LINT_SMI_VECTOR] =
	{ "IOREDTBL_LOW", "smi-vector", LINT_GUEST, MODES,
	  "The vector of an entry of mode SMI is 0.", "Undefined.", "Write 0 to the vector." },
	[IOAPIC_LINT_VECTOR] =
	{ "IOREDTBL_LOW", "vector", LINT_GUEST, NULL, "Vectors are 0x10 to 0xfe.",
	  "The local APIC that receives an illegal vector sets an error in ESR; the interrupt is "
	  "lost.",
	  "Use vectors of 32 to 254." },
	[IOAPIC_LINT_POLARITY] =
	{ "IOREDTBL_LOW", "polarity", LINT_GUEST, "ICH10 datasheet (319973) table 5-16, note 1",
	  "The polarity in the entry must match the line: PCI's PIRQs are active low, ISA "
	  "lines active high unless the MADT says otherwise.",
	  "The pin is active while the line is idle: a level-triggered interrupt never ends, "
	  "an edge-triggered one comes at the wrong edge.",
	  "Take polarity and trigger mode from the MADT's overrides and from the DSDT." },
	[IOAPIC_LINT_NOT_IN_SERVICE] =
	{ "EOIR", "not-in-service", LINT_GUEST, NULL,
	  "A write to EOIR clears REMOTE_IRR of the level-triggered entries with that vector.",
	  "Nothing happens if none is set. Usually the EOI of the local APIC has already "
	  "cleared it; a second one may end the next interrupt of that line too early.",
	  "Use EOIR only if SVR.NO_EOI_BROADCAST suppresses the broadcasts of the local APIC,"
	  " once for each interrupt." },
	[IOAPIC_LINT_RESERVED_INDEX] =
	{ "IOWIN", "reserved-index", LINT_GUEST, NULL,
	  "IOREGSEL selects no register: indices are 0 to 2 and 0x10 to 0x3f, with 24 pins.",
	  "A read returns an arbitrary value, a write is lost.",
	  "Take the number of entries from IOAPICVER bits 23:16, plus one." },
	{ 0 },
};
