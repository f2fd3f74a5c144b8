/* SPDX-License-Identifier: MIT */
/* The DAC: 256 colours of three times 6 bits, which the attribute controller's output selects. */
#include <string.h>

#include "devices/vga/internal.h"
#include "devices/vga/lints.h"

enum { SIX_BITS = 0x3f, STATE_WRITING = 0, STATE_READING = 3 };

void vga_model_dac_set_index(struct vga_model *v, uint8_t index, bool reading)
{
	v->s.dac_index = index;
	v->s.dac_part = 0;
	v->s.dac_reading = reading;
}

uint8_t vga_model_dac_state(const struct vga_model *v)
{
	return v->s.dac_reading ? STATE_READING : STATE_WRITING;
}

static void next_part(struct vga_model *v)
{
	if (++v->s.dac_part < VGA_MODEL_DAC_PARTS) return;
	v->s.dac_part = 0;
	v->s.dac_index++;
}

/* Data goes against the direction that the last index was for. Here it uses that index. */
static void lint_direction(const struct vga_model *v, const char *what, const char *port)
{
	device_lint(&v->dev, &vga_lints[VGA_LINT_DIRECTION], NULL, v->s.dac_index,
		    "%s, but the index 0x%02x was written to %s", what, v->s.dac_index, port);
}

uint8_t vga_model_dac_read(struct vga_model *v)
{
	uint8_t value = v->s.palette[v->s.dac_index][v->s.dac_part % VGA_MODEL_DAC_PARTS];

	if (!v->s.dac_reading) lint_direction(v, "read", "3C8, for writing");
	next_part(v);
	return value;
}

/* The register has two bits more on an adapter whose DAC can be widened. */
static void lint_wide(const struct vga_model *v, unsigned value)
{
	device_lint(&v->dev, &vga_lints[VGA_LINT_DAC_RESERVED], NULL, value & ~(unsigned)SIX_BITS,
		    "0x%x written, reserved bits 0x%x must be 0", value,
		    value & ~(unsigned)SIX_BITS);
}

/* An entry changes as a whole, at its third byte. */
void vga_model_dac_write(struct vga_model *v, uint8_t value)
{
	if (v->s.dac_reading) lint_direction(v, "written", "3C7, for reading");
	if (!v->s.dac_8bit && value & ~SIX_BITS) lint_wide(v, value);
	v->s.dac_latch[v->s.dac_part % VGA_MODEL_DAC_PARTS] =
		v->s.dac_8bit ? value : value & SIX_BITS;
	if (v->s.dac_part == VGA_MODEL_DAC_PARTS - 1)
		memcpy(v->s.palette[v->s.dac_index], v->s.dac_latch, VGA_MODEL_DAC_PARTS);
	next_part(v);
}

void vga_model_set_dac_8bit(struct vga_model *v, bool on)
{
	if (on == v->s.dac_8bit) return;
	v->s.dac_8bit = on;
	for (unsigned entry = 0; entry < VGA_MODEL_N_COLOURS; entry++)
		for (unsigned i = 0; i < VGA_MODEL_DAC_PARTS; i++) {
			uint8_t *part = &v->s.palette[entry][i];
			*part = (uint8_t)(on ? *part << 2 | *part >> 4 : *part >> 2);
		}
}

/* ---- for renderers ---- */

uint32_t vga_model_dac_colour(const struct vga_model *v, unsigned index)
{
	const uint8_t *entry = v->s.palette[index & v->s.reg[VGA_MODEL_PEL_MASK] & 0xff];
	uint32_t rgb = 0;

	for (unsigned i = 0; i < VGA_MODEL_DAC_PARTS; i++)
		rgb = rgb << 8 |
		      (v->s.dac_8bit ? entry[i] : (uint32_t)entry[i] << 2 | entry[i] >> 4);
	return rgb;
}

uint32_t vga_model_colour(const struct vga_model *v, unsigned attribute)
{
	uint64_t plane_enable = v->s.ar[0x12] & 15, select = v->s.ar[0x14];
	uint64_t index = v->s.ar[attribute & plane_enable];

	if (v->s.ar[0x10] & VGA_MODEL_AR10_P54) index = (index & 0x0f) | (select & 3) << 4;
	return vga_model_dac_colour(v, (unsigned)(index | (select & 0x0c) << 4));
}

uint32_t vga_model_colour_256(const struct vga_model *v, unsigned input)
{
	uint64_t plane_enable = v->s.ar[0x12] & 15;

	return vga_model_dac_colour(v, input & (unsigned)(plane_enable << 4 | plane_enable));
}
