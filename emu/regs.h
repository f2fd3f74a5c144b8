/* SPDX-License-Identifier: MIT */
/* Register descriptions. One table per device decodes accesses, checks them, names registers in
 * traces, resets them and prints the manual page. Code holds only what a table cannot express. */
#ifndef EMU_REGS_H
#define EMU_REGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "emu/observe.h"

enum reg_access {
	REG_RO, /* a write has no effect and is no violation (RW fields may be beside it) */
	REG_RW,
	REG_WO,    /* stored; the model decides what it reads as */
	REG_W1C,   /* write 1 to clear */
	REG_RC,    /* cleared by reading, before the model's read hook, which gets the old value */
	REG_RW1S,  /* write 1 to set; the model clears it */
	REG_RSVDP, /* reserved, must be written as read */
	REG_RSVDZ  /* reserved, must be written as zero (same as bits no field names) */
};

enum reg_dir { REG_DIR_R = 1, REG_DIR_W = 2, REG_DIR_RW = 3 };

/* Widths, in bits, of allowed accesses besides the register's own. A narrower access must be
 * aligned inside the register. A wider one (VGA index and data at once) also reaches the registers
 * that follow. */
enum reg_widths {
	REG_W8 = 1,
	REG_W16 = 2,
	REG_W32 = 4,
	REG_W64 = 8,
	REG_HALVES = 16, /* a 64-bit register that may be accessed as two 32-bit halves */
	/* Only an access at its first byte reaches it: its other bytes belong to the registers that
	 * begin there, if any. So are word ports at neighbouring addresses. */
	REG_WHOLE = 32
};

/* Rules that the core checks (reg_lints[]), and what `bits` of the lint holds:
 *   no-register  no register at this offset, in either direction     offset
 *   readonly     write to a register that can only be read           value
 *   writeonly    read of a register that can only be written         offset
 *   width        a width the register does not allow                 width
 *   misaligned   an access that starts inside the register           offset
 *   reserved     1 written to a RsvdZ or unnamed bit                 the bits
 *   preserve     a RsvdP bit written with another value              the bits
 * An access with a wrong width or alignment is still carried out. It is split into the largest
 * aligned parts that each fit one register, as the ISA bus splits accesses of byte registers. */

/* How accesses of a register are compared between two runs of a driver that execute different
 * instructions, and so differ in time. */
enum reg_compare {
	REG_COMPARE_EXACT,
	REG_COMPARE_POLL,    /* polled: reading has no effect, so equal reads in a row count once */
	REG_COMPARE_TIME,    /* shows a clock: as POLL, and the values are not compared */
	REG_COMPARE_DEADLINE /* holds a future time: written values are not compared either */
};

struct reg_field {
	const char *name; /* NULL ends the list; bits without a field are reserved */
	uint8_t msb, lsb;
	enum reg_access access;
};

struct reg_desc {
	const char *name; /* name from the datasheet; NULL: an unused row, ignored */
	uint32_t offset;  /* bytes from the device's base */
	uint8_t width;    /* bits: 8, 16, 32, 64 */
	enum reg_dir dir; /* a read-only and a write-only register may share an offset */
	uint8_t bank;     /* bank in which it is visible, see device_ops.bank; 0: in every bank */
	uint64_t reset;
	const char
		*spec; /* document and section; begins with "unread: " if nobody has checked it */
	const struct reg_field *fields;
	uint16_t count, stride; /* arrays such as PORTSC[n]: number of cells, bytes from one to the
				   next; 0: no array */
	uint8_t widths;         /* other allowed widths (enum reg_widths); 0: only its own */
	uint8_t compare;        /* enum reg_compare */
	/* Fields whose documented function the model lacks: names separated by spaces, or "*" for
	 * all. They change no access and raise no lint: `devices` shows them, and coverage counts
	 * no undone field. Kept: stored and read back, or constant, without the effect that
	 * hardware has. Undone: using them does not do what hardware does; the model's hooks report
	 * that by device_lint(), with a lint of severity LINT_NOT_MODELLED. */
	const char *kept, *undone;
};

/* For tables: REG_FIELDS({ "DR", 0, 0, REG_RO }, ...). */
#define REG_FIELDS(...)                      \
	.fields = (const struct reg_field[]) \
	{                                    \
		__VA_ARGS__, { 0 }           \
	}

struct device;
struct device_about;

/* Bit masks of a register, one for each effect of an access. */
struct reg_masks {
	uint64_t plain, w1c, w1s, preserve, reserved, rc;
};

/* The stored value after `value` was written to the bits of `lane`. */
static inline uint64_t reg_stored_after(const struct reg_masks *m, uint64_t stored, uint64_t value,
					uint64_t lane)
{
	uint64_t plain = m->plain & lane;

	stored = (stored & ~plain) | (value & plain);
	stored &= ~(value & m->w1c & lane);
	return stored | (value & m->w1s & lane);
}

enum { REG_HITS = 8 };

/* A write, as passed to the model's hook. */
struct reg_write {
	uint64_t raw; /* what the guest wrote, shifted into place; other bytes hold the old value */
	uint64_t old; /* stored before */
	uint64_t now; /* stored value after the access rules (dev->reg[slot]) */
	uint64_t lane; /* mask of the bits that the access covers: a byte, a half, all */
};

struct device_ops {
	const char *name;                 /* model name, first part of its lint ids: "uart16550" */
	const struct device_about *about; /* what it is, for people (emu/about.h); NULL: nothing */
	const struct reg_desc *regs;
	unsigned n_regs;
	/* The visible bank of a banked table; NULL: bank 0 only. */
	uint8_t (*bank)(const struct device *dev);
	/* The value that a read of row `reg`, cell `n` returns; NULL: the stored value. `stored` is
	 * what the register held; of REG_RC fields, dev->reg has the bits cleared already, so that
	 * a line that follows from them can be set here. */
	uint64_t (*read)(struct device *dev, unsigned reg, unsigned n, uint64_t stored);
	/* Called after the access rules were applied; NULL: nothing more to do. */
	void (*write)(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w);
	/* Device memory instead of registers (a frame buffer). If set, the table is not used. */
	uint64_t (*mem_read)(struct device *dev, uint64_t offset, unsigned width);
	void (*mem_write)(struct device *dev, uint64_t offset, unsigned width, uint64_t value);
	/* For a window onto other devices (configuration space): the device that answers this
	 * access, and the offset in it. Returns NULL if there is none: then it reads as all ones.
	 * The bus calls this once per access, before observers see it, so traces and lints name the
	 * right device. If the hook is NULL, the device itself answers. The hook of the returned
	 * device is not called. */
	struct device *(*decode)(struct device *dev, uint64_t *offset, unsigned width, bool write);
	/* Registers behind an index register (CMOS, CRTC) have no offset. The model keeps them in a
	 * second table and uses reg_apply_write() and reg_apply_read(). */
	/* The row of that table that the data register, row `reg` of the first table, shows now.
	 * Returns NULL if `reg` is a register itself. The hook may be NULL. */
	const struct reg_desc *(*behind)(const struct device *dev, const struct reg_desc *reg);
	/* Of a model with several devices, the first one has the following hooks, for all of them.
	 * NULL: nothing to do. */
	/* The machine's reset signal; wires and connections stay. */
	void (*reset)(struct device *dev);
	/* The state was copied from another machine: compute what follows from it, such as the
	 * place of a window on the bus. */
	void (*settle)(struct device *dev);
	/* Of an interrupt controller: print a line about its requests; and whether one waits for an
	 * EOI, which a handler may have forgotten: then `buf` gets a sentence that says so. */
	void (*report)(const struct device *dev, FILE *out);
	bool (*held_back)(const struct device *dev, char *buf, size_t size);
	/* Of an interrupt controller: what raises this vector as it is programmed now ("IRQ 1,
	 * keyboard"), into `buf`. False: nothing does. */
	bool (*raises)(const struct device *dev, uint8_t vector, char *buf, size_t size);
};

/* The first member of every model. `reg` and `state` point into the model's own state struct. That
 * is plain data: copying it makes a snapshot. */
struct device {
	const struct device_ops *ops;
	const char *instance;  /* "com1" */
	const struct hub *hub; /* NULL: no observers */
	uint64_t *reg;         /* one slot per register cell, in table order */
	void *state;
	size_t state_size;
	/* Not state. The bytes that `reg` points to, where device_init() found that they are fewer
	 * than the table needs: who made the machine refuses the device. Else 0. */
	size_t few_bytes;
	/* Not state. The bus sets it during an access, so that lints can name the address;
	 * otherwise 0. */
	uint64_t bus_addr;
	/* Not state. A cache of recent register look-ups, by direction and offset. */
	struct reg_hit {
		const struct reg_desc *reg; /* NULL: no register */
		uint64_t offset;
		uint32_t row, n;
		uint32_t slot; /* slot of the row's cell 0 */
		uint32_t byte; /* offset in the cell */
		struct reg_masks masks;
	} hit[2][REG_HITS];
};

/* Number of slots (register cells) that a table needs. */
size_t reg_table_slots(const struct reg_desc *regs, unsigned n_regs);
/* The slot of row `row`, cell 0. */
size_t reg_table_slot(const struct reg_desc *regs, unsigned row);
/* Set all slots to their reset values. */
void reg_table_reset(const struct reg_desc *regs, unsigned n_regs, uint64_t *slots);
/* Check a table. Returns NULL if it is valid; otherwise a message, with *where set to the row.
 * Finds overlaps, fields outside the register, reset values in reserved bits, duplicate names, rows
 * hidden by an earlier row, missing citations, and names in `kept` and `undone` of no field, or in
 * both. */
const char *reg_table_fault(const struct reg_desc *regs, unsigned n_regs,
			    const struct reg_desc **where);
/* The name of the field, or in a list of fields, where the row has its first fault, into `name`;
 * empty: that fault is of the row as a whole, or of several rows. */
void reg_row_fault_field(const struct reg_desc *row, char *name, size_t size);
/* Cells of the row, and the bytes of each. */
static inline unsigned reg_cells(const struct reg_desc *reg) { return reg->count ? reg->count : 1; }
static inline unsigned reg_bytes(const struct reg_desc *reg) { return reg->width / 8u; }
/* The bits of a field. */
uint64_t reg_field_mask(const struct reg_field *field);
/* The field's value, shifted down, in that of its register. */
uint64_t reg_field_value(const struct reg_field *field, uint64_t value);
/* The bits covered by fields with one of these access kinds (mask of 1u << REG_x). */
uint64_t reg_mask(const struct reg_desc *reg, unsigned accesses);
/* Apply the access rules of one register to a write of `value` and return the new stored value.
 * Reserved bits are reported through the device. For registers behind an index. */
uint64_t reg_apply_write(const struct device *dev, const struct reg_desc *reg, uint64_t stored,
			 uint64_t value);

/* The value that a read of such a register returns, cut to its width. The model calls this last. */
uint64_t reg_apply_read(const struct reg_desc *reg, uint64_t value);

/* Connect a device to its state and set every register to its reset value. `slots` has
 * reg_table_slots() elements, inside the `state_size` bytes at `state`. */
#define device_init(dev, ops, instance, hub, slots, state, state_size)                           \
	device_init_slots(                                                                       \
		dev, ops, instance, hub, slots,                                                  \
		__builtin_types_compatible_p(__typeof__(slots), uint64_t *) ? 0 : sizeof(slots), \
		state, state_size)
/* The same. `slots` has `bytes` bytes, 0: not known; fewer than the table needs are noted, and no
 * register is set. */
void device_init_slots(struct device *dev, const struct device_ops *ops, const char *instance,
		       const struct hub *hub, uint64_t *slots, size_t bytes, void *state,
		       size_t state_size);
/* Access a device with `width` bits. `*reg` and `*n`, if not NULL, receive the register that was
 * accessed (NULL: none). An access to no register reads as all ones and is a lint. */
uint64_t device_read(struct device *dev, uint64_t offset, unsigned width,
		     const struct reg_desc **reg, uint32_t *n);
void device_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value,
		  const struct reg_desc **reg, uint32_t *n);

/* The register that an access at this offset would reach, without doing it. NULL: none, or device
 * memory. A register for the other direction is found too, so that a trace can name it. */
const struct reg_desc *device_find(struct device *dev, uint64_t offset, bool write, uint32_t *n);

/* Where an access of this width reaches the whole of a register. NULL: it does not, or there is
 * none, or device memory. Valid until the next look-up. */
const struct reg_hit *device_exact(struct device *dev, uint64_t offset, unsigned width, bool write);

/* Report that the guest broke a rule of this device. `reg` is the name of the register; NULL: the
 * description's own, which then must be one name or NULL, no pattern and no list. A description
 * without a citation has that of the register's row. `detail` is a printf format, may be "". */
void device_lint(const struct device *dev, const struct lint_desc *lint, const char *reg,
		 uint64_t bits, const char *detail, ...) __attribute__((format(printf, 5, 6)));

#endif
