/* SPDX-License-Identifier: MIT */
#include "devices/vga/model.h"

#include <string.h>

#include "devices/vga/font.h"
#include "devices/vga/lints.h"
#include "devices/vga/planes.h"
#include "emu/array.h"

enum {
	PAS_AND_INDEX = 0x3f,
	N_INDICES = 0x20, /* the attribute index has five bits */
	DAC_PARTS = 3,
	DAC_WRITING = 0,
	DAC_READING = 3,
	POWER_ON_FILL = 0xcc, /* contents of memory at power-on are undefined; never 0 here */
	FONT_PLANE = 2,
	FONT_STRIDE = 32, /* bytes per glyph in plane 2 */
	GC_MISC = 6,      /* index of GR06 */
	FLOATING = 0xff
};

#define HZ_25 UINT64_C(25175000)
#define HZ_28 UINT64_C(28322000)

static struct vga_model *of_ports(struct device *dev) { return (struct vga_model *)dev; }

/* --- Timing --- */

static unsigned bits(uint64_t value, unsigned at, unsigned to)
{
	return (value >> at & 1) ? 1u << to : 0;
}

void vga_model_timing(const struct vga_model *v, struct vga_model_timing *t)
{
	const uint64_t *cr = v->s.cr;
	uint64_t overflow = cr[0x07];
	uint64_t hz = (v->s.reg[VGA_MODEL_MISC] & VGA_MODEL_MISC_CS) == VGA_MODEL_MISC_CS_28
			      ? HZ_28
			      : HZ_25;

	t->dot_hz = v->s.sr[1] & VGA_MODEL_SR01_HALF_CLOCK ? hz / 2 : hz;
	t->char_dots = v->s.sr[1] & VGA_MODEL_SR01_8_DOT ? 8 : 9;
	t->h_total = (unsigned)cr[0x00] + 5;
	t->h_displayed = (unsigned)cr[0x01] + 1;
	t->v_total = ((unsigned)cr[0x06] | bits(overflow, 0, 8) | bits(overflow, 5, 9)) + 2;
	t->v_displayed = ((unsigned)cr[0x12] | bits(overflow, 1, 8) | bits(overflow, 6, 9)) + 1;
	t->v_retrace = (unsigned)cr[0x10] | bits(overflow, 2, 8) | bits(overflow, 7, 9);
	/* The end register holds the low four bits of the line at which the retrace ends. */
	unsigned length = ((unsigned)cr[0x11] - t->v_retrace) & 15;
	t->v_retrace_end = t->v_retrace + (length ? length : 16);
}

unsigned vga_model_line_compare(const struct vga_model *v)
{
	return (unsigned)v->s.cr[0x18] | (v->s.cr[0x07] & VGA_MODEL_CR07_LC8 ? 0x100u : 0u) |
	       (v->s.cr[0x09] & VGA_MODEL_CR09_LC9 ? 0x200u : 0u);
}

/* Input status 1, from the position of the beam. */
static uint8_t beam_status(const struct vga_model *v)
{
	struct vga_model_timing t;

	if (!(v->s.cr[0x17] & VGA_MODEL_CR17_RUN) || v->s.sr[0] != VGA_MODEL_SR00_RESETS) return 0;
	vga_model_timing(v, &t);
	uint64_t line_dots = (uint64_t)t.h_total * t.char_dots;
	uint64_t dot = clock_ticks(clock_now(v->clock), t.dot_hz) % (line_dots * t.v_total);
	uint64_t line = dot / line_dots, character = dot % line_dots / t.char_dots;
	bool showing = line < t.v_displayed && character < t.h_displayed;
	bool retrace = line >= t.v_retrace && line < t.v_retrace_end;
	return (uint8_t)((showing ? 0 : VGA_MODEL_ST01_DE) | (retrace ? VGA_MODEL_ST01_VR : 0));
}

/* --- For renderers --- */

bool vga_model_displays(const struct vga_model *v)
{
	return v->s.attr_index & VGA_MODEL_ATTR_PAS && !(v->s.sr[1] & VGA_MODEL_SR01_OFF) &&
	       v->s.sr[0] == VGA_MODEL_SR00_RESETS && v->s.cr[0x17] & VGA_MODEL_CR17_RUN;
}

bool vga_model_graphics(const struct vga_model *v)
{
	return v->s.ar[0x10] & VGA_MODEL_AR10_GRAPHICS || v->s.gr[6] & VGA_MODEL_GR06_GRAPHICS;
}

unsigned vga_model_crtc_address(const struct vga_model *v, unsigned ma)
{
	uint64_t mode = v->s.cr[0x17];
	unsigned address = ma;

	if (v->s.cr[0x14] & VGA_MODEL_CR14_DOUBLEWORD)
		address = ma << 2 | (ma >> 12 & 3);
	else if (!(mode & VGA_MODEL_CR17_BYTE))
		address = ma << 1 | (ma >> (mode & VGA_MODEL_CR17_WRAP ? 15 : 13) & 1);
	return address % VGA_MODEL_PLANE_SIZE;
}

uint32_t vga_model_colour(const struct vga_model *v, unsigned attribute)
{
	uint64_t plane_enable = v->s.ar[0x12] & 15, select = v->s.ar[0x14];
	uint64_t index = v->s.ar[attribute & plane_enable];
	uint32_t rgb = 0;

	if (v->s.ar[0x10] & VGA_MODEL_AR10_P54) index = (index & 0x0f) | (select & 3) << 4;
	index = (index | (select & 0x0c) << 4) & v->s.reg[VGA_MODEL_PEL_MASK];
	for (unsigned i = 0; i < DAC_PARTS; i++) {
		uint32_t six = v->s.palette[index & 0xff][i];
		rgb = rgb << 8 | six << 2 | six >> 4;
	}
	return rgb;
}

/* --- Indexed registers --- */

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
	return FLOATING;
}

static uint8_t read_crtc(const struct vga_model *v)
{
	unsigned index = v->s.crtc_index;

	if (index < VGA_MODEL_N_CR)
		return (uint8_t)reg_apply_read(&vga_model_cr[index], v->s.cr[index]);
	lint_index(v, VGA_MODEL_CRTC_INDEX, index);
	return FLOATING;
}

static void write_crtc(struct vga_model *v, uint8_t value)
{
	unsigned index = v->s.crtc_index;

	if (index >= VGA_MODEL_N_CR) {
		lint_index(v, VGA_MODEL_CRTC_INDEX, index);
		return;
	}
	const struct reg_desc *reg = &vga_model_cr[index];
	uint64_t old = v->s.cr[index];
	if (index <= 7 && v->s.cr[0x11] & VGA_MODEL_CR11_PROTECT) {
		/* Bit 8 of line compare, in CR07, stays writable. */
		uint8_t open = index == 7 ? VGA_MODEL_CR07_LC8 : 0;
		if ((value ^ old) & ~(uint64_t)open)
			device_lint(&v->dev, &vga_lints[VGA_LINT_PROTECTED], reg->name, value,
				    "not written: CR11 bit 7 protects CR00 to CR07");
		value = (uint8_t)((old & ~(uint64_t)open) | (value & open));
	}
	uint64_t now = reg_apply_write(&v->dev, reg, old, value);
	/* Reserved bits of the CRTC are stored: what they read as is undefined, and guests test
	 * with patterns. */
	uint64_t named = reg_mask(reg, ~0u);
	v->s.cr[index] = (now & named) | (value & ~named);
	if (index == 0x11 &&
	    (value & (VGA_MODEL_CR11_DVI | VGA_MODEL_CR11_CVI)) == VGA_MODEL_CR11_CVI)
		device_lint(&v->dev, &vga_lints[VGA_LINT_INTERRUPT], NULL, value,
			    "the vertical interrupt is not modelled");
}

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
}

static void write_attr(struct vga_model *v, uint8_t value)
{
	if (v->s.attr_data)
		write_attr_data(v, value);
	else
		v->s.attr_index = value & PAS_AND_INDEX;
	v->s.attr_data = !v->s.attr_data;
}

static uint8_t read_attr_data(const struct vga_model *v)
{
	unsigned index = v->s.attr_index % N_INDICES;

	if (attr_row(index)) return (uint8_t)reg_apply_read(attr_row(index), v->s.ar[index]);
	lint_index(v, VGA_MODEL_ATTR_DATA, index);
	return FLOATING;
}

/* --- DAC --- */

static void set_dac_index(struct vga_model *v, uint8_t index, bool reading)
{
	v->s.dac_index = index;
	v->s.dac_part = 0;
	v->s.dac_reading = reading;
}

static void next_part(struct vga_model *v)
{
	if (++v->s.dac_part < DAC_PARTS) return;
	v->s.dac_part = 0;
	v->s.dac_index++;
}

static uint8_t read_dac(struct vga_model *v)
{
	uint8_t value = v->s.palette[v->s.dac_index][v->s.dac_part % DAC_PARTS];

	next_part(v);
	return value;
}

/* An entry changes as a whole, at its third byte. */
static void write_dac(struct vga_model *v, uint8_t value)
{
	v->s.dac_latch[v->s.dac_part % DAC_PARTS] = value & 0x3f;
	if (v->s.dac_part == DAC_PARTS - 1)
		memcpy(v->s.palette[v->s.dac_index], v->s.dac_latch, DAC_PARTS);
	next_part(v);
}

/* --- Ports --- */

static uint8_t bank(const struct device *dev)
{
	return dev->reg[VGA_MODEL_MISC] & VGA_MODEL_MISC_IOS ? VGA_MODEL_BANK_COLOUR
							     : VGA_MODEL_BANK_MONO;
}

static uint8_t read_status1(struct vga_model *v)
{
	v->s.attr_data = false;
	return beam_status(v);
}

static uint64_t port_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	struct vga_model *v = of_ports(dev);

	(void)n;
	switch ((enum vga_model_port)reg) {
	case VGA_MODEL_CRTC_INDEX_MONO:
	case VGA_MODEL_CRTC_INDEX: return v->s.crtc_index;
	case VGA_MODEL_CRTC_DATA_MONO:
	case VGA_MODEL_CRTC_DATA: return read_crtc(v);
	case VGA_MODEL_ST01_MONO:
	case VGA_MODEL_ST01: return read_status1(v);
	case VGA_MODEL_ATTR_INDEX: return v->s.attr_index;
	case VGA_MODEL_ATTR_DATA: return read_attr_data(v);
	case VGA_MODEL_ST00: return VGA_MODEL_ST00_SENSE;
	case VGA_MODEL_SEQ_DATA:
		return read_table(v, vga_model_sr, VGA_MODEL_N_SR, v->s.sr, VGA_MODEL_SEQ_INDEX);
	case VGA_MODEL_GC_DATA:
		return read_table(v, vga_model_gr, VGA_MODEL_N_GR, v->s.gr, VGA_MODEL_GC_INDEX);
	case VGA_MODEL_DAC_STATE: return v->s.dac_reading ? DAC_READING : DAC_WRITING;
	case VGA_MODEL_DAC_WRITE_INDEX: return v->s.dac_index;
	case VGA_MODEL_DAC_DATA: return read_dac(v);
	case VGA_MODEL_FCR_READ: return v->s.reg[VGA_MODEL_FCR];
	case VGA_MODEL_MISC_READ: return v->s.reg[VGA_MODEL_MISC];
	default: return stored;
	}
}

static void write_misc(const struct vga_model *v, uint64_t value)
{
	if ((value & VGA_MODEL_MISC_CS) > VGA_MODEL_MISC_CS_28)
		device_lint(&v->dev, &vga_lints[VGA_LINT_CLOCK], NULL, value & VGA_MODEL_MISC_CS,
			    "external dot clocks are not modelled, 25.175 MHz is used");
	if (!(value & VGA_MODEL_MISC_PAGE))
		device_lint(&v->dev, &vga_lints[VGA_LINT_PAGE], NULL, value,
			    "the other odd/even page is not modelled");
}

static void port_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct vga_model *v = of_ports(dev);
	uint8_t value = (uint8_t)w->now;

	(void)n;
	switch ((enum vga_model_port)reg) {
	case VGA_MODEL_CRTC_INDEX_MONO:
	case VGA_MODEL_CRTC_INDEX: v->s.crtc_index = value; break;
	case VGA_MODEL_CRTC_DATA_MONO:
	case VGA_MODEL_CRTC_DATA: write_crtc(v, value); break;
	case VGA_MODEL_FCR_MONO: v->s.reg[VGA_MODEL_FCR] = value; break;
	case VGA_MODEL_ATTR_INDEX: write_attr(v, value); break;
	case VGA_MODEL_MISC:
		v->s.no_mode = false;
		write_misc(v, value);
		break;
	case VGA_MODEL_VSE:
		if (!(value & 1))
			device_lint(dev, &vga_lints[VGA_LINT_SLEEP], NULL, value,
				    "the adapter stays awake");
		break;
	case VGA_MODEL_SEQ_DATA:
		write_table(v, vga_model_sr, VGA_MODEL_N_SR, v->s.sr, VGA_MODEL_SEQ_INDEX, value);
		break;
	case VGA_MODEL_GC_DATA:
		if (v->s.reg[VGA_MODEL_GC_INDEX] == GC_MISC) v->s.no_mode = false;
		write_table(v, vga_model_gr, VGA_MODEL_N_GR, v->s.gr, VGA_MODEL_GC_INDEX, value);
		break;
	case VGA_MODEL_DAC_READ_INDEX: set_dac_index(v, value, true); break;
	case VGA_MODEL_DAC_WRITE_INDEX: set_dac_index(v, value, false); break;
	case VGA_MODEL_DAC_DATA: write_dac(v, value); break;
	default: break;
	}
}

static void reset_device(struct device *dev) { vga_model_reset((struct vga_model *)dev); }

const struct device_ops vga_model_ops = {
	.name = "vga",
	.about = &vga_about,
	.regs = vga_model_ports,
	.n_regs = VGA_MODEL_N_PORTS,
	.bank = bank,
	.read = port_read,
	.write = port_write,
	.reset = reset_device,
};

/* --- Initialisation and reset --- */

void vga_model_init(struct vga_model *v, const char *instance, const struct hub *hub,
		    const struct clock *clock)
{
	v->clock = clock;
	device_init(&v->dev, &vga_model_ops, instance, hub, v->s.reg, &v->s, sizeof(v->s));
	device_init(&v->mem, &vga_model_window_ops, instance, hub, v->s.reg, NULL, 0);
	vga_model_reset(v);
}

void vga_model_reset(struct vga_model *v)
{
	memset(&v->s, 0, sizeof(v->s));
	reg_table_reset(vga_model_ports, VGA_MODEL_N_PORTS, v->s.reg);
	memset(vga_model_planes(v), POWER_ON_FILL, VGA_MODEL_PLANES_SIZE);
}

const char *vga_model_map(struct vga_model *v, struct bus *bus)
{
	static const struct {
		uint16_t port, n;
	} ports[] = { { 0x3b4, 2 }, { 0x3ba, 1 }, { 0x3c0, 11 }, { 0x3cc, 1 },
		      { 0x3ce, 2 }, { 0x3d4, 2 }, { 0x3da, 1 } };

	for (unsigned i = 0; i < ARRAY_SIZE(ports); i++) {
		const char *fault = bus_map(bus, BUS_PORT, ports[i].port, ports[i].n, &v->dev,
					    ports[i].port - (unsigned)VGA_MODEL_PORT_BASE);
		if (fault) return fault;
	}
	return bus_map(bus, BUS_MEMORY, VGA_MODEL_MEMORY_BASE, VGA_MODEL_MEMORY_SIZE, &v->mem, 0);
}

/* --- The font --- */

void vga_model_load_font(struct vga_model *v)
{
	for (unsigned glyph = 0; glyph < VGA_MODEL_FONT_GLYPHS; glyph++)
		for (unsigned row = 0; row < FONT_STRIDE; row++)
			vga_model_set_plane(v, glyph * FONT_STRIDE + row, FONT_PLANE,
					    row < VGA_MODEL_FONT_ROWS ? vga_model_font[glyph][row]
								      : 0);
}
