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

#include <stdbool.h>
#include <stdint.h>

#include "io.h"
#include "wait.h"

#define IOXAPIC_MUST_USE __attribute__((warn_unused_result))

/* ---- registers, by offset in bytes (82093AA 3.1) ---- */

#define IOXAPIC_IOREGSEL ((struct io_rw32){ 0x00 })
#define IOXAPIC_IOWIN    ((struct io_rw32){ 0x10 })
#define IOXAPIC_EOIR     ((struct io_wo32){ 0x40 }) /* version 0x20 and later */

/* ---- registers behind the window, by index (82093AA 3.2) ---- */

enum {
	IOXAPIC_INDEX_ID = 0x00,
	IOXAPIC_INDEX_VERSION = 0x01,
	IOXAPIC_INDEX_TABLE = 0x10, /* two of each entry: low half, high half */
	IOXAPIC_MAX_ENTRIES = 120   /* that an index of eight bits reaches */
};
enum { /* ID */
       IOXAPIC_ID_LSB = 24,
       IOXAPIC_ID = 0xf << IOXAPIC_ID_LSB
};
enum { /* VERSION */
       IOXAPIC_VERSION = 0xff,
       IOXAPIC_VERSION_EOI = 0x20, /* the first one with EOIR */
       IOXAPIC_MAX_ENTRY_LSB = 16,
       IOXAPIC_MAX_ENTRY = 0xff
};
enum { /* an entry's low half */
       IOXAPIC_VECTOR = 0xff,
       IOXAPIC_MODE_LSB = 8,
       IOXAPIC_MODE = 7 << IOXAPIC_MODE_LSB,
       IOXAPIC_LOGICAL = 1 << 11,
       IOXAPIC_DELIVERY_STATUS = 1 << 12, /* read-only */
       IOXAPIC_ACTIVE_LOW = 1 << 13,
       IOXAPIC_REMOTE_IRR = 1 << 14, /* read-only */
       IOXAPIC_LEVEL = 1 << 15,
       IOXAPIC_MASK = 1 << 16
};
enum { IOXAPIC_DESTINATION_LSB = 24 }; /* an entry's high half */

/* ---- the driver ---- */

enum ioxapic_status {
	IOXAPIC_OK,
	IOXAPIC_NULL,    /* a null pointer */
	IOXAPIC_BAD_ARG, /* see the function */
	IOXAPIC_ABSENT,  /* nothing there */
	IOXAPIC_VARIANT, /* more entries than can be reached: not an I/O APIC */
	IOXAPIC_NO_PIN,  /* it has not that many */
	IOXAPIC_NO_EOI   /* this version has no EOI register */
};

/* Vectors of fixed and lowest-priority interrupts (82093AA 3.2.4). */
enum { IOXAPIC_FIRST_VECTOR = 0x10, IOXAPIC_LAST_VECTOR = 0xfe };

enum ioxapic_mode {
	IOXAPIC_FIXED = 0,
	IOXAPIC_LOWEST = 1,
	IOXAPIC_SMI = 2,
	IOXAPIC_NMI = 4,
	IOXAPIC_INIT = 5,
	IOXAPIC_EXTINT = 7
};

/* Where a pin's interrupts go. */
struct ioxapic_route {
	enum ioxapic_mode mode;
	uint8_t vector;      /* FIXED, LOWEST: FIRST_VECTOR to LAST_VECTOR; else 0 */
	uint8_t destination; /* APIC ID, or a set of logical IDs */
	bool logical;        /* which of the two */
	bool active_low; /* as the board has the line: ISA high, PCI low, unless ACPI says else */
	bool level;      /* FIXED, LOWEST; else by edge */
	bool masked;
};

/* To be made by ioxapic_init() alone. */
struct ioxapic {
	struct io io;
	struct wait wait;
	uint8_t version;
	uint8_t n_entries; /* pins, 1 to MAX_ENTRIES */
};

/* Look at the I/O APIC at `io` (memory, stride 1, uncached); nothing is changed but the index. */
IOXAPIC_MUST_USE enum ioxapic_status ioxapic_init(struct ioxapic *ioapic, struct io io,
						  struct wait wait);
/* Mask all entries but those that firmware routes to SMI. */
IOXAPIC_MUST_USE enum ioxapic_status ioxapic_mask_all(const struct ioxapic *ioapic);
/* The ID by which messages on a serial APIC bus are told apart, 0 to 15. Firmware's tables name it;
 * chipsets without that bus keep it and do nothing with it. */
IOXAPIC_MUST_USE enum ioxapic_status ioxapic_id(const struct ioxapic *ioapic, uint8_t *id);
IOXAPIC_MUST_USE enum ioxapic_status ioxapic_set_id(const struct ioxapic *ioapic, uint8_t id);

/* Route a pin. The entry is masked meanwhile: nothing goes to half of an old and half of a new
 * place. BAD_ARG: a route that cannot be. */
IOXAPIC_MUST_USE enum ioxapic_status ioxapic_route(const struct ioxapic *ioapic, unsigned pin,
						   const struct ioxapic_route *route);
/* Leave the rest of the entry as it is. When ioxapic_mask() returns the write has arrived; what the
 * pin sent before may still be on its way. */
IOXAPIC_MUST_USE enum ioxapic_status ioxapic_mask(const struct ioxapic *ioapic, unsigned pin);
IOXAPIC_MUST_USE enum ioxapic_status ioxapic_unmask(const struct ioxapic *ioapic, unsigned pin);
/* Was a level-triggered interrupt of this pin accepted and not yet ended? */
IOXAPIC_MUST_USE enum ioxapic_status ioxapic_remote_irr(const struct ioxapic *ioapic, unsigned pin,
							bool *yes);
/* Is an interrupt of this pin waiting to be accepted? */
IOXAPIC_MUST_USE enum ioxapic_status ioxapic_waiting(const struct ioxapic *ioapic, unsigned pin,
						     bool *yes);
/* End the level-triggered interrupts of this vector here, where local APICs do not tell
 * (suppressed EOI broadcast). */
IOXAPIC_MUST_USE enum ioxapic_status ioxapic_eoi(const struct ioxapic *ioapic, uint8_t vector);

#endif
