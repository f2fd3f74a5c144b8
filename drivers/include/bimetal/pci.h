/* SPDX-License-Identifier: MIT */
/* PCI configuration space, by either mechanism: ports 0xcf8 and 0xcfc (PCI Local Bus Specification
 * 3.0, 3.2.2.3.2), or mapped into memory (ECAM, PCI Express Base Specification 1.1, 7.2.2). Finding
 * functions, and their command and status. BARs: pci_bar.h; capabilities: pci_capability.h;
 * message signalled interrupts: pci_msi.h.
 *
 * An index and its data are accessed with interrupts off; several processors need a lock around
 * this driver's calls.
 *
 * Freestanding: no libc, no heap, no state but the caller's. */
#ifndef BIMETAL_PCI_H
#define BIMETAL_PCI_H

#include <stdbool.h>
#include <stdint.h>

#include "io.h"
#include "wait.h"

#define PCIBUS_MUST_USE __attribute__((warn_unused_result))

/* ---- mechanism 1 ---- */

/* From port 0xcf8 on. */
#define PCIBUS_CONFIG_ADDRESS ((struct io_rw32){ 0 })
enum {
	PCIBUS_PORTS = 0xcf8,
	PCIBUS_CONFIG_DATA = 4, /* four bytes, by any aligned part */
	PCIBUS_FUNCTION_LSB = 8,
	PCIBUS_DEVICE_LSB = 11,
	PCIBUS_BUS_LSB = 16
};
#define PCIBUS_CONFIG_ENABLE UINT32_C(0x80000000)

/* ---- the header: offsets and bits (PCI 3.0 chapter 6) ---- */

enum {
	PCIBUS_VENDOR = 0x00,
	PCIBUS_COMMAND = 0x04,
	PCIBUS_STATUS = 0x06,
	PCIBUS_REVISION = 0x08, /* and in the bytes above it interface, subclass, class */
	PCIBUS_HEADER = 0x0e,
	PCIBUS_BAR0 = 0x10,
	PCIBUS_SECONDARY = 0x19, /* of bridges */
	PCIBUS_CARDBUS_CAPABILITIES = 0x14,
	PCIBUS_ROM = 0x30,
	PCIBUS_CAPABILITIES = 0x34,
	PCIBUS_BRIDGE_ROM = 0x38,
	PCIBUS_INTERRUPT_LINE = 0x3c,
	PCIBUS_INTERRUPT_PIN = 0x3d
};
enum { /* COMMAND */
       PCIBUS_COMMAND_IO = 1 << 0,
       PCIBUS_COMMAND_MEMORY = 1 << 1,
       PCIBUS_COMMAND_MASTER = 1 << 2,
       PCIBUS_COMMAND_PARITY = 1 << 6,
       PCIBUS_COMMAND_SERR = 1 << 8,
       PCIBUS_COMMAND_INTX_OFF = 1 << 10
};
enum { /* STATUS */
       PCIBUS_STATUS_INTERRUPT = 1 << 3,
       PCIBUS_STATUS_CAPABILITIES = 1 << 4,
       PCIBUS_STATUS_ERRORS = 0xf900 /* write 1 to clear */
};
enum { /* HEADER */
       PCIBUS_HEADER_LAYOUT = 0x7f,
       PCIBUS_HEADER_FUNCTIONS = 0x80, /* the device has several */
       PCIBUS_HEADER_NORMAL = 0,
       PCIBUS_HEADER_BRIDGE = 1,
       PCIBUS_HEADER_CARDBUS = 2
};
enum { PCIBUS_NO_VENDOR = 0xffff, PCIBUS_SPACE = 0x100, PCIBUS_EXTENDED_SPACE = 0x1000 };

/* ---- the driver ---- */

enum pcibus_status {
	PCIBUS_OK,
	PCIBUS_NULL,      /* a null pointer */
	PCIBUS_BAD_ARG,   /* see the function; a place or an offset that cannot be */
	PCIBUS_ABSENT,    /* no such mechanism, or no function there */
	PCIBUS_END,       /* there are no more */
	PCIBUS_NOT_FOUND, /* no such capability */
	PCIBUS_LACKS,     /* this function or mechanism cannot do that */
	PCIBUS_BROKEN,    /* what the function says cannot be: see the function */
	PCIBUS_NOT_READY  /* the function does not answer in memory: COMMAND, BAR */
};

/* To be made by pcibus_init_ports() or pcibus_init_ecam() alone. */
struct pcibus {
	struct io io;
	struct wait wait;
	bool ports;          /* mechanism 1: no extended space */
	uint8_t first, last; /* buses */
};

struct pcibus_place {
	uint8_t bus, device, function;
};

/* A function, as its header tells. */
struct pcibus_function {
	struct pcibus_place place;
	uint16_t vendor, device;
	uint8_t class, subclass, interface, revision;
	uint8_t header;    /* layout: PCIBUS_HEADER_* */
	bool several;      /* in function 0: the device may have more functions */
	uint8_t secondary; /* the bus behind a bridge; 0: not set up, or not a bridge */
};

/* Mechanism 1 at `io` (io_port(PCIBUS_PORTS)), buses 0 to 255. ABSENT: it is not there. */
PCIBUS_MUST_USE enum pcibus_status pcibus_init_ports(struct pcibus *pci, struct io io,
						     struct wait wait);
/* ECAM of buses `first` to `last`; `io` (memory, stride 1, uncached) is where the space of bus
 * `first` begins. Nothing is accessed. */
PCIBUS_MUST_USE enum pcibus_status pcibus_init_ecam(struct pcibus *pci, struct io io,
						    struct wait wait, uint8_t first, uint8_t last);

/* One access to configuration space, at an offset aligned to its width. Functions that are not
 * there read as all ones. */
PCIBUS_MUST_USE enum pcibus_status pcibus_read8(const struct pcibus *pci, struct pcibus_place place,
						unsigned offset, uint8_t *value);
PCIBUS_MUST_USE enum pcibus_status pcibus_read16(const struct pcibus *pci,
						 struct pcibus_place place, unsigned offset,
						 uint16_t *value);
PCIBUS_MUST_USE enum pcibus_status pcibus_read32(const struct pcibus *pci,
						 struct pcibus_place place, unsigned offset,
						 uint32_t *value);
PCIBUS_MUST_USE enum pcibus_status
pcibus_write8(const struct pcibus *pci, struct pcibus_place place, unsigned offset, uint8_t value);
PCIBUS_MUST_USE enum pcibus_status pcibus_write16(const struct pcibus *pci,
						  struct pcibus_place place, unsigned offset,
						  uint16_t value);
PCIBUS_MUST_USE enum pcibus_status pcibus_write32(const struct pcibus *pci,
						  struct pcibus_place place, unsigned offset,
						  uint32_t value);

/* Read a function's header. ABSENT: none is there. */
PCIBUS_MUST_USE enum pcibus_status pcibus_look(const struct pcibus *pci, struct pcibus_place place,
					       struct pcibus_function *function);

/* A walk over all functions of the first bus and of those behind its bridges, which must have been
 * numbered; each bus once, whatever the bridges say. Begin with pcibus_walk(); END after the last.
 *
 *	struct pcibus_walk walk;
 *	enum pcibus_status status = pcibus_walk(&pci, &walk);
 *	while (!status && (status = pcibus_walk_next(&walk, &function)) == PCIBUS_OK) ... */
enum { PCIBUS_BUS_WORDS = 8 };
struct pcibus_walk {
	const struct pcibus *pci;
	uint32_t known[PCIBUS_BUS_WORDS], waiting[PCIBUS_BUS_WORDS]; /* sets of buses */
	uint8_t bus;
	uint16_t next; /* device and function on it */
	bool several;
};
PCIBUS_MUST_USE enum pcibus_status pcibus_walk(const struct pcibus *pci, struct pcibus_walk *walk);
PCIBUS_MUST_USE enum pcibus_status pcibus_walk_next(struct pcibus_walk *walk,
						    struct pcibus_function *function);

/* Clear and set bits of COMMAND (PCIBUS_COMMAND_*; bits 0 to 10 but 7). STATUS beside it, whose
 * errors are cleared by writing them back, is not written. */
PCIBUS_MUST_USE enum pcibus_status
pcibus_command(const struct pcibus *pci, struct pcibus_place place, uint16_t clear, uint16_t set);
PCIBUS_MUST_USE enum pcibus_status pcibus_status(const struct pcibus *pci,
						 struct pcibus_place place, uint16_t *status);
/* Clear these errors (a part of PCIBUS_STATUS_ERRORS) and no others. */
PCIBUS_MUST_USE enum pcibus_status pcibus_clear_errors(const struct pcibus *pci,
						       struct pcibus_place place, uint16_t errors);

#endif
