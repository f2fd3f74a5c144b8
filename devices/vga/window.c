/* SPDX-License-Identifier: MIT */
/* The memory window of a VGA: which planes a host address reaches, and what the read and write
 * modes make of the bytes on their way. All four planes are handled at once, as a word. */
#include "devices/vga/window.h"

#include "devices/vga/lints.h"
#include "devices/vga/planes.h"

enum { FLOATING = 0xff, ALL_PLANES = 0x0f, ALL_BITS = 0xff, A0 = 1, A1_A0 = 3 };

/* Enough for a mode to be set with its font, many times over. */
#define LEFT_BLANK_NS UINT64_C(1000000000)

static struct vga_model *of_mem(struct device *mem)
{
	return (struct vga_model *)(void *)((char *)mem - offsetof(struct vga_model, mem));
}

/* ---- which bytes ---- */

struct vga_model_window vga_model_window(const struct vga_model *v)
{
	static const struct vga_model_window map[] = { { 0x00000, 0x20000 },
						       { 0x00000, 0x10000 },
						       { 0x10000, 0x08000 },
						       { 0x18000, 0x08000 } };

	if (!(v->s.reg[VGA_MODEL_MISC] & VGA_MODEL_MISC_ERAM) || !vga_model_awake(v))
		return (struct vga_model_window){ 0, 0 };
	return map[(v->s.gr[6] & VGA_MODEL_GR06_MAP) >> 2];
}

/* The address bit that takes A0's place while GR06 chains odd and even addresses. In a window of
 * 128 KiB it is A16. In the others MISC's page bit selects it; every BIOS mode has the bit set, and
 * shows what is at even plane addresses, so set means 0. */
static uint32_t odd_even_bit(const struct vga_model *v, uint32_t offset)
{
	if (!(v->s.gr[6] & VGA_MODEL_GR06_MAP)) return offset >> 16 & 1;
	return v->s.reg[VGA_MODEL_MISC] & VGA_MODEL_MISC_PAGE ? 0 : 1;
}

/* The plane address. Here only GR06 counts for odd/even, and which plane is a question of its own:
 * SR04 answers it for writes, GR05 for reads. In chain-4, A14 and A15 take the place of A0 and A1,
 * as MA12 and MA13 do in the CRT controller's doubleword mode, which shows that memory. */
static uint32_t plane_address(const struct vga_model *v, uint32_t offset)
{
	if (v->s.sr[4] & VGA_MODEL_SR04_CHAIN4) return (offset & 0xfffc) | (offset >> 14 & A1_A0);
	if (v->s.gr[6] & VGA_MODEL_GR06_CHAIN) return (offset & 0xfffe) | odd_even_bit(v, offset);
	return offset & 0xffff;
}

/* The planes that a write may reach, without the map mask. */
static unsigned written_planes(const struct vga_model *v, uint32_t offset)
{
	if (v->s.sr[4] & VGA_MODEL_SR04_CHAIN4) return 1u << (offset & A1_A0);
	if (v->s.sr[4] & VGA_MODEL_SR04_SEQUENTIAL) return ALL_PLANES;
	return offset & A0 ? 0x0a : 0x05;
}

/* The plane that read mode 0 gives. */
static unsigned read_plane(const struct vga_model *v, uint32_t offset)
{
	unsigned selected = (unsigned)v->s.gr[4] & 3;

	if (v->s.sr[4] & VGA_MODEL_SR04_CHAIN4) return offset & A1_A0;
	if (v->s.gr[5] & VGA_MODEL_GR05_ODD_EVEN) return (selected & 2u) | (offset & A0);
	return selected;
}

/* ---- what becomes of them ---- */

/* A byte for each of four bits: ffh for 1. */
static uint32_t spread(uint64_t bits)
{
	static const uint32_t planes[16] = { 0x00000000, 0x000000ff, 0x0000ff00, 0x0000ffff,
					     0x00ff0000, 0x00ff00ff, 0x00ffff00, 0x00ffffff,
					     0xff000000, 0xff0000ff, 0xff00ff00, 0xff00ffff,
					     0xffff0000, 0xffff00ff, 0xffffff00, 0xffffffff };

	return planes[bits & ALL_PLANES];
}

/* A byte in each of the four planes. */
static uint32_t fourfold(uint32_t byte) { return byte * 0x01010101u; }

/* Read mode 1: a bit is 1 where the planes that GR07 names have the colour of GR02. */
static uint8_t compare_colours(const struct vga_model *v)
{
	uint32_t differs = (v->s.latches ^ spread(v->s.gr[2])) & spread(v->s.gr[7]);

	differs |= differs >> 16;
	return (uint8_t) ~(differs | differs >> 8);
}

static uint8_t read_byte(struct vga_model *v, uint32_t offset)
{
	v->s.latches = vga_model_word(v, plane_address(v, offset));
	if (v->s.gr[5] & VGA_MODEL_GR05_READ_MODE) return compare_colours(v);
	return (uint8_t)(v->s.latches >> 8 * read_plane(v, offset));
}

/* The way of the host's data to memory: the registers of a write, as words for all planes. */
struct pipeline {
	unsigned mode, rotate, function;
	uint32_t latches, bit_mask, set_reset, set_reset_enable;
};

static struct pipeline pipeline(const struct vga_model *v)
{
	return (struct pipeline){ .mode = (unsigned)v->s.gr[5] & VGA_MODEL_GR05_WRITE_MODE,
				  .rotate = (unsigned)v->s.gr[3] & VGA_MODEL_GR03_ROTATE,
				  .function = (unsigned)v->s.gr[3] & VGA_MODEL_GR03_FUNCTION,
				  .latches = v->s.latches,
				  .bit_mask = fourfold((uint8_t)v->s.gr[8]),
				  .set_reset = spread(v->s.gr[0]),
				  .set_reset_enable = spread(v->s.gr[1]) };
}

static uint32_t combine(const struct pipeline *p, uint32_t data)
{
	switch (p->function) {
	case VGA_MODEL_GR03_AND: return data & p->latches;
	case VGA_MODEL_GR03_OR: return data | p->latches;
	case VGA_MODEL_GR03_XOR: return data ^ p->latches;
	default: return data;
	}
}

static uint32_t select_bits(uint32_t mask, uint32_t ones, uint32_t zeroes)
{
	return (ones & mask) | (zeroes & ~mask);
}

/* What the planes receive for a byte of the host. */
static uint32_t through(const struct pipeline *p, uint8_t data)
{
	uint32_t rotated = fourfold((uint8_t)(data >> p->rotate | data << (8 - p->rotate)));
	uint32_t source;

	switch (p->mode) {
	case 1: return p->latches;
	case 2:
		source = spread(data);
		return select_bits(p->bit_mask, combine(p, source), p->latches);
	case 3: return select_bits(p->bit_mask & rotated, combine(p, p->set_reset), p->latches);
	default:
		source = select_bits(p->set_reset_enable, p->set_reset, rotated);
		return select_bits(p->bit_mask, combine(p, source), p->latches);
	}
}

static void write_byte(struct vga_model *v, const struct pipeline *p, uint32_t offset, uint8_t data)
{
	uint32_t address = plane_address(v, offset);
	uint32_t planes = spread(written_planes(v, offset) & (unsigned)v->s.sr[2]);

	vga_model_set_word(v, address,
			   select_bits(planes, through(p, data), vga_model_word(v, address)));
}

/* No bit of the host's address picks a plane or is replaced: the planar modes. */
static bool is_sequential(const struct vga_model *v)
{
	return (v->s.sr[4] & (VGA_MODEL_SR04_CHAIN4 | VGA_MODEL_SR04_SEQUENTIAL)) ==
		       VGA_MODEL_SR04_SEQUENTIAL &&
	       !(v->s.gr[6] & VGA_MODEL_GR06_CHAIN);
}

/* The same as write_byte() for each byte, with what all of them share done once. */
static void write_sequential(struct vga_model *v, const struct pipeline *p, uint32_t offset,
			     unsigned n, uint64_t value)
{
	const uint32_t planes = spread(v->s.sr[2]);

	for (; n > 0; n--, offset++, value >>= 8) {
		uint32_t word = through(p, (uint8_t)value);

		if (planes != UINT32_MAX)
			word = select_bits(planes, word, vga_model_word(v, offset));
		vga_model_set_word(v, offset, word);
	}
}

bool vga_model_writes_plainly(const struct vga_model *v)
{
	const uint64_t *gr = v->s.gr;

	return v->s.sr[4] & VGA_MODEL_SR04_CHAIN4 && v->s.sr[2] == ALL_PLANES && gr[1] == 0 &&
	       gr[3] == 0 && !(gr[5] & VGA_MODEL_GR05_WRITE_MODE) && gr[8] == ALL_BITS &&
	       vga_model_window(v).size == VGA_MODEL_PLANE_SIZE &&
	       v->s.attr_index & VGA_MODEL_ATTR_PAS;
}

/* ---- the window ---- */

/* True: all bytes of the access are inside the window, and *offset is now relative to it. */
static bool decode(const struct vga_model *v, uint64_t *offset, unsigned bytes)
{
	const struct vga_model_window w = vga_model_window(v);
	uint64_t at = *offset - w.base;

	if (at >= w.size || bytes > w.size - at) return false;
	*offset = at;
	return true;
}

static void lint_outside(const struct vga_model *v, uint64_t offset)
{
	/* A refused mode was already reported when it was refused. */
	if (v->s.no_mode) return;
	device_lint(&v->mem, &vga_lints[VGA_LINT_WINDOW], NULL, offset,
		    "access at 0x%llx, outside the memory window in use",
		    VGA_MODEL_MEMORY_BASE + (unsigned long long)offset);
}

/* Somebody draws on a screen that is blank because bit 5 of the attribute index is clear. A mode is
 * set that way, so this is wrong only if the bit was cleared to read a register, for which it need
 * not be cleared, or was forgotten long ago. */
static void lint_blank(struct vga_model *v)
{
	bool long_ago = clock_now(v->clock) - v->s.blank_since >= LEFT_BLANK_NS;

	if (v->s.attr_use != VGA_MODEL_ATTR_ONLY_READ && !long_ago) return;
	if (v->s.blank_told || vga_model_off(v)) return;
	v->s.blank_told = true;
	device_lint(&v->mem, &vga_lints[VGA_LINT_BLANK], NULL, v->s.attr_index,
		    "memory is written while the screen is blank: the attribute index was last "
		    "written as 0x%02x",
		    v->s.attr_index);
}

void vga_model_place_window(struct vga_model *v)
{
	struct vga_model_window w = vga_model_window(v);

	if (v->extension && v->extension->place(v->extension_ctx, v->plain)) return;
	if (vga_model_writes_plainly(v))
		(void)mem_window_show(v->plain, VGA_MODEL_MEMORY_BASE + w.base, 0, w.size,
				      MEM_WINDOW_WRITE);
	else
		mem_window_hide(v->plain);
}

static uint64_t read_bytes(struct vga_model *v, uint64_t offset, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t)read_byte(v, (uint32_t)(offset + i)) << 8 * i;
	return value;
}

/* Not all bytes are inside the window: each is decoded by itself, and the first outside reported.
 */
static uint64_t read_at_edge(struct vga_model *v, uint64_t offset, unsigned bytes)
{
	uint64_t value = 0;
	bool told = false;

	for (unsigned i = 0; i < bytes; i++) {
		uint64_t at = offset + i;
		bool inside = decode(v, &at, 1);

		if (!inside && !told) lint_outside(v, at);
		told |= !inside;
		value |= (inside ? read_bytes(v, at, 1) : (uint64_t)FLOATING) << 8 * i;
	}
	return value;
}

static uint64_t window_read(struct device *mem, uint64_t offset, unsigned width)
{
	struct vga_model *v = of_mem(mem);

	if (!decode(v, &offset, width / 8)) return read_at_edge(v, offset, width / 8);
	return read_bytes(v, offset, width / 8);
}

static void write_bytes(struct vga_model *v, uint64_t offset, unsigned bytes, uint64_t value)
{
	const struct pipeline p = pipeline(v);

	if (is_sequential(v))
		write_sequential(v, &p, (uint32_t)offset, bytes, value);
	else
		for (unsigned i = 0; i < bytes; i++)
			write_byte(v, &p, (uint32_t)(offset + i), (uint8_t)(value >> 8 * i));
	if (!(v->s.attr_index & VGA_MODEL_ATTR_PAS)) lint_blank(v);
}

static void write_at_edge(struct vga_model *v, uint64_t offset, unsigned bytes, uint64_t value)
{
	bool told = false;

	for (unsigned i = 0; i < bytes; i++) {
		uint64_t at = offset + i;
		bool inside = decode(v, &at, 1);

		if (inside) write_bytes(v, at, 1, value >> 8 * i);
		if (!inside && !told) lint_outside(v, at);
		told |= !inside;
	}
}

static void window_write(struct device *mem, uint64_t offset, unsigned width, uint64_t value)
{
	struct vga_model *v = of_mem(mem);

	if (decode(v, &offset, width / 8))
		write_bytes(v, offset, width / 8, value);
	else
		write_at_edge(v, offset, width / 8, value);
}

static struct device *answers(struct device *mem, uint64_t *offset, unsigned width, bool write)
{
	const struct vga_model *v = of_mem(mem);
	struct device *over = v->extension ? v->extension->window(v->extension_ctx, offset) : NULL;

	(void)width;
	(void)write;
	return over ? over : mem;
}

const struct device_ops vga_model_window_ops = {
	.name = "vga",
	.about = &vga_about,
	.decode = answers,
	.mem_read = window_read,
	.mem_write = window_write,
};
