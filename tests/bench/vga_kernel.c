/* SPDX-License-Identifier: MIT */
/* Video memory in the emulated CPU: fills of planes, where the model sees each write, and blits in
 * mode 13h, whose memory is plain. The bodies differ only in what they draw, so the time that one
 * takes longer than the one that draws nothing in its mode is the time of its drawing. */
#include "bimetal/twin.h"
#include "bimetal/vga.h"

enum { FILLS = 200, BLITS = 10000 }; /* vga.sh divides by them */
enum {
	PLANAR_BYTES = 640 * 480 / 8,
	LINEAR_BYTES = 320 * 200,
	GRAPHICS_MODE = 5, /* index of the register with the write mode */
	BIT_MASK = 8
};

static uint32_t picture[LINEAR_BYTES / sizeof(uint32_t)];

static void start(struct vga *vga, enum vga_mode mode)
{
	twin_assert_eq(vga_init(vga, twin_port(VGA_PORTS), twin_memory(VGA_MEMORY, 1)), VGA_OK);
	twin_assert_eq(vga_set_mode(vga, mode), VGA_OK);
}

static void store_doublewords(uint32_t value, uint32_t bytes)
{
	uint32_t count = bytes / (uint32_t)sizeof(value);
	uintptr_t to = VGA_MEMORY;

	__asm__ volatile("rep stosl" : "+D"(to), "+c"(count) : "a"(value) : "memory");
}

static void store_bytes(uint8_t value, uint32_t bytes)
{
	volatile uint8_t *to = (volatile uint8_t *)(uintptr_t)VGA_MEMORY;

	for (uint32_t i = 0; i < bytes; i++) to[i] = value;
}

static void blit(const uint32_t *from, uint32_t bytes)
{
	uint32_t count = bytes / (uint32_t)sizeof(*from);
	uintptr_t to = VGA_MEMORY;

	__asm__ volatile("rep movsl" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}

static void fill_planes(unsigned write_mode, bool doublewords, uint32_t fills)
{
	struct vga vga;

	start(&vga, VGA_MODE_640X480X16);
	twin_assert_eq(vga_write(&vga, VGA_GRAPHICS, GRAPHICS_MODE, (uint8_t)write_mode), VGA_OK);
	twin_assert_eq(vga_write(&vga, VGA_GRAPHICS, BIT_MASK, 0xff), VGA_OK);
	for (uint32_t i = 0; i < fills; i++) {
		if (doublewords)
			store_doublewords(i * 0x01010101u, PLANAR_BYTES);
		else
			store_bytes((uint8_t)i, PLANAR_BYTES);
	}
}

TWIN(vga_bench, planar_nothing) { fill_planes(0, true, 0); }
TWIN(vga_bench, planar_mode0) { fill_planes(0, true, FILLS); }
TWIN(vga_bench, planar_mode2) { fill_planes(2, false, FILLS); }

static void blit_linear(uint32_t blits)
{
	struct vga vga;

	start(&vga, VGA_MODE_320X200X256);
	for (uint32_t i = 0; i < blits; i++) {
		picture[i % (LINEAR_BYTES / sizeof(*picture))] = i;
		blit(picture, LINEAR_BYTES);
	}
}

TWIN(vga_bench, linear_nothing) { blit_linear(0); }
TWIN(vga_bench, linear_blit) { blit_linear(BLITS); }
