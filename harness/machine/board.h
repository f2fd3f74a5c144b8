/* SPDX-License-Identifier: MIT */
/* What a board is: a table of parts, and the firmware on it. For the files of harness/machine/ that
 * are boards (pc, isapc, none), and for machine.c. */
#ifndef HARNESS_MACHINE_BOARD_H
#define HARNESS_MACHINE_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/bus.h"
#include "emu/irq.h"
#include "harness/machine/machine.h"

/* One row: a device of the board, and a place where it answers. A device with several places has
 * several rows. */
struct part {
	size_t device; /* offset of its struct device in the board's struct */
	enum bus_space space;
	uint64_t base, size; /* size 0: it is on no bus */
	uint64_t offset;     /* in the device, of the byte at `base` */
	/* Make the model and connect its wires. NULL: an earlier row has made it. Returns NULL or a
	 * message. */
	const char *(*init)(struct machine *m, const struct part *part);
	const struct device_ops *ops; /* what it is: as the model's; NULL: only state */
	/* The model connects itself, or a register of the chipset places it: `base` is where the
	 * firmware leaves it. */
	bool self_placed;
	/* The board joins its line with that of others that say so too, in a wired OR: whoever
	 * wires them keeps the level of each. Otherwise a line has only one device. */
	bool shares_line;
	unsigned line; /* the interrupt line that it drives; 0 may also mean none */
	unsigned n;    /* which of several alike */
	/* What it is, if stimuli shall set its inputs, by the name that init() gives it. The
	 * model's struct begins with this device; its init() and its parts are not used. NULL: it
	 * has no inputs. */
	const struct model *model;
};

/* A size that a card has: "memory=32". Powers of two, in bytes. */
struct machine_card_size {
	const char *key;
	uint64_t min, max, normal;
};

/* A device that only this board can have, and that a user can add. Others are models
 * (emu/model.h). */
struct machine_card {
	const char *name; /* as in --device */
	const char
		*needs; /* what other machines lack for it, "PCI"; NULL: it is not worth a word */
	const struct machine_card_size *size; /* what may stand after its name; NULL: nothing */
	/* Make it, of this size. NULL or a static message. Device numbers of PCI functions count up
	 * from `slot`. */
	const char *(*plug)(struct machine *m, unsigned slot, uint64_t size);
	const struct part *part; /* what it consists of */
	size_t n_parts;
};

/* An empty socket, which drivers probe: accesses there are allowed, and find nothing. */
struct part_socket {
	enum bus_space space;
	uint32_t base, size;
	const char *name;
};

/* What runs before the guest, and below it. All functions but reset() may be NULL. */
struct firmware {
	/* Once, when all devices were made: what is in ROM. NULL or a message. */
	const char *(*power_on)(struct machine *m);
	/* After each reset of all devices: program them, and write the tables for the guest. */
	void (*reset)(struct machine *m);
	/* The guest called a service, and the processor stopped: is one pending? Then do it. */
	bool (*pending)(const struct machine *m);
	void (*serve)(struct machine *m);
	/* A guest starts that the firmware has not booted itself; does it call services? */
	void (*guest_starts)(struct machine *m, bool calls);
	/* Does the guest wait in a service? `buf` gets a sentence, without a full stop; *asleep:
	 * until a key comes. */
	bool (*waits)(const struct machine *m, char *buf, size_t size, bool *asleep);
	/* Copy what is not in a device's state. False: out of memory. */
	bool (*copy)(struct machine *to, struct machine *from);
	/* Why there can be no marks, or NULL. */
	const char *(*mark_fault)(const struct machine *m);
	/* Keep the same, and go back to it, for marks. NULL, false: out of memory. */
	void *(*mark)(struct machine *m);
	bool (*restore)(struct machine *m, const void *mark);
	void (*mark_free)(void *mark);
	/* The same as named pieces, for a file; load one of them. */
	bool (*save)(const struct machine *m, const struct piece_sink *to);
	bool (*load)(struct machine *m, const char *name, const void *data, size_t size);
	void (*free)(struct machine *m);
};

enum { MACHINE_PART_TABLES = 2 };

/* A kind of machine. Functions may be NULL. */
struct machine_kind {
	const char *name;
	size_t board_size; /* of the struct that has its models; it is zeroed */
	uint64_t hole;     /* RAM that would be at this address or above is at 4 GiB instead */
	/* In the order in which the parts are made, reset and settled. */
	struct {
		const struct part *part;
		size_t n;
	} parts[MACHINE_PART_TABLES];
	const struct part_socket *socket;
	size_t n_sockets;
	const struct firmware *firmware; /* NULL: none */
	/* What the processor calls; its ctx will be the machine. */
	struct x86_pins pins;
	/* Add ROMs, before the processor is made, as it reads the list of regions only once. NULL
	 * or a message. */
	const char *(*add_memory)(struct machine *m);
	const struct machine_card *card;
	size_t n_cards;
	/* For devices that a user adds. line(): the wire of interrupt line n; false: it is not for
	 * them. pci(): where PCI functions are added (devices/pci/host.h). message(): as in struct
	 * dma_port; ctx is the machine. */
	bool (*line)(struct machine *m, unsigned n, struct irq *irq);
	void *(*pci)(struct machine *m);
	bool (*message)(void *ctx, uint64_t addr, uint32_t data);
};

extern const struct machine_kind *const machine_pc, *const machine_isapc, *const machine_none;

/* The kinds that there are, by number; NULL: no more. */
const struct machine_kind *machine_kind_at(unsigned n);

/* ---- for machine.c ---- */

/* Make and connect all parts. NULL or a message. */
__attribute__((warn_unused_result)) const char *board_build(struct machine *m);
/* Reset every device in the order of the table, then let the firmware run. */
void board_reset(struct machine *m);
/* After a copy of all states: compute what follows from them outside of the devices. */
void board_settle(struct machine *m);
/* The same for one of which only the state changed. */
void board_settle_device(struct device *dev);

/* ---- for boards ---- */

/* Make a model part of resets and snapshots; without host memory for it, machine_build() fails. */
void board_add_device(struct machine *m, struct device *dev);
/* Make and connect the parts of a table. NULL or a message. */
__attribute__((warn_unused_result)) const char *board_make_parts(struct machine *m,
								 const struct part *part, size_t n);
/* A register moved a device's window, or switched it off. If the window overlaps another device,
 * that is reported as this lint: &base_lints[BASE_LINT_OVERLAP], or the device's own. */
void board_remap(struct machine *m, enum bus_space space, struct device *dev, uint64_t base,
		 uint64_t size, bool enabled, const struct lint_desc *lint);
/* End the run with this event at the next block boundary. Only the first event of a block counts:
 * returns false if there was one already. */
bool board_begin_event(struct machine *m, enum machine_event event);
/* The guest asked for a reset, or wrote to the debug exit or a debug console. ctx is the machine.
 */
void board_guest_reset(void *ctx, const char *source);
void board_guest_exit(void *ctx, uint32_t value);
void board_debug_byte(void *ctx, uint8_t byte);
/* Wires of a board without a local APIC. The processor's INTR, as a struct irq has it; and what the
 * UART at ends.serial[0] sends. ctx is the machine. */
void board_intr(void *ctx, unsigned n, bool level);
void board_serial_byte(void *ctx, uint8_t byte);
/* Append a space and a name to the error message, for lists. */
void board_error_add(struct machine *m, const char *name);

#endif
