/* SPDX-License-Identifier: MIT */
/* PCI configuration space, accessed through ports 0xcf8 and 0xcfc (mechanism 1: PCI Local Bus
 * Specification 3.0, 3.2.2.3.2) or mapped into memory (ECAM: PCI Express Base Specification 1.1,
 * 7.2.2). Finding functions, and their command and status registers. BARs: pci_bar.h; capabilities:
 * pci_capability.h; message signalled interrupts: pci_msi.h.
 *
 * The driver turns interrupts off while it accesses an index and its data. If several processors
 * use PCI, the kernel must lock around this driver's calls.
 *
 * Freestanding: no libc, no heap. All state is in the caller's structs. */
#ifndef BIMETAL_PCI_H
#define BIMETAL_PCI_H

/* For example:
 *
 *	static bool find_network_card(struct pci *pci, struct wait wait,
 *				      struct pci_function *function)
 *	{
 *		enum { NETWORK = 0x02 };
 *		struct pci_walk walk;
 *
 *		if (pci_init_ports(pci, io_port(PCI_PORTS), wait) != PCI_OK) return false;
 *		if (pci_walk(pci, &walk) != PCI_OK) return false;
 *		while (pci_walk_next(&walk, function) == PCI_OK)
 *			if (function->class == NETWORK) return true;
 *		return false;
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/io.h"
#include "bimetal/wait.h"

#define PCI_MUST_USE __attribute__((warn_unused_result))

/* ---- mechanism 1 ---- */

/* Relative to port 0xcf8. */
#define PCI_CONFIG_ADDRESS ((struct io_rw32){ 0 })
enum {
	PCI_PORTS = 0xcf8,
	PCI_CONFIG_DATA = 4, /* four bytes; any aligned part can be accessed */
	PCI_FUNCTION_LSB = 8,
	PCI_DEVICE_LSB = 11,
	PCI_BUS_LSB = 16
};
#define PCI_CONFIG_ENABLE UINT32_C(0x80000000)

/* ---- the header: offsets and bits (PCI 3.0 chapter 6) ---- */

enum {
	PCI_VENDOR = 0x00,
	PCI_COMMAND = 0x04,
	PCI_STATUS = 0x06,
	PCI_REVISION = 0x08, /* the bytes above: interface, subclass, class */
	PCI_HEADER = 0x0e,
	PCI_BAR0 = 0x10,
	PCI_SECONDARY = 0x19, /* of bridges */
	PCI_CARDBUS_CAPABILITIES = 0x14,
	PCI_ROM = 0x30,
	PCI_CAPABILITIES = 0x34,
	PCI_BRIDGE_ROM = 0x38,
	PCI_INTERRUPT_LINE = 0x3c,
	PCI_INTERRUPT_PIN = 0x3d
};
enum { /* COMMAND */
       PCI_COMMAND_IO = 1 << 0,
       PCI_COMMAND_MEMORY = 1 << 1,
       PCI_COMMAND_MASTER = 1 << 2,
       PCI_COMMAND_PARITY = 1 << 6,
       PCI_COMMAND_SERR = 1 << 8,
       PCI_COMMAND_INTX_OFF = 1 << 10
};
enum { /* STATUS */
       PCI_STATUS_INTERRUPT = 1 << 3,
       PCI_STATUS_CAPABILITIES = 1 << 4,
       PCI_STATUS_ERRORS = 0xf900 /* write 1 to clear */
};
enum { /* HEADER */
       PCI_HEADER_LAYOUT = 0x7f,
       PCI_HEADER_FUNCTIONS = 0x80, /* the device has several functions */
       PCI_HEADER_NORMAL = 0,
       PCI_HEADER_BRIDGE = 1,
       PCI_HEADER_CARDBUS = 2
};
enum { PCI_NO_VENDOR = 0xffff, PCI_SPACE = 0x100, PCI_EXTENDED_SPACE = 0x1000 };

/* ---- the driver ---- */

enum pci_status {
	PCI_OK,
	PCI_NULL,      /* a null pointer */
	PCI_BAD_ARG,   /* see the function; or an invalid place or offset */
	PCI_ABSENT,    /* the machine has no mechanism 1, or there is no such function */
	PCI_END,       /* no more entries */
	PCI_NOT_FOUND, /* no such capability */
	PCI_LACKS,     /* this function or mechanism cannot do that */
	PCI_BROKEN,    /* the function's registers contradict the specification */
	PCI_NOT_READY  /* the function does not answer in memory: COMMAND, BAR */
};

/* Initialised only by pci_init_ports() or pci_init_ecam(). */
struct pci {
	struct io io;
	struct wait wait;
	bool ports;          /* true: mechanism 1, which has no extended space; false: ECAM */
	uint8_t first, last; /* buses */
};

struct pci_place {
	uint8_t bus, device, function;
};

/* A function, as its header describes it. */
struct pci_function {
	struct pci_place place;
	uint16_t vendor, device;
	uint8_t class, subclass, interface, revision;
	uint8_t header;    /* PCI_HEADER_NORMAL, _BRIDGE, _CARDBUS or unknown */
	bool several;      /* in function 0: set if the device may have more functions */
	uint8_t secondary; /* bus behind a bridge; 0: not a bridge, or not configured */
};

/* Use mechanism 1 at `io` (io_port(PCI_PORTS)), buses 0 to 255. ABSENT: the machine does not have
 * it. */
PCI_MUST_USE enum pci_status pci_init_ports(struct pci *pci, struct io io, struct wait wait);
/* Use ECAM for buses `first` to `last`. `io` (memory, stride 1, uncached) is the start of bus
 * `first`'s space. Nothing is accessed. */
PCI_MUST_USE enum pci_status pci_init_ecam(struct pci *pci, struct io io, struct wait wait,
					   uint8_t first, uint8_t last);

/* One access to configuration space, at an offset aligned to its width. A function that does not
 * exist reads as all ones. */
PCI_MUST_USE enum pci_status pci_read8(const struct pci *pci, struct pci_place place,
				       unsigned offset, uint8_t *value);
PCI_MUST_USE enum pci_status pci_read16(const struct pci *pci, struct pci_place place,
					unsigned offset, uint16_t *value);
PCI_MUST_USE enum pci_status pci_read32(const struct pci *pci, struct pci_place place,
					unsigned offset, uint32_t *value);
PCI_MUST_USE enum pci_status pci_write8(const struct pci *pci, struct pci_place place,
					unsigned offset, uint8_t value);
PCI_MUST_USE enum pci_status pci_write16(const struct pci *pci, struct pci_place place,
					 unsigned offset, uint16_t value);
PCI_MUST_USE enum pci_status pci_write32(const struct pci *pci, struct pci_place place,
					 unsigned offset, uint32_t value);

/* Read the header of a function. ABSENT: there is no such function. */
PCI_MUST_USE enum pci_status pci_look(const struct pci *pci, struct pci_place place,
				      struct pci_function *function);

/* A walk over all functions of the first bus and of the buses behind its bridges. The bridges must
 * already have bus numbers. Each bus is visited once, even if bridges are misconfigured. Begin with
 * pci_walk(). END: no more functions. */
enum { PCI_BUS_WORDS = 8 };
struct pci_walk {
	const struct pci *pci;
	uint32_t known[PCI_BUS_WORDS], waiting[PCI_BUS_WORDS]; /* sets of buses */
	uint8_t bus;
	uint16_t next; /* the next device and function on this bus */
	bool several;
};
PCI_MUST_USE enum pci_status pci_walk(const struct pci *pci, struct pci_walk *walk);
PCI_MUST_USE enum pci_status pci_walk_next(struct pci_walk *walk, struct pci_function *function);

/* Clear and set bits of COMMAND (PCI_COMMAND_*; bits 0 to 10, not 7). The write does not touch
 * STATUS in the same dword, whose error bits a write would clear. */
PCI_MUST_USE enum pci_status pci_command(const struct pci *pci, struct pci_place place,
					 uint16_t clear, uint16_t set);
PCI_MUST_USE enum pci_status pci_status(const struct pci *pci, struct pci_place place,
					uint16_t *status);
/* Clear these errors (bits of PCI_STATUS_ERRORS), and no others. */
PCI_MUST_USE enum pci_status pci_clear_errors(const struct pci *pci, struct pci_place place,
					      uint16_t errors);

#endif
