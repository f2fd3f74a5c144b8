/* SPDX-License-Identifier: MIT */
/* Register descriptions. One table per device decodes accesses, lints them, names them in
 * traces, resets them and prints the manual page. Code holds only what a table cannot say. */
#ifndef EMU_REGS_H
#define EMU_REGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/observe.h"

enum reg_access {
	REG_RO, /* a write has no effect; writing it is no violation (it sits beside RW fields) */
	REG_RW,
	REG_WO,    /* stored, reads as the model says */
	REG_W1C,   /* write 1 to clear */
	REG_RC,    /* cleared by reading */
	REG_RW1S,  /* write 1 to set; the model clears it */
	REG_RSVDP, /* reserved, must be written as read */
	REG_RSVDZ  /* reserved, must be written as zero (same as bits no field names) */
};

enum reg_dir { REG_DIR_R = 1, REG_DIR_W = 2, REG_DIR_RW = 3 };

/* Widths, in bits, that a register may be accessed with, besides its own. A smaller one must be
 * aligned inside the register; a larger one (VGA index and data at once) also reaches the
 * registers that follow. */
enum reg_widths {
	REG_W8 = 1,
	REG_W16 = 2,
	REG_W32 = 4,
	REG_W64 = 8,
	REG_HALVES = 16 /* a 64-bit register that may be accessed as two 32-bit halves */
};

/* Rules that the core lints, and what `bits` of the lint holds:
 *   no-register  no register at this offset, in either direction     offset
 *   readonly     write to a register that can only be read           value
 *   writeonly    read of a register that can only be written         offset
 *   width        a width the register does not allow                 width
 *   misaligned   an access that starts inside the register           offset
 *   reserved     1 written to a RsvdZ or unnamed bit                 the bits
 *   preserve     a RsvdP bit written with another value              the bits
 * A wrong width or alignment is carried out all the same, in the largest aligned parts that each
 * fit one register: bytes on a table of bytes, as the ISA bus splits them. */

/* How accesses of a register compare, where two runs of a driver differ in instructions, and so in
 * time, alone. */
enum reg_compare {
	REG_COMPARE_EXACT,
	REG_COMPARE_POLL,    /* read in loops, without effect: the same value again counts once */
	REG_COMPARE_TIME,    /* shows a clock: likewise, and the value does not count */
	REG_COMPARE_DEADLINE /* is set to a clock's value to come: nor does one that is written */
};

struct reg_field {
	const char *name; /* NULL ends the list; bits no field names are reserved */
	uint8_t msb, lsb;
	enum reg_access access;
};

struct reg_desc {
	const char *name; /* the datasheet's own name; NULL: an unused row, ignored */
	uint32_t offset;  /* bytes from the device's base */
	uint8_t width;    /* bits: 8, 16, 32, 64 */
	enum reg_dir dir; /* a read and a write register may share an offset */
	uint8_t bank;     /* window it shows in, see device_ops.bank; 0: every window */
	uint64_t reset;
	const char *spec; /* document and section; starts with "unread: " until it was read */
	const struct reg_field *fields;
	uint16_t count,
		stride;  /* arrays such as PORTSC[n]: cells and bytes apart; 0: a single one */
	uint8_t widths;  /* enum reg_widths also allowed; 0: only its own width */
	uint8_t compare; /* enum reg_compare */
	/* Fields of which the model does not do what the document says: names with a space between,
	 * or "*", all of them. Kept: stored and read back, or constant, without the effect that
	 * hardware has. Undone: a lint of severity "not modelled" tells of their use. */
	const char *kept, *undone;
};

/* For tables: REG_FIELDS({ "DR", 0, 0, REG_RO }, ...) */
#define REG_FIELDS(...)                      \
	.fields = (const struct reg_field[]) \
	{                                    \
		__VA_ARGS__, { 0 }           \
	}

struct device;

/* The fields of a register, summed up by what an access does to them. */
struct reg_masks {
	uint64_t plain, w1c, w1s, preserve, reserved, rc;
};

enum { REG_HITS = 8 };

/* A write as the model's hook sees it. */
struct reg_write {
	uint64_t raw;  /* what the guest wrote, shifted into place, other bytes as they were */
	uint64_t old;  /* stored before */
	uint64_t now;  /* stored after the access rules were applied (dev->reg[slot]) */
	uint64_t lane; /* the bits that the access reached: a half, a byte, all of it */
};

struct device_ops {
	const char *name; /* model name, first part of its lint ids: "uart16550" */
	const struct reg_desc *regs;
	unsigned n_regs;
	/* Which window of a banked table is visible; NULL: bank 0 only. */
	uint8_t (*bank)(const struct device *dev);
	/* Value to return for row `reg`, cell `n`; NULL: the stored one. */
	uint64_t (*read)(struct device *dev, unsigned reg, unsigned n, uint64_t stored);
	/* After the access rules were applied; NULL: nothing more to do. */
	void (*write)(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w);
	/* Device memory instead of registers (a frame buffer): if set, the table is not used. */
	uint64_t (*mem_read)(struct device *dev, uint64_t offset, unsigned width);
	void (*mem_write)(struct device *dev, uint64_t offset, unsigned width, uint64_t value);
	/* A window onto other devices (configuration space): who answers this access, and at which
	 * of its offsets; NULL: nobody, it reads as all ones. The bus asks it once for each access,
	 * before it is told, so that traces and lints name who was meant. NULL: the device itself.
	 * A device that this returns is not asked in turn. */
	struct device *(*decode)(struct device *dev, uint64_t *offset, unsigned width, bool write);
	/* Registers behind an index register (CMOS, CRTC) are not reached by offset: a model keeps
	 * them in a second table of its own and uses reg_table_apply(). */
	/* The row of that table which this one of the first, the data register, shows now; NULL:
	 * it is a register itself. The hook may be NULL. */
	const struct reg_desc *(*behind)(const struct device *dev, const struct reg_desc *reg);
};

/* First member of every model. `reg` and `state` point into the model's own state struct, which
 * is plain data: copying it is a snapshot. */
struct device {
	const struct device_ops *ops;
	const char *instance;  /* "com1" */
	const struct hub *hub; /* NULL: silent */
	uint64_t *reg;         /* one slot per register cell, in table order */
	void *state;
	size_t state_size;
	/* Not state: set by the bus around an access so that lints can name it, else 0. */
	uint64_t bus_addr;
	/* Not state: where accesses landed lately, by direction and offset. */
	struct reg_hit {
		const struct reg_desc *reg; /* NULL: nowhere */
		uint64_t offset;
		uint32_t row, n;
		uint32_t slot; /* of the row's cell 0 */
		uint32_t byte; /* of the cell */
		struct reg_masks masks;
	} hit[2][REG_HITS];
};

/* Number of slots (register cells) that a table needs. */
size_t reg_table_slots(const struct reg_desc *regs, unsigned n_regs);
/* Slot of row `row`, cell 0. */
size_t reg_table_slot(const struct reg_desc *regs, unsigned row);
/* Set all slots to their reset values. */
void reg_table_reset(const struct reg_desc *regs, unsigned n_regs, uint64_t *slots);
/* NULL if the table is sound; else what is wrong, with *where set to the row. Rejects overlap,
 * fields outside the register, reset values in reserved bits, duplicate names, rows that an
 * earlier one shadows, missing citations. */
const char *reg_table_fault(const struct reg_desc *regs, unsigned n_regs,
			    const struct reg_desc **where);
/* Cells of the row, and the bytes of each. */
static inline unsigned reg_cells(const struct reg_desc *reg) { return reg->count ? reg->count : 1; }
static inline unsigned reg_bytes(const struct reg_desc *reg) { return reg->width / 8u; }
/* The bits of a field. */
uint64_t reg_field_mask(const struct reg_field *field);
/* The field's value, shifted down, in that of its register. */
uint64_t reg_field_value(const struct reg_field *field, uint64_t value);
/* Bits of the register that fields with one of these accesses cover (mask of 1u << REG_x). */
uint64_t reg_mask(const struct reg_desc *reg, unsigned accesses);
/* Apply the access rules of one register to a write of `value` (lints reserved bits through the
 * device) and return the new stored value. For registers behind an index. */
uint64_t reg_apply_write(const struct device *dev, const struct reg_desc *reg, uint64_t stored,
			 uint64_t value);

/* What a read of such a register returns, in its width: the last thing that the model does to the
 * value. */
uint64_t reg_apply_read(const struct reg_desc *reg, uint64_t value);

/* Wire a device to its state and set every register to its reset value. `slots` has
 * reg_table_slots() elements and lies inside the `state_size` bytes at `state`. */
void device_init(struct device *dev, const struct device_ops *ops, const char *instance,
		 const struct hub *hub, uint64_t *slots, void *state, size_t state_size);
/* Access with `width` in bits; `*reg` and `*n`, where not NULL, tell what was hit (NULL: nothing).
 * An access to no register reads as all ones and is a lint. */
uint64_t device_read(struct device *dev, uint64_t offset, unsigned width,
		     const struct reg_desc **reg, uint32_t *n);
void device_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value,
		  const struct reg_desc **reg, uint32_t *n);

/* Which register an access at this offset would reach, without doing it; NULL: none, or device
 * memory. A register of the other direction is found too, so that a trace can name it. */
const struct reg_desc *device_find(struct device *dev, uint64_t offset, bool write, uint32_t *n);

/* Report a broken rule of this device. reg may be NULL. `detail` is printf-like, may be "". */
void device_lint(const struct device *dev, const char *reg, const char *rule, const char *spec,
		 uint64_t bits, const char *detail, ...) __attribute__((format(printf, 6, 7)));
/* The same, for what the model does not do. */
void device_not_modelled(const struct device *dev, const char *reg, const char *rule,
			 const char *spec, uint64_t bits, const char *detail, ...)
	__attribute__((format(printf, 6, 7)));
/* The same, for what is worth a word, but fails no run. */
void device_note(const struct device *dev, const char *reg, const char *rule, const char *spec,
		 uint64_t bits, const char *detail, ...) __attribute__((format(printf, 6, 7)));

#endif
