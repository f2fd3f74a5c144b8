/* SPDX-License-Identifier: MIT */
/* I/O APIC: turns interrupt lines into messages to local APICs. Intel 82093AA (290566), and the I/O
 * xAPIC of later chipsets (ICH, PCH), which added the EOI register with version 0x20.
 *
 * The registers are behind an index and a data window. The driver turns interrupts off for each
 * such pair of accesses and while it changes an entry. If several processors use the I/O APIC, the
 * kernel must lock around this driver's calls.
 *
 * Freestanding: no libc, no heap. All state is in struct ioapic. */
#ifndef BIMETAL_IOAPIC_H
#define BIMETAL_IOAPIC_H

/* For example:
 *
 *	static enum ioapic_status route_com1(uintptr_t mapped, struct wait wait)
 *	{
 *		struct ioapic ioapic;
 *		struct ioapic_route route = { .mode = IOAPIC_FIXED, .vector = 0x24 };
 *		enum ioapic_status status = ioapic_init(&ioapic, io_memory(mapped, 1), wait);
 *
 *		return status == IOAPIC_OK ? ioapic_route(&ioapic, 4, &route) : status;
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/io.h"
#include "bimetal/wait.h"

#define IOAPIC_MUST_USE __attribute__((warn_unused_result))

/* ---- registers, by offset in bytes (82093AA 3.1) ---- */

#define IOAPIC_IOREGSEL ((struct io_rw32){ 0x00 })
#define IOAPIC_IOWIN    ((struct io_rw32){ 0x10 })
#define IOAPIC_EOIR     ((struct io_wo32){ 0x40 }) /* version 0x20 and later */

/* ---- registers behind the window, by index (82093AA 3.2) ---- */

enum {
	IOAPIC_INDEX_ID = 0x00,
	IOAPIC_INDEX_VERSION = 0x01,
	IOAPIC_INDEX_TABLE = 0x10, /* two per entry: low half, high half */
	IOAPIC_MAX_ENTRIES = 120   /* the most that an 8-bit index can select */
};
enum { /* ID */
       IOAPIC_ID_LSB = 24,
       IOAPIC_ID = 0xf << IOAPIC_ID_LSB
};
enum { /* VERSION */
       IOAPIC_VERSION = 0xff,
       IOAPIC_VERSION_EOI = 0x20, /* the first version with EOIR */
       IOAPIC_MAX_ENTRY_LSB = 16,
       IOAPIC_MAX_ENTRY = 0xff
};
enum { /* an entry's low half */
       IOAPIC_VECTOR = 0xff,
       IOAPIC_MODE_LSB = 8,
       IOAPIC_MODE = 7 << IOAPIC_MODE_LSB,
       IOAPIC_LOGICAL = 1 << 11,
       IOAPIC_DELIVERY_STATUS = 1 << 12, /* read-only */
       IOAPIC_ACTIVE_LOW = 1 << 13,
       IOAPIC_REMOTE_IRR = 1 << 14, /* read-only */
       IOAPIC_LEVEL = 1 << 15,
       IOAPIC_MASK = 1 << 16
};
enum { IOAPIC_DESTINATION_LSB = 24 }; /* an entry's high half */

/* ---- the driver ---- */

enum ioapic_status {
	IOAPIC_OK,
	IOAPIC_NULL,    /* a null pointer */
	IOAPIC_BAD_ARG, /* see the function */
	IOAPIC_ABSENT,  /* no I/O APIC at this address */
	IOAPIC_VARIANT, /* more entries than the index can select: not an I/O APIC */
	IOAPIC_NO_PIN,  /* no pin with this number */
	IOAPIC_NO_EOI   /* this version has no EOI register */
};

/* Vectors of fixed and lowest-priority interrupts (82093AA 3.2.4). */
enum { IOAPIC_FIRST_VECTOR = 0x10, IOAPIC_LAST_VECTOR = 0xfe };

enum ioapic_mode {
	IOAPIC_FIXED = 0,
	IOAPIC_LOWEST = 1,
	IOAPIC_SMI = 2,
	IOAPIC_NMI = 4,
	IOAPIC_INIT = 5,
	IOAPIC_EXTINT = 7
};

/* Where a pin's interrupts go. */
struct ioapic_route {
	enum ioapic_mode mode;
	uint8_t vector;      /* FIXED, LOWEST: IOAPIC_FIRST_VECTOR to IOAPIC_LAST_VECTOR; else 0 */
	uint8_t destination; /* APIC ID, or logical destination */
	bool logical;        /* destination is logical */
	bool active_low; /* ISA lines are active high, PCI lines low, unless ACPI overrides it */
	bool level;      /* level-triggered: FIXED and LOWEST only */
	bool masked;
};

/* Initialised only by ioapic_init(). */
struct ioapic {
	struct io io;
	struct wait wait;
	uint8_t version;
	uint8_t n_entries; /* pins: 1 to IOAPIC_MAX_ENTRIES */
};

/* Find the I/O APIC at `io` (memory, stride 1, uncached). Nothing but the index is written. */
IOAPIC_MUST_USE enum ioapic_status ioapic_init(struct ioapic *ioapic, struct io io,
					       struct wait wait);
/* Mask all entries except those that firmware routed to SMI. */
IOAPIC_MUST_USE enum ioapic_status ioapic_mask_all(const struct ioapic *ioapic);
/* Read or set the I/O APIC ID, 0 to 15. It identifies the sender on a serial APIC bus. The MADT
 * gives its value. Chipsets without that bus store it and do not use it. */
IOAPIC_MUST_USE enum ioapic_status ioapic_id(const struct ioapic *ioapic, uint8_t *id);
IOAPIC_MUST_USE enum ioapic_status ioapic_set_id(const struct ioapic *ioapic, uint8_t id);

/* Route a pin. The entry is masked meanwhile, so no interrupt goes to a mixture of the old and the
 * new destination. BAD_ARG: an invalid route. */
IOAPIC_MUST_USE enum ioapic_status ioapic_route(const struct ioapic *ioapic, unsigned pin,
						const struct ioapic_route *route);
/* Mask or unmask a pin; the rest of the entry stays. ioapic_mask() returns when the write has
 * reached the I/O APIC. A message that was already sent may still arrive. */
IOAPIC_MUST_USE enum ioapic_status ioapic_mask(const struct ioapic *ioapic, unsigned pin);
IOAPIC_MUST_USE enum ioapic_status ioapic_unmask(const struct ioapic *ioapic, unsigned pin);
/* Has a level-triggered interrupt of this pin been accepted and not yet ended? */
IOAPIC_MUST_USE enum ioapic_status ioapic_remote_irr(const struct ioapic *ioapic, unsigned pin,
						     bool *yes);
/* Is an interrupt of this pin waiting to be accepted? */
IOAPIC_MUST_USE enum ioapic_status ioapic_waiting(const struct ioapic *ioapic, unsigned pin,
						  bool *yes);
/* End the level-triggered interrupts of this vector here. Needed if local APICs do not broadcast
 * EOIs (suppressed EOI broadcast). NO_EOI: this version cannot. */
IOAPIC_MUST_USE enum ioapic_status ioapic_eoi(const struct ioapic *ioapic, uint8_t vector);

#endif
