/* SPDX-License-Identifier: MIT */
#include "emu/regs.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/about.h"
#include "emu/bits.h"

enum { BITS_PER_BYTE = 8, MAX_BITS = 64, MAX_BYTES = 8, DETAIL_SIZE = 256 };

static const struct reg_hit nowhere;

uint64_t reg_field_mask(const struct reg_field *field)
{
	return low_bits(field->msb - field->lsb + 1u) << field->lsb;
}

uint64_t reg_field_value(const struct reg_field *field, uint64_t value)
{
	return value >> field->lsb & low_bits(field->msb - field->lsb + 1u);
}

/* ---- tables ---- */

size_t reg_table_slots(const struct reg_desc *regs, unsigned n_regs)
{
	size_t slots = 0;

	for (unsigned i = 0; i < n_regs; i++) slots += reg_cells(&regs[i]);
	return slots;
}

size_t reg_table_slot(const struct reg_desc *regs, unsigned row)
{
	return reg_table_slots(regs, row);
}

void reg_table_reset(const struct reg_desc *regs, unsigned n_regs, uint64_t *slots)
{
	for (unsigned i = 0; i < n_regs; i++)
		for (unsigned n = reg_cells(&regs[i]); n > 0; n--) *slots++ = regs[i].reset;
}

uint64_t reg_mask(const struct reg_desc *reg, unsigned accesses)
{
	uint64_t mask = 0;

	if (!reg->fields) return 0;
	for (const struct reg_field *f = reg->fields; f->name; f++)
		if (accesses & (1u << f->access)) mask |= reg_field_mask(f);
	return mask;
}

/* ---- lints ---- */

/* The citation of the register with this name; NULL: the table has none. */
static const char *spec_in(const struct reg_desc *regs, unsigned n, const char *name)
{
	for (unsigned i = 0; i < n; i++)
		if (regs[i].name && strcmp(regs[i].name, name) == 0) return regs[i].spec;
	return NULL;
}

static const char *spec_of(const struct device *dev, const char *reg)
{
	const struct device_about *about = dev->ops->about;
	const char *spec = NULL;

	if (!reg) return NULL;
	for (const struct about_table *t = about ? about->table : NULL; t && t->regs && !spec; t++)
		spec = spec_in(t->regs, t->n, reg);
	return spec ? spec : spec_in(dev->ops->regs, dev->ops->n_regs, reg);
}

static void report(const struct device *dev, struct lint *l, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

static void report(const struct device *dev, struct lint *l, const char *format, va_list args)
{
	char detail[DETAIL_SIZE];

	vsnprintf(detail, sizeof detail, format, args);
	l->detail = detail;
	l->dev = dev->ops->name;
	l->instance = dev->instance ? dev->instance : "";
	l->spec = l->spec ? l->spec : "";
	l->addr = dev->bus_addr;
	hub_lint(dev->hub, l);
}

void device_lint(const struct device *dev, const struct lint_desc *lint, const char *reg,
		 uint64_t bits, const char *detail, ...)
{
	struct lint l = { .desc = lint, .reg = reg ? reg : lint->reg, .bits = bits };
	va_list args;

	if (l.reg && strpbrk(l.reg, " *?[")) { /* one name, as in the id */
		fprintf(stderr,
			"device_lint(): the rule '%s' of %s is one of several registers (%s): give "
			"the name of the one that is meant\n",
			lint->rule, dev->ops->name, l.reg);
		abort();
	}
	if (!hub_hears(dev->hub)) return;
	l.spec = lint->spec ? lint->spec : spec_of(dev, l.reg);
	va_start(args, detail);
	report(dev, &l, detail, args);
	va_end(args);
}

/* For a rule that follows from this row: the device may have others of its name. */
static void row_lint(const struct device *dev, enum reg_lint rule, const struct reg_desc *r,
		     uint64_t bits, const char *detail, ...) __attribute__((format(printf, 5, 6)));

static void row_lint(const struct device *dev, enum reg_lint rule, const struct reg_desc *r,
		     uint64_t bits, const char *detail, ...)
{
	struct lint l = { .desc = &reg_lints[rule], .reg = r->name, .spec = r->spec, .bits = bits };
	va_list args;

	if (!hub_hears(dev->hub)) return;
	va_start(args, detail);
	report(dev, &l, detail, args);
	va_end(args);
}

/* ---- finding the register ---- */

static struct reg_masks masks_of(const struct reg_desc *r)
{
	struct reg_masks m = { .reserved = low_bits(r->width) };

	if (!r->fields) return m;
	for (const struct reg_field *f = r->fields; f->name; f++) {
		uint64_t bits = reg_field_mask(f);
		if (f->access == REG_RSVDZ) continue;
		m.reserved &= ~bits;
		switch (f->access) {
		case REG_RW:
		case REG_WO: m.plain |= bits; break;
		case REG_W1C: m.w1c |= bits; break;
		case REG_RW1S: m.w1s |= bits; break;
		case REG_RSVDP: m.preserve |= bits; break;
		case REG_RC: m.rc |= bits; break;
		default: break; /* an access has no effect */
		}
	}
	return m;
}

static bool in_window(const struct reg_desc *r, uint8_t bank)
{
	return !r->bank || r->bank == bank;
}

/* If a cell of the row contains this offset, put the cell and the byte in it into *h. */
static bool row_hit(const struct reg_desc *r, uint64_t offset, enum reg_dir dir, uint8_t bank,
		    struct reg_hit *h)
{
	uint64_t d = offset - r->offset;
	uint32_t n = 0;

	if (offset < r->offset || !(r->dir & dir) || !r->name || !in_window(r, bank)) return false;
	if (r->widths & REG_WHOLE && (r->stride ? d % r->stride : d)) return false;
	if (d >= reg_bytes(r)) {
		if (r->count < 2 || !r->stride || d / r->stride >= r->count) return false;
		n = (uint32_t)(d / r->stride);
		d %= r->stride;
		if (d >= reg_bytes(r)) return false;
	}
	h->offset = offset;
	h->n = n;
	h->byte = (uint32_t)d;
	return true;
}

/* Not inlined: find() runs for every access and must stay small. */
static __attribute__((noinline)) const struct reg_hit *
search(const struct device *dev, uint64_t offset, enum reg_dir dir, uint8_t bank, struct reg_hit *h)
{
	const struct device_ops *ops = dev->ops;
	uint32_t slot = 0;

	/* A valid table has at most one row for an offset, a direction and a bank. */
	if (h->reg && row_hit(h->reg, offset, dir, bank, h)) return h;
	for (unsigned i = 0; i < ops->n_regs; i++) {
		const struct reg_desc *r = &ops->regs[i];
		if (row_hit(r, offset, dir, bank, h)) {
			h->reg = r;
			h->row = i;
			h->slot = slot;
			h->masks = masks_of(r);
			return h;
		}
		slot += reg_cells(r);
	}
	return &nowhere;
}

/* The register at an offset. The result is valid until the next look-up. */
static inline const struct reg_hit *find(struct device *dev, uint64_t offset, enum reg_dir dir)
{
	uint8_t bank = dev->ops->bank ? dev->ops->bank(dev) : 0;
	struct reg_hit *h = &dev->hit[dir == REG_DIR_W][(offset ^ (offset >> 4)) % REG_HITS];

	if (h->reg && h->offset == offset && in_window(h->reg, bank)) return h;
	return search(dev, offset, dir, bank, h);
}

/* The same for byte `pos` of an access; NULL beyond the largest offset. */
static const struct reg_hit *find_byte(struct device *dev, uint64_t offset, unsigned pos,
				       enum reg_dir dir)
{
	return offset + pos < offset ? &nowhere : find(dev, offset + pos, dir);
}

static enum reg_dir other(enum reg_dir dir) { return dir == REG_DIR_R ? REG_DIR_W : REG_DIR_R; }

const struct reg_desc *device_find(struct device *dev, uint64_t offset, bool write, uint32_t *n)
{
	enum reg_dir dir = write ? REG_DIR_W : REG_DIR_R;
	const struct reg_hit *h = &nowhere;

	if (write ? !dev->ops->mem_write : !dev->ops->mem_read) {
		h = find(dev, offset, dir);
		if (!h->reg) h = find(dev, offset, other(dir));
	}
	if (n) *n = h->n;
	return h->reg;
}

/* ---- one access ---- */

static void lint_missing(struct device *dev, uint64_t offset, enum reg_dir dir, uint64_t value)
{
	const struct reg_hit *h = find(dev, offset, other(dir));

	if (h->reg && dir == REG_DIR_W)
		row_lint(dev, REG_LINT_READONLY, h->reg, value,
			 "0x%llx written to a read-only register", (unsigned long long)value);
	else if (h->reg)
		row_lint(dev, REG_LINT_WRITEONLY, h->reg, offset, "read of a write-only register");
	else
		device_lint(dev, &reg_lints[REG_LINT_NO_REGISTER], NULL, offset,
			    "%s at offset 0x%llx, no register there",
			    dir == REG_DIR_W ? "write" : "read", (unsigned long long)offset);
}

static unsigned width_flag(unsigned width)
{
	switch (width) {
	case 8: return REG_W8;
	case 16: return REG_W16;
	case 32: return REG_W32;
	default: return REG_W64;
	}
}

/* Report an access that starts at this register but does not match it exactly. */
static void lint_shape(const struct device *dev, const struct reg_hit *h, uint64_t offset,
		       unsigned width)
{
	const struct reg_desc *r = h->reg;

	if (h->byte % (width / BITS_PER_BYTE)) {
		row_lint(dev, REG_LINT_MISALIGNED, r, offset,
			 "%u-bit access at byte %u of a register of %u bits", width, h->byte,
			 r->width);
		return;
	}
	if (r->widths & width_flag(width)) return;
	if ((r->widths & REG_HALVES) && width == MAX_BITS / 2) return;
	row_lint(dev, REG_LINT_WIDTH, r, width, "%u-bit access to a register of %u bits", width,
		 r->width);
}

/* The size in bytes of the largest aligned part that fits both the register and the access. */
static unsigned part_bytes(const struct reg_hit *h, unsigned left)
{
	unsigned part = MAX_BYTES;

	if (!h->reg) return 1;
	while (part > 1 && (part > left || h->byte % part || h->byte + part > reg_bytes(h->reg)))
		part /= 2;
	return part;
}

static inline uint64_t fetch(struct device *dev, const struct reg_hit *h, unsigned width)
{
	unsigned shift = h->byte * BITS_PER_BYTE;
	uint64_t *reg = &dev->reg[h->slot + h->n];
	uint64_t stored = *reg, value = stored;

	/* Only the bytes that were read are cleared. */
	if (h->masks.rc) *reg &= ~(h->masks.rc & (low_bits(width) << shift));
	if (dev->ops->read) value = dev->ops->read(dev, h->row, h->n, stored);
	return (value >> shift) & low_bits(width);
}

static __attribute__((noinline)) uint64_t fetch_and_tell(struct device *dev,
							 const struct reg_hit *h, unsigned width)
{
	const struct reg_hit at = *h; /* the hook may look up another register */
	unsigned shift = at.byte * BITS_PER_BYTE;
	uint64_t value = fetch(dev, &at, width);

	hub_reached(at.reg, false, low_bits(width) << shift, value << shift);
	return value;
}

static uint64_t read_part(struct device *dev, const struct reg_hit *h, unsigned width)
{
	/* Apart, so that it costs nothing. */
	if (hub_everywhere.reached) return fetch_and_tell(dev, h, width);
	return fetch(dev, h, width);
}

/* The new stored value after `value` was written to the bits of `lane`. */
static uint64_t apply_write(const struct device *dev, const struct reg_desc *r,
			    const struct reg_masks *m, uint64_t stored, uint64_t value,
			    uint64_t lane)
{
	uint64_t stray = value & m->reserved & lane;
	uint64_t changed = (value ^ stored) & m->preserve & lane;

	if (stray)
		row_lint(dev, REG_LINT_RESERVED, r, stray,
			 "0x%llx written, reserved bits 0x%llx must be 0",
			 (unsigned long long)value, (unsigned long long)stray);
	if (changed)
		row_lint(dev, REG_LINT_PRESERVE, r, changed,
			 "0x%llx written, reserved bits 0x%llx must keep what was read",
			 (unsigned long long)value, (unsigned long long)changed);
	return reg_stored_after(m, stored, value, lane);
}

uint64_t reg_apply_write(const struct device *dev, const struct reg_desc *reg, uint64_t stored,
			 uint64_t value)
{
	struct reg_masks masks = masks_of(reg);
	uint64_t lane = low_bits(reg->width);

	hub_reached(reg, true, lane, value);
	return apply_write(dev, reg, &masks, stored, value & lane, lane);
}

uint64_t reg_apply_read(const struct reg_desc *reg, uint64_t value)
{
	hub_reached(reg, false, low_bits(reg->width), value);
	return value & low_bits(reg->width);
}

static void write_part(struct device *dev, const struct reg_hit *h, unsigned width, uint64_t value)
{
	unsigned shift = h->byte * BITS_PER_BYTE;
	uint64_t lane = low_bits(width) << shift, in_place = (value & low_bits(width)) << shift;
	uint64_t *reg = &dev->reg[h->slot + h->n];
	uint64_t old = *reg;
	struct reg_write w = { .raw = (old & ~lane) | in_place, .old = old, .lane = lane };

	hub_reached(h->reg, true, lane, in_place);
	w.now = apply_write(dev, h->reg, &h->masks, old, in_place, lane);
	*reg = w.now;
	if (dev->ops->write) dev->ops->write(dev, h->row, h->n, &w);
}

static bool exact(const struct reg_hit *h, unsigned width)
{
	return h->reg && h->byte == 0 && h->reg->width == width;
}

const struct reg_hit *device_exact(struct device *dev, uint64_t offset, unsigned width, bool write)
{
	const struct reg_hit *h;

	if (write ? dev->ops->mem_write != NULL : dev->ops->mem_read != NULL) return NULL;
	h = find(dev, offset, write ? REG_DIR_W : REG_DIR_R);
	return exact(h, width) ? h : NULL;
}

static uint64_t read_split(struct device *dev, uint64_t offset, unsigned width)
{
	unsigned size = width / BITS_PER_BYTE, part;
	uint64_t value = 0;
	bool hole = false;

	for (unsigned pos = 0; pos < size; pos += part) {
		const struct reg_hit *h = find_byte(dev, offset, pos, REG_DIR_R);
		uint64_t v = low_bits(BITS_PER_BYTE);

		part = part_bytes(h, size - pos);
		if (h->reg) {
			v = read_part(dev, h, part * BITS_PER_BYTE);
		} else if (!hole) {
			lint_missing(dev, offset + pos, REG_DIR_R, 0);
			hole = true;
		}
		value |= v << (pos * BITS_PER_BYTE);
	}
	return value;
}

static void write_split(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	unsigned size = width / BITS_PER_BYTE, part;
	bool hole = false;

	for (unsigned pos = 0; pos < size; pos += part) {
		const struct reg_hit *h = find_byte(dev, offset, pos, REG_DIR_W);
		uint64_t v = value >> (pos * BITS_PER_BYTE);

		part = part_bytes(h, size - pos);
		if (h->reg) {
			write_part(dev, h, part * BITS_PER_BYTE, v);
		} else if (!hole) {
			lint_missing(dev, offset + pos, REG_DIR_W, v);
			hole = true;
		}
	}
}

static void tell(struct device *dev, uint64_t offset, bool write, const struct reg_hit *h,
		 const struct reg_desc **reg, uint32_t *n)
{
	const struct reg_desc *found = h->reg;
	uint32_t index = h->n;

	if (!found && (reg || n)) found = device_find(dev, offset, write, &index);
	if (reg) *reg = found;
	if (n) *n = index;
}

void device_init_slots(struct device *dev, const struct device_ops *ops, const char *instance,
		       const struct hub *hub, uint64_t *slots, size_t bytes, void *state,
		       size_t state_size)
{
	size_t needed = reg_table_slots(ops->regs, ops->n_regs);

	bool few = bytes && needed * sizeof(*slots) > bytes;

	*dev = (struct device){ .ops = ops,
				.instance = instance,
				.hub = hub,
				.reg = slots,
				.state = state,
				.state_size = state_size,
				.few_bytes = few ? bytes : 0 };
	/* What is beyond the array would be another member. */
	if (!few) reg_table_reset(ops->regs, ops->n_regs, slots);
}

uint64_t device_read(struct device *dev, uint64_t offset, unsigned width,
		     const struct reg_desc **reg, uint32_t *n)
{
	if (dev->ops->mem_read) {
		tell(dev, offset, false, &nowhere, reg, n);
		return dev->ops->mem_read(dev, offset, width) & low_bits(width);
	}
	const struct reg_hit *h = find(dev, offset, REG_DIR_R);
	tell(dev, offset, false, h, reg, n);
	if (exact(h, width)) return read_part(dev, h, width);
	if (h->reg && width >= BITS_PER_BYTE) lint_shape(dev, h, offset, width);
	return read_split(dev, offset, width > MAX_BITS ? MAX_BITS : width);
}

void device_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value,
		  const struct reg_desc **reg, uint32_t *n)
{
	if (dev->ops->mem_write) {
		tell(dev, offset, true, &nowhere, reg, n);
		dev->ops->mem_write(dev, offset, width, value & low_bits(width));
		return;
	}
	const struct reg_hit *h = find(dev, offset, REG_DIR_W);
	tell(dev, offset, true, h, reg, n);
	if (exact(h, width)) {
		write_part(dev, h, width, value);
		return;
	}
	if (h->reg && width >= BITS_PER_BYTE) lint_shape(dev, h, offset, width);
	write_split(dev, offset, width > MAX_BITS ? MAX_BITS : width, value & low_bits(width));
}
