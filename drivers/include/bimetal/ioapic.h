/* SPDX-License-Identifier: MIT */
/* I/O APIC: from interrupt lines to messages for local APICs. Intel 82093AA (290566), and the
 * chipsets that followed it (ICH, PCH: "I/O xAPIC"), whose EOI register came with version 0x20.
 *
 * The registers lie behind an index and a window. The two accesses, and the changes of an entry,
 * happen with interrupts off; several processors need a lock around this driver's calls.
 *
 * Freestanding: no libc, no heap, no state but the caller's. */
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

#include "io.h"
#include "wait.h"

#define IOAPIC_MUST_USE __attribute__((warn_unused_result))

/* ---- registers, by offset in bytes (82093AA 3.1) ---- */

#define IOAPIC_IOREGSEL ((struct io_rw32){ 0x00 })
#define IOAPIC_IOWIN    ((struct io_rw32){ 0x10 })
#define IOAPIC_EOIR     ((struct io_wo32){ 0x40 }) /* version 0x20 and later */

/* ---- registers behind the window, by index (82093AA 3.2) ---- */

enum {
	IOAPIC_INDEX_ID = 0x00,
	IOAPIC_INDEX_VERSION = 0x01,
	IOAPIC_INDEX_TABLE = 0x10, /* two of each entry: low half, high half */
	IOAPIC_MAX_ENTRIES = 120   /* that an index of eight bits reaches */
};
enum { /* ID */
       IOAPIC_ID_LSB = 24,
       IOAPIC_ID = 0xf << IOAPIC_ID_LSB
};
enum { /* VERSION */
       IOAPIC_VERSION = 0xff,
       IOAPIC_VERSION_EOI = 0x20, /* the first one with EOIR */
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
	IOAPIC_ABSENT,  /* nothing there */
	IOAPIC_VARIANT, /* more entries than can be reached: not an I/O APIC */
	IOAPIC_NO_PIN,  /* it has not that many */
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
	uint8_t vector;      /* FIXED, LOWEST: FIRST_VECTOR to LAST_VECTOR; else 0 */
	uint8_t destination; /* APIC ID, or a set of logical IDs */
	bool logical;        /* which of the two */
	bool active_low; /* as the board has the line: ISA high, PCI low, unless ACPI says else */
	bool level;      /* FIXED, LOWEST; else by edge */
	bool masked;
};

/* To be made by ioapic_init() alone. */
struct ioapic {
	struct io io;
	struct wait wait;
	uint8_t version;
	uint8_t n_entries; /* pins, 1 to MAX_ENTRIES */
};

/* Look at the I/O APIC at `io` (memory, stride 1, uncached); nothing is changed but the index. */
IOAPIC_MUST_USE enum ioapic_status ioapic_init(struct ioapic *ioapic, struct io io,
					       struct wait wait);
/* Mask all entries but those that firmware routes to SMI. */
IOAPIC_MUST_USE enum ioapic_status ioapic_mask_all(const struct ioapic *ioapic);
/* The ID by which messages on a serial APIC bus are told apart, 0 to 15. Firmware's tables name it;
 * chipsets without that bus keep it and do nothing with it. */
IOAPIC_MUST_USE enum ioapic_status ioapic_id(const struct ioapic *ioapic, uint8_t *id);
IOAPIC_MUST_USE enum ioapic_status ioapic_set_id(const struct ioapic *ioapic, uint8_t id);

/* Route a pin. The entry is masked meanwhile: nothing goes to half of an old and half of a new
 * place. BAD_ARG: a route that cannot be. */
IOAPIC_MUST_USE enum ioapic_status ioapic_route(const struct ioapic *ioapic, unsigned pin,
						const struct ioapic_route *route);
/* Leave the rest of the entry as it is. When ioapic_mask() returns the write has arrived; what the
 * pin sent before may still be on its way. */
IOAPIC_MUST_USE enum ioapic_status ioapic_mask(const struct ioapic *ioapic, unsigned pin);
IOAPIC_MUST_USE enum ioapic_status ioapic_unmask(const struct ioapic *ioapic, unsigned pin);
/* Was a level-triggered interrupt of this pin accepted and not yet ended? */
IOAPIC_MUST_USE enum ioapic_status ioapic_remote_irr(const struct ioapic *ioapic, unsigned pin,
						     bool *yes);
/* Is an interrupt of this pin waiting to be accepted? */
IOAPIC_MUST_USE enum ioapic_status ioapic_waiting(const struct ioapic *ioapic, unsigned pin,
						  bool *yes);
/* End the level-triggered interrupts of this vector here, where local APICs do not tell
 * (suppressed EOI broadcast). */
IOAPIC_MUST_USE enum ioapic_status ioapic_eoi(const struct ioapic *ioapic, uint8_t vector);

#endif
