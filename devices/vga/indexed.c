/* SPDX-License-Identifier: MIT */
/* The registers behind an index: sequencer, graphics controller, CRT controller, attribute
 * controller. */
#include "devices/vga/internal.h"
#include "devices/vga/lints.h"

enum {
	PAS_AND_INDEX = 0x3f,
	N_INDICES = 0x20, /* the attribute index has five bits */
	GC_MISC = 6,      /* index of GR06 */
	LATCHES = 0x22,   /* index of CR22 */
	FLIP_FLOP = 0x24,
	FLIP_FLOP_DATA = 0x80
};

static void lint_index(const struct vga_model *v, enum vga_model_port port, unsigned index)
{
	device_lint(&v->dev, &vga_lints[VGA_LINT_INDEX], vga_model_ports[port].name, index,
		    "there is no register 0x%02x", index);
}

static void write_table(struct vga_model *v, const struct reg_desc *table, unsigned n,
			uint64_t *slots, enum vga_model_port port, uint8_t value)
{
	unsigned index = (unsigned)v->s.reg[port];

	if (index >= n) {
		lint_index(v, port, index);
		return;
	}
	slots[index] = reg_apply_write(&v->dev, &table[index], slots[index], value);
}

static uint8_t read_table(const struct vga_model *v, const struct reg_desc *table, unsigned n,
			  const uint64_t *slots, enum vga_model_port port)
{
	unsigned index = (unsigned)v->s.reg[port];

	if (index < n) return (uint8_t)reg_apply_read(&table[index], slots[index]);
	lint_index(v, port, index);
	return VGA_MODEL_FLOATING;
}

/* ---- sequencer ---- */

void vga_model_lint_clock(const struct vga_model *v, const char *reg, uint64_t changed)
{
	if (!changed || !(v->s.sr[0] & VGA_MODEL_SR00_SYNCHRONOUS) ||
	    !(v->s.sr[0] & VGA_MODEL_SR00_ASYNCHRONOUS))
		return;
	device_lint(&v->dev, &vga_lints[VGA_LINT_UNSYNCHRONISED], reg, changed,
		    "the dot clock changes while the sequencer works");
}

/* The sequencer stops at once, in the middle of a memory cycle. */
static void lint_reset(const struct vga_model *v, uint64_t old, uint64_t now)
{
	if (old == VGA_MODEL_SR00_RESETS && !(now & VGA_MODEL_SR00_ASYNCHRONOUS))
		device_lint(&v->dev, &vga_lints[VGA_LINT_ASYNCHRONOUS], NULL, now,
			    "memory may lose data; bit 1 alone resets without loss");
}

uint8_t vga_model_read_sequencer(const struct vga_model *v)
{
	return read_table(v, vga_model_sr, VGA_MODEL_N_SR, v->s.sr, VGA_MODEL_SEQ_INDEX);
}

void vga_model_write_sequencer(struct vga_model *v, uint8_t value)
{
	enum { CLOCK = VGA_MODEL_SR01_8_DOT | VGA_MODEL_SR01_HALF_CLOCK };
	uint64_t reset = v->s.sr[0], clocking = v->s.sr[1];

	write_table(v, vga_model_sr, VGA_MODEL_N_SR, v->s.sr, VGA_MODEL_SEQ_INDEX, value);
	lint_reset(v, reset, v->s.sr[0]);
	vga_model_lint_clock(v, vga_model_sr[1].name, (clocking ^ v->s.sr[1]) & CLOCK);
}

/* ---- graphics controller ---- */

uint8_t vga_model_read_graphics(const struct vga_model *v)
{
	return read_table(v, vga_model_gr, VGA_MODEL_N_GR, v->s.gr, VGA_MODEL_GC_INDEX);
}

void vga_model_write_graphics(struct vga_model *v, uint8_t value)
{
	if (v->s.reg[VGA_MODEL_GC_INDEX] == GC_MISC) v->s.no_mode = false;
	write_table(v, vga_model_gr, VGA_MODEL_N_GR, v->s.gr, VGA_MODEL_GC_INDEX, value);
}

/* ---- CRT controller ---- */

static uint8_t flip_flop(const struct vga_model *v)
{
	return (uint8_t)(v->s.attr_index | (v->s.attr_data ? FLIP_FLOP_DATA : 0));
}

static uint8_t latch(const struct vga_model *v)
{
	return (uint8_t)(v->s.latches >> 8 * (v->s.gr[4] & 3));
}

uint8_t vga_model_read_crtc(const struct vga_model *v)
{
	unsigned index = v->s.crtc_index;

	if (index < VGA_MODEL_N_CR)
		return (uint8_t)reg_apply_read(&vga_model_cr[index], v->s.cr[index]);
	if (index == LATCHES)
		return (uint8_t)reg_apply_read(&vga_model_cr[VGA_MODEL_CR22], latch(v));
	if (index == FLIP_FLOP)
		return (uint8_t)reg_apply_read(&vga_model_cr[VGA_MODEL_CR24], flip_flop(v));
	lint_index(v, VGA_MODEL_CRTC_INDEX, index);
	return VGA_MODEL_FLOATING;
}

/* The bits of register `index` that CR11 lets through: bit 8 of line compare, in CR07, is open. */
static uint8_t open_bits(const struct vga_model *v, unsigned index)
{
	if (index > 7 || !(v->s.cr[0x11] & VGA_MODEL_CR11_PROTECT)) return 0xff;
	return index == 7 ? VGA_MODEL_CR07_LC8 : 0;
}

static void write_crtc_interrupt(struct vga_model *v, uint64_t old)
{
	enum { BOTH = VGA_MODEL_CR11_DVI | VGA_MODEL_CR11_CVI };
	bool was = (old & BOTH) == VGA_MODEL_CR11_CVI;

	if ((v->s.cr[0x11] & BOTH) != VGA_MODEL_CR11_CVI) return;
	if (!was) v->s.interrupt_from = clock_now(v->clock);
	device_lint(&v->dev, &vga_lints[VGA_LINT_INTERRUPT], NULL, v->s.cr[0x11],
		    "the adapter's interrupt line is not connected");
}

void vga_model_write_crtc(struct vga_model *v, uint8_t value)
{
	unsigned index = v->s.crtc_index;

	if (index >= VGA_MODEL_N_CR) {
		lint_index(v, VGA_MODEL_CRTC_INDEX, index);
		return;
	}
	const struct reg_desc *reg = &vga_model_cr[index];
	uint64_t old = v->s.cr[index];
	uint8_t open = open_bits(v, index);
	if ((value ^ old) & (uint8_t)~open)
		device_lint(&v->dev, &vga_lints[VGA_LINT_PROTECTED], reg->name, value,
			    "not written: CR11 bit 7 protects CR00 to CR07");
	value = (uint8_t)((old & (uint8_t)~open) | (value & open));
	uint64_t now = reg_apply_write(&v->dev, reg, old, value);
	/* Reserved bits of the CRTC are stored: what they read as is undefined, and guests test
	 * with patterns. */
	uint64_t named = reg_mask(reg, ~0u);
	v->s.cr[index] = (now & named) | (value & ~named);
	if (index == 0x11) write_crtc_interrupt(v, old);
}

/* ---- attribute controller ---- */

static const struct reg_desc *attr_row(unsigned index)
{
	if (index < VGA_MODEL_AR_PALETTE) return &vga_model_ar[0];
	return index < VGA_MODEL_N_AR ? &vga_model_ar[index - VGA_MODEL_AR_PALETTE + 1] : NULL;
}

static void write_attr_data(struct vga_model *v, uint8_t value)
{
	unsigned index = v->s.attr_index % N_INDICES;
	const struct reg_desc *reg = attr_row(index);

	if (!reg) {
		lint_index(v, VGA_MODEL_ATTR_INDEX, index);
		return;
	}
	if (index < VGA_MODEL_AR_PALETTE && v->s.attr_index & VGA_MODEL_ATTR_PAS) {
		device_lint(&v->dev, &vga_lints[VGA_LINT_LOCKED], NULL, value,
			    "AR%02X not written: the index register's bit 5 gives the palette to "
			    "the screen",
			    index);
		return;
	}
	v->s.ar[index] = reg_apply_write(&v->dev, reg, v->s.ar[index], value);
	if (v->s.attr_use != VGA_MODEL_ATTR_SHOWN) v->s.attr_use = VGA_MODEL_ATTR_WRITTEN;
}

static void write_attr_index(struct vga_model *v, uint8_t value)
{
	bool was_shown = v->s.attr_index & VGA_MODEL_ATTR_PAS;

	v->s.attr_index = value & PAS_AND_INDEX;
	if (value & VGA_MODEL_ATTR_PAS) {
		v->s.attr_use = VGA_MODEL_ATTR_SHOWN;
	} else if (was_shown) {
		v->s.attr_use = VGA_MODEL_ATTR_INDEXED;
		v->s.blank_since = clock_now(v->clock);
		v->s.blank_told = false;
	}
}

void vga_model_write_attribute(struct vga_model *v, uint8_t value)
{
	if (v->s.attr_data)
		write_attr_data(v, value);
	else
		write_attr_index(v, value);
	v->s.attr_data = !v->s.attr_data;
}

uint8_t vga_model_read_attribute(struct vga_model *v)
{
	unsigned index = v->s.attr_index % N_INDICES;

	if (v->s.attr_use == VGA_MODEL_ATTR_INDEXED) v->s.attr_use = VGA_MODEL_ATTR_ONLY_READ;
	if (attr_row(index)) return (uint8_t)reg_apply_read(attr_row(index), v->s.ar[index]);
	lint_index(v, VGA_MODEL_ATTR_DATA, index);
	return VGA_MODEL_FLOATING;
}
