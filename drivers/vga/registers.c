/* SPDX-License-Identifier: MIT */
/* The registers: finding the adapter, reading and writing each of them. */
#include "internal.h"

enum { MAX_PORT = 0xffff, SPAN = 0x2c, PROBE_ONE = 0x55, PROBE_TWO = 0xaa, INDEX_BITS = 0x1f };

/* ---- one register ---- */

static bool in_range(enum vga_set set, unsigned index)
{
	static const unsigned n[VGA_SETS] = {
		[VGA_MISC] = 1,
		[VGA_SEQUENCER] = VGA_SEQUENCER_REGISTERS,
		[VGA_CRTC] = VGA_CRTC_REGISTERS,
		[VGA_GRAPHICS] = VGA_GRAPHICS_REGISTERS,
		[VGA_ATTRIBUTE] = VGA_ATTRIBUTE_REGISTERS,
	};
	return (unsigned)set < VGA_SETS && index < n[set];
}

uint8_t vga_status(const struct vga *vga)
{
	return io_read(vga->ports, vga->mono ? VGA_STATUS_MONO : VGA_STATUS_COLOR);
}

/* The index register of a set; the data register is the next one. */
static struct io_rw8 index_of(const struct vga *vga, enum vga_set set)
{
	if (set == VGA_SEQUENCER) return VGA_SEQUENCER_INDEX;
	if (set == VGA_GRAPHICS) return VGA_GRAPHICS_INDEX;
	return vga->mono ? VGA_CRTC_INDEX_MONO : VGA_CRTC_INDEX_COLOR;
}

/* Reset the flip-flop, and return the index register. */
static uint8_t attribute_index(const struct vga *vga)
{
	vga_status(vga);
	return io_read(vga->ports, VGA_ATTRIBUTE_INDEX);
}

/* The processor reaches the palette only while it does not belong to the screen. */
static uint8_t select(unsigned index, uint8_t before)
{
	const unsigned shown = index < VGA_AR_PALETTE ? 0u : before & VGA_ATTRIBUTE_SHOWN;

	return (uint8_t)(shown | index);
}

/* Leave the index as it was, and the flip-flop reset: without it the screen would stay blank. */
static void restore_attribute(const struct vga *vga, uint8_t before)
{
	vga_status(vga);
	io_write(vga->ports, VGA_ATTRIBUTE_INDEX, before);
	vga_status(vga);
}

static uint8_t read_attribute(const struct vga *vga, unsigned index)
{
	const uint8_t before = attribute_index(vga);

	io_write(vga->ports, VGA_ATTRIBUTE_INDEX, select(index, before));
	const uint8_t value = io_read(vga->ports, VGA_ATTRIBUTE_DATA);
	restore_attribute(vga, before);
	return value;
}

static void write_attribute(const struct vga *vga, unsigned index, uint8_t value)
{
	const uint8_t before = attribute_index(vga);

	io_write(vga->ports, VGA_ATTRIBUTE_INDEX, select(index, before));
	io_write(vga->ports, VGA_ATTRIBUTE_INDEX, value);
	restore_attribute(vga, before);
}

uint8_t vga_get(const struct vga *vga, enum vga_set set, unsigned index)
{
	if (set == VGA_MISC) return io_read(vga->ports, VGA_MISC_READ);
	if (set == VGA_ATTRIBUTE) return read_attribute(vga, index);
	const struct io_rw8 at = index_of(vga, set);
	io_write(vga->ports, at, (uint8_t)index);
	return io_read(vga->ports, io_nth(at, 1, 1));
}

void vga_put(const struct vga *vga, enum vga_set set, unsigned index, uint8_t value)
{
	if (set == VGA_MISC) {
		io_write(vga->ports, VGA_MISC_WRITE, value);
	} else if (set == VGA_ATTRIBUTE) {
		write_attribute(vga, index, value);
	} else {
		const struct io_rw8 at = index_of(vga, set);
		io_write(vga->ports, at, (uint8_t)index);
		io_write(vga->ports, io_nth(at, 1, 1), value);
	}
}

enum vga_status vga_read(const struct vga *vga, enum vga_set set, unsigned index, uint8_t *value)
{
	if (!vga || !value) return VGA_NULL;
	if (!in_range(set, index)) return VGA_BOUNDS;
	*value = vga_get(vga, set, index);
	return VGA_OK;
}

enum vga_status vga_write(struct vga *vga, enum vga_set set, unsigned index, uint8_t value)
{
	if (!vga) return VGA_NULL;
	if (!in_range(set, index)) return VGA_BOUNDS;
	vga_put(vga, set, index, value);
	if (set == VGA_MISC) vga->mono = !(value & VGA_MISC_COLOR);
	return VGA_OK;
}

enum vga_status vga_unlock_crtc(const struct vga *vga)
{
	if (!vga) return VGA_NULL;
	const uint8_t vertical = vga_get(vga, VGA_CRTC, VGA_CR03);
	if (!(vertical & VGA_CR03_VERTICAL)) {
		/* While CR11 reads as the light pen, its protection can only be overwritten. */
		vga_put(vga, VGA_CRTC, VGA_CR11, 0);
		vga_put(vga, VGA_CRTC, VGA_CR03, vertical | VGA_CR03_VERTICAL);
	}
	const uint8_t end = vga_get(vga, VGA_CRTC, VGA_CR11);
	vga_put(vga, VGA_CRTC, VGA_CR11, (uint8_t)(end & ~VGA_CR11_PROTECT));
	return VGA_OK;
}

enum vga_status vga_show(const struct vga *vga, bool shown)
{
	if (!vga) return VGA_NULL;
	const uint8_t index = attribute_index(vga) & INDEX_BITS;
	io_write(vga->ports, VGA_ATTRIBUTE_INDEX, shown ? index | VGA_ATTRIBUTE_SHOWN : index);
	vga_status(vga);
	return VGA_OK;
}

enum vga_status vga_in_retrace(const struct vga *vga, bool *retrace)
{
	if (!vga || !retrace) return VGA_NULL;
	*retrace = vga_status(vga) & VGA_STATUS_RETRACE;
	return VGA_OK;
}

/* ---- finding it ---- */

/* The bit mask keeps eight bits, and nothing on the screen depends on it. */
static bool keeps_bit_mask(const struct vga *vga)
{
	const uint8_t before = vga_get(vga, VGA_GRAPHICS, VGA_GR08_BIT_MASK);

	vga_put_graphics(vga, VGA_GR08_BIT_MASK, PROBE_ONE);
	bool kept = vga_get(vga, VGA_GRAPHICS, VGA_GR08_BIT_MASK) == PROBE_ONE;
	vga_put_graphics(vga, VGA_GR08_BIT_MASK, PROBE_TWO);
	kept = kept && vga_get(vga, VGA_GRAPHICS, VGA_GR08_BIT_MASK) == PROBE_TWO;
	vga_put_graphics(vga, VGA_GR08_BIT_MASK, before);
	return kept;
}

enum vga_status vga_init(struct vga *vga, struct io ports, struct io memory)
{
	if (!vga) return VGA_NULL;
	if (ports.stride != 1 || (ports.space == IO_PORT && ports.base > MAX_PORT - SPAN))
		return VGA_BAD_BASE;
	if (memory.space != IO_MEMORY || memory.stride != 1) return VGA_BAD_BASE;
	struct vga found = { .ports = ports, .memory = memory };
	if (!keeps_bit_mask(&found)) return VGA_ABSENT;
	found.mono = !(vga_get(&found, VGA_MISC, 0) & VGA_MISC_COLOR);
	*vga = found;
	return VGA_OK;
}

/* ---- all of them ---- */

enum vga_status vga_read_registers(const struct vga *vga, struct vga_registers *registers)
{
	if (!vga || !registers) return VGA_NULL;
	registers->misc = vga_get(vga, VGA_MISC, 0);
	for (unsigned i = 0; i < VGA_SEQUENCER_REGISTERS; i++)
		registers->sequencer[i] = vga_get(vga, VGA_SEQUENCER, i);
	for (unsigned i = 0; i < VGA_CRTC_REGISTERS; i++)
		registers->crtc[i] = vga_get(vga, VGA_CRTC, i);
	for (unsigned i = 0; i < VGA_GRAPHICS_REGISTERS; i++)
		registers->graphics[i] = vga_get(vga, VGA_GRAPHICS, i);
	for (unsigned i = 0; i < VGA_ATTRIBUTE_REGISTERS; i++)
		registers->attribute[i] = vga_get(vga, VGA_ATTRIBUTE, i);
	return VGA_OK;
}

/* The first of `n` values that differs, or n. */
static unsigned compare_set(enum vga_set set, const uint8_t *want, const uint8_t *got, unsigned n,
			    struct vga_difference *difference)
{
	unsigned i = 0;

	while (i < n && want[i] == got[i]) i++;
	if (i < n && difference)
		*difference = (struct vga_difference){ set, (uint8_t)i, want[i], got[i] };
	return i;
}

enum vga_status vga_compare(const struct vga *vga, enum vga_mode mode,
			    struct vga_difference *difference)
{
	struct vga_registers got;
	const struct vga_registers *want = vga_mode_registers(mode);

	if (!want) return VGA_BAD_MODE;
	const enum vga_status status = vga_read_registers(vga, &got);
	if (status != VGA_OK) return status;
	const struct {
		enum vga_set set;
		unsigned n;
		const uint8_t *want, *got;
	} sets[VGA_SETS] = {
		{ VGA_MISC, 1, &want->misc, &got.misc },
		{ VGA_SEQUENCER, VGA_SEQUENCER_REGISTERS, want->sequencer, got.sequencer },
		{ VGA_CRTC, VGA_CRTC_REGISTERS, want->crtc, got.crtc },
		{ VGA_GRAPHICS, VGA_GRAPHICS_REGISTERS, want->graphics, got.graphics },
		{ VGA_ATTRIBUTE, VGA_ATTRIBUTE_REGISTERS, want->attribute, got.attribute },
	};
	for (unsigned i = 0; i < VGA_SETS; i++)
		if (compare_set(sets[i].set, sets[i].want, sets[i].got, sets[i].n, difference) <
		    sets[i].n)
			return VGA_DIFFERS;
	return VGA_OK;
}
