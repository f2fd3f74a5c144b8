/* SPDX-License-Identifier: MIT */
/* The memory window of a VGA: which planes a host address reaches, and what the read and write
 * modes make of the bytes on their way. */
#include "devices/vga/lints.h"
#include "devices/vga/model.h"
#include "devices/vga/planes.h"

enum { FLOATING = 0xff };

static struct vga_model *of_mem(struct device *mem)
{
	return (struct vga_model *)(void *)((char *)mem - offsetof(struct vga_model, mem));
}

struct window {
	uint32_t base, size;
};

static struct window window(const struct vga_model *v)
{
	static const struct window map[] = { { 0x00000, 0x20000 },
					     { 0x00000, 0x10000 },
					     { 0x10000, 0x08000 },
					     { 0x18000, 0x08000 } };
	return map[(v->s.gr[6] & VGA_MODEL_GR06_MAP) >> 2];
}

/* The planes, and the address in them, that an offset of the window reaches. */
struct target {
	uint32_t address;
	uint8_t planes;
};

static struct target chained(uint32_t offset)
{
	return (struct target){ offset & 0xfffc, (uint8_t)(1u << (offset & 3)) };
}

/* Odd/even: A0 selects the plane; GR06 selects the address bit that replaces it. */
static struct target odd_even(const struct vga_model *v, uint32_t offset)
{
	uint32_t address = offset & 0xffff;

	/* With a window of 128 KiB, A16 takes A0's place. */
	if (v->s.gr[6] & VGA_MODEL_GR06_CHAIN) address = (address & ~1u) | offset >> 16;
	return (struct target){ address, offset & 1 ? 0x0a : 0x05 };
}

static struct target write_target(const struct vga_model *v, uint32_t offset)
{
	if (v->s.sr[4] & VGA_MODEL_SR04_CHAIN4) return chained(offset);
	if (!(v->s.sr[4] & VGA_MODEL_SR04_SEQUENTIAL)) return odd_even(v, offset);
	return (struct target){ offset & 0xffff, 0x0f };
}

static struct target read_target(const struct vga_model *v, uint32_t offset)
{
	uint8_t plane = (uint8_t)(v->s.gr[4] & 3);

	if (v->s.sr[4] & VGA_MODEL_SR04_CHAIN4) return chained(offset);
	if (v->s.gr[5] & VGA_MODEL_GR05_ODD_EVEN) {
		struct target t = odd_even(v, offset);
		t.planes = (uint8_t)(1u << ((plane & 2u) | (offset & 1u)));
		return t;
	}
	return (struct target){ offset & 0xffff, (uint8_t)(1u << plane) };
}

static uint8_t compare_colours(const struct vga_model *v)
{
	unsigned differs = 0;

	for (unsigned p = 0; p < VGA_MODEL_N_PLANES; p++) {
		if (!(v->s.gr[7] >> p & 1)) continue;
		differs |= v->s.latch[p] ^ (v->s.gr[2] >> p & 1 ? 0xffu : 0u);
	}
	return (uint8_t)~differs;
}

static uint8_t read_byte(struct vga_model *v, uint32_t offset)
{
	struct target t = read_target(v, offset);

	put_le32(v->s.latch, vga_model_word(v, t.address));
	if (v->s.gr[5] & VGA_MODEL_GR05_READ_MODE) return compare_colours(v);
	for (unsigned p = 0; p < VGA_MODEL_N_PLANES; p++)
		if (t.planes >> p & 1) return v->s.latch[p];
	return FLOATING;
}

static uint8_t combine(const struct vga_model *v, uint8_t data, uint8_t latch)
{
	switch (v->s.gr[3] >> 3 & 3) {
	case 1: return data & latch;
	case 2: return data | latch;
	case 3: return data ^ latch;
	default: return data;
	}
}

static uint8_t rotated(const struct vga_model *v, uint8_t data)
{
	unsigned by = (unsigned)v->s.gr[3] & 7;
	return (uint8_t)(data >> by | data << (8 - by));
}

static uint8_t spread(uint64_t value, unsigned bit) { return value >> bit & 1 ? 0xff : 0; }

/* The byte that plane p receives for a host byte in the present write mode. */
static uint8_t plane_data(const struct vga_model *v, unsigned p, uint8_t data)
{
	uint8_t latch = v->s.latch[p], mask = (uint8_t)v->s.gr[8], source;

	switch (v->s.gr[5] & VGA_MODEL_GR05_WRITE_MODE) {
	case 1: return latch;
	case 2: source = spread(data, p); break;
	case 3:
		source = spread(v->s.gr[0], p);
		mask &= rotated(v, data);
		break;
	default: source = v->s.gr[1] >> p & 1 ? spread(v->s.gr[0], p) : rotated(v, data); break;
	}
	return (uint8_t)((combine(v, source, latch) & mask) | (latch & ~mask));
}

static void write_byte(struct vga_model *v, uint32_t offset, uint8_t data)
{
	struct target t = write_target(v, offset);
	unsigned planes = t.planes & (unsigned)v->s.sr[2];

	for (unsigned p = 0; p < VGA_MODEL_N_PLANES; p++)
		if (planes >> p & 1) vga_model_set_plane(v, t.address, p, plane_data(v, p, data));
}

/* True: the access is inside the window, and *offset is now relative to it. */
static bool decode(const struct vga_model *v, uint64_t *offset)
{
	struct window w = window(v);

	if (!(v->s.reg[VGA_MODEL_MISC] & VGA_MODEL_MISC_ERAM) || *offset - w.base >= w.size) {
		/* A refused mode was already reported when it was refused. */
		if (!v->s.no_mode)
			device_lint(&v->mem, &vga_lints[VGA_LINT_WINDOW], NULL, *offset,
				    "access at 0x%llx, outside the memory window in use",
				    VGA_MODEL_MEMORY_BASE + (unsigned long long)*offset);
		return false;
	}
	*offset -= w.base;
	return true;
}

static uint64_t mem_read(struct device *mem, uint64_t offset, unsigned width)
{
	struct vga_model *v = of_mem(mem);
	uint64_t value = 0;

	if (!decode(v, &offset)) return UINT64_MAX;
	for (unsigned i = 0; i < width / 8; i++)
		value |= (uint64_t)read_byte(v, (uint32_t)(offset + i)) << 8 * i;
	return value;
}

static void mem_write(struct device *mem, uint64_t offset, unsigned width, uint64_t value)
{
	struct vga_model *v = of_mem(mem);

	if (!decode(v, &offset)) return;
	for (unsigned i = 0; i < width / 8; i++)
		write_byte(v, (uint32_t)(offset + i), (uint8_t)(value >> 8 * i));
}

const struct device_ops vga_model_window_ops = {
	.name = "vga",
	.about = &vga_about,
	.mem_read = mem_read,
	.mem_write = mem_write,
};
