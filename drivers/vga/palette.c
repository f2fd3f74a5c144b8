/* SPDX-License-Identifier: MIT */
/* The palette: 256 entries of three bytes, which the DAC counts through by itself. */
#include "internal.h"

enum {
	THIRD = 0x15, /* of VGA_COLOUR_MAX */
	TWO_THIRDS = 0x2a,
	RED = 2, /* bit of each component in a colour's number; the weak one is three higher */
	GREEN = 1,
	WEAK = 3,
	N_64 = 64,
	N_16 = 16,
	N_GREYS = 16,
	CUBE = N_16 + N_GREYS, /* the first entry of the cube */
	LEVELS = 6,
	N_CUBE = LEVELS * LEVELS * LEVELS
};

static bool valid(const struct vga_rgb *colours, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (colours[i].red > VGA_COLOUR_MAX || colours[i].green > VGA_COLOUR_MAX ||
		    colours[i].blue > VGA_COLOUR_MAX)
			return false;
	return true;
}

static bool in_palette(unsigned first, unsigned n)
{
	return first <= VGA_COLOURS && n <= VGA_COLOURS - first;
}

enum vga_status vga_load_palette(const struct vga *vga, unsigned first, unsigned n,
				 const struct vga_rgb *colours)
{
	if (!vga || (!colours && n)) return VGA_NULL;
	if (!in_palette(first, n) || !valid(colours, n)) return VGA_BOUNDS;
	if (n == 0) return VGA_OK;
	io_write(vga->ports, VGA_PALETTE_WRITE, (uint8_t)first);
	for (unsigned i = 0; i < n; i++) {
		io_write(vga->ports, VGA_PALETTE_DATA, colours[i].red);
		io_write(vga->ports, VGA_PALETTE_DATA, colours[i].green);
		io_write(vga->ports, VGA_PALETTE_DATA, colours[i].blue);
	}
	return VGA_OK;
}

enum vga_status vga_read_palette(const struct vga *vga, unsigned first, unsigned n,
				 struct vga_rgb *colours)
{
	if (!vga || (!colours && n)) return VGA_NULL;
	if (!in_palette(first, n)) return VGA_BOUNDS;
	if (n == 0) return VGA_OK;
	io_write(vga->ports, VGA_PALETTE_READ, (uint8_t)first);
	for (unsigned i = 0; i < n; i++) {
		colours[i].red = io_read(vga->ports, VGA_PALETTE_DATA);
		colours[i].green = io_read(vga->ports, VGA_PALETTE_DATA);
		colours[i].blue = io_read(vga->ports, VGA_PALETTE_DATA);
	}
	return VGA_OK;
}

/* ---- the palette of a mode ---- */

static uint8_t component(unsigned number, unsigned strong)
{
	const unsigned bright = number >> strong & 1, dim = number >> (strong + WEAK) & 1;

	return (uint8_t)(bright * TWO_THIRDS + dim * THIRD);
}

/* Bits 5 to 0: the weak and then the strong bits of red, green, blue. */
static struct vga_rgb colour_of_64(unsigned number)
{
	return (struct vga_rgb){ component(number, RED), component(number, GREEN),
				 component(number, 0) };
}

/* The sixteen colours in those numbers: bright ones have all weak bits; brown has half the green.
 */
static unsigned number_of_16(unsigned colour)
{
	enum { BRIGHT = 8, RGB = 7, WEAK_BITS = 0x38, BROWN = 6, WEAK_GREEN_AND_RED = 0x14 };

	if (colour == BROWN) return WEAK_GREEN_AND_RED;
	return colour & BRIGHT ? (colour & RGB) | WEAK_BITS : colour;
}

static uint8_t level(unsigned step, unsigned steps)
{
	return (uint8_t)(step * VGA_COLOUR_MAX / (steps - 1));
}

static struct vga_rgb colour_of_256(unsigned entry)
{
	if (entry < N_16) return colour_of_64(number_of_16(entry));
	if (entry < CUBE) {
		const uint8_t grey = level(entry - N_16, N_GREYS);
		return (struct vga_rgb){ grey, grey, grey };
	}
	const unsigned at = entry - CUBE;
	if (at >= N_CUBE) return (struct vga_rgb){ 0, 0, 0 };
	return (struct vga_rgb){ level(at / (LEVELS * LEVELS), LEVELS),
				 level(at / LEVELS % LEVELS, LEVELS), level(at % LEVELS, LEVELS) };
}

struct vga_rgb vga_default_colour(enum vga_mode mode, unsigned entry)
{
	struct vga_size size;

	if (vga_mode_size(mode, &size) != VGA_OK) return (struct vga_rgb){ 0, 0, 0 };
	if (size.colours == VGA_COLOURS) return colour_of_256(entry);
	return entry < N_64 ? colour_of_64(entry) : (struct vga_rgb){ 0, 0, 0 };
}
