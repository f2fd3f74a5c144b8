/* SPDX-License-Identifier: MIT */
#include "devices/vga/model.h"

#include <string.h>

#include "devices/vga/font.h"
#include "devices/vga/internal.h"
#include "devices/vga/lints.h"
#include "devices/vga/planes.h"
#include "devices/vga/window.h"
#include "emu/array.h"

enum {
	POWER_ON_FILL = 0xcc, /* contents of memory at power-on are undefined; never 0 here */
	FONT_PLANE = 2,
	FONT_STRIDE = 32 /* bytes per glyph in plane 2 */
};

static struct vga_model *of_ports(struct device *dev) { return (struct vga_model *)dev; }

/* --- Ports --- */

static uint8_t bank(const struct device *dev)
{
	return dev->reg[VGA_MODEL_MISC] & VGA_MODEL_MISC_IOS ? VGA_MODEL_BANK_COLOUR
							     : VGA_MODEL_BANK_MONO;
}

/* Asleep, the adapter answers at port 3C3 only. */
static bool sleeps(const struct vga_model *v, unsigned reg)
{
	if (reg == VGA_MODEL_VSE || vga_model_awake(v)) return false;
	device_lint(&v->dev, &vga_lints[VGA_LINT_SLEEP], NULL, reg,
		    "%s does not answer: bit 0 of port 3C3 is clear", vga_model_ports[reg].name);
	return true;
}

static uint8_t read_status1(struct vga_model *v)
{
	v->s.attr_data = false;
	return vga_model_beam_status(v);
}

static uint8_t read_status0(const struct vga_model *v)
{
	return VGA_MODEL_ST00_SENSE |
	       (vga_model_interrupt_pending(v) ? VGA_MODEL_ST00_INTERRUPT : 0);
}

static uint64_t port_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	struct vga_model *v = of_ports(dev);

	(void)n;
	if (sleeps(v, reg)) return VGA_MODEL_FLOATING;
	switch ((enum vga_model_port)reg) {
	case VGA_MODEL_CRTC_INDEX_MONO:
	case VGA_MODEL_CRTC_INDEX: return v->s.crtc_index;
	case VGA_MODEL_CRTC_DATA_MONO:
	case VGA_MODEL_CRTC_DATA: return vga_model_read_crtc(v);
	case VGA_MODEL_ST01_MONO:
	case VGA_MODEL_ST01: return read_status1(v);
	case VGA_MODEL_ATTR_INDEX: return v->s.attr_index;
	case VGA_MODEL_ATTR_DATA: return vga_model_read_attribute(v);
	case VGA_MODEL_ST00: return read_status0(v);
	case VGA_MODEL_SEQ_DATA: return vga_model_read_sequencer(v);
	case VGA_MODEL_GC_DATA: return vga_model_read_graphics(v);
	case VGA_MODEL_DAC_STATE: return vga_model_dac_state(v);
	case VGA_MODEL_DAC_WRITE_INDEX: return v->s.dac_index;
	case VGA_MODEL_DAC_DATA: return vga_model_dac_read(v);
	case VGA_MODEL_FCR_READ: return v->s.reg[VGA_MODEL_FCR];
	case VGA_MODEL_MISC_READ: return v->s.reg[VGA_MODEL_MISC];
	default: return stored;
	}
}

static void write_misc(struct vga_model *v, uint64_t old, uint64_t value)
{
	v->s.no_mode = false;
	vga_model_lint_clock(v, vga_model_ports[VGA_MODEL_MISC].name,
			     (old ^ value) & VGA_MODEL_MISC_CS);
	if ((value & VGA_MODEL_MISC_CS) > VGA_MODEL_MISC_CS_28)
		device_lint(&v->dev, &vga_lints[VGA_LINT_CLOCK], NULL, value & VGA_MODEL_MISC_CS,
			    "external dot clocks are not modelled, 25.175 MHz is used");
}

static void port_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct vga_model *v = of_ports(dev);
	uint8_t value = (uint8_t)w->now;

	(void)n;
	if (sleeps(v, reg)) {
		v->s.reg[reg] = w->old;
		return;
	}
	switch ((enum vga_model_port)reg) {
	case VGA_MODEL_CRTC_INDEX_MONO:
	case VGA_MODEL_CRTC_INDEX: v->s.crtc_index = value; break;
	case VGA_MODEL_CRTC_DATA_MONO:
	case VGA_MODEL_CRTC_DATA: vga_model_write_crtc(v, value); break;
	case VGA_MODEL_FCR_MONO: v->s.reg[VGA_MODEL_FCR] = value; break;
	case VGA_MODEL_ATTR_INDEX: vga_model_write_attribute(v, value); break;
	case VGA_MODEL_MISC: write_misc(v, w->old, value); break;
	case VGA_MODEL_SEQ_DATA: vga_model_write_sequencer(v, value); break;
	case VGA_MODEL_GC_DATA: vga_model_write_graphics(v, value); break;
	case VGA_MODEL_DAC_READ_INDEX: vga_model_dac_set_index(v, value, true); break;
	case VGA_MODEL_DAC_WRITE_INDEX: vga_model_dac_set_index(v, value, false); break;
	case VGA_MODEL_DAC_DATA: vga_model_dac_write(v, value); break;
	default: break;
	}
	vga_model_place_window(v);
}

static void reset_device(struct device *dev) { vga_model_reset(of_ports(dev)); }
static void settle_device(struct device *dev) { vga_model_place_window(of_ports(dev)); }

const struct device_ops vga_model_ops = {
	.name = "vga",
	.about = &vga_about,
	.regs = vga_model_ports,
	.n_regs = VGA_MODEL_N_PORTS,
	.bank = bank,
	.read = port_read,
	.write = port_write,
	.reset = reset_device,
	.settle = settle_device,
};

/* --- Initialisation and reset --- */

const char *vga_model_init(struct vga_model *v, const char *instance, const struct hub *hub,
			   const struct clock *clock, struct mem *mem)
{
	const char *fault = mem_add_device(mem, "video memory", VGA_MODEL_PLANES_SIZE,
					   POWER_ON_FILL, &v->memory);

	if (fault) return fault;
	v->plain = mem_device_add_window(v->memory);
	if (!v->plain) return "too many windows of memory";
	v->clock = clock;
	device_init(&v->dev, &vga_model_ops, instance, hub, v->s.reg, &v->s, sizeof(v->s));
	device_init(&v->mem, &vga_model_window_ops, instance, hub, v->s.reg, NULL, 0);
	vga_model_reset(v);
	return NULL;
}

void vga_model_reset(struct vga_model *v)
{
	memset(&v->s, 0, sizeof(v->s));
	reg_table_reset(vga_model_ports, VGA_MODEL_N_PORTS, v->s.reg);
	mem_device_reset(v->memory);
	vga_model_place_window(v);
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
