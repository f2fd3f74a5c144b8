/* SPDX-License-Identifier: MIT */
/* The screen in the boot information of a multiboot1 image: Multiboot Specification 0.6.96, 3.1.4
 * and 3.3. Both as a framebuffer and as the VBE functions describe it. */
#include <string.h>

#include "emu/bytes.h"
#include "harness/boot/multiboot1.h"
#include "harness/firmware/bios/vbe.h"

enum { /* in the header, from mode_type on */
       FIELD_MODE_TYPE = 0,
       FIELD_WIDTH = 4,
       FIELD_HEIGHT = 8,
       FIELD_DEPTH = 12
};

enum { /* in the block */
       INFO_VBE_CONTROL_INFO = 72,
       INFO_VBE_MODE_INFO = 76,
       INFO_VBE_MODE = 80,
       INFO_FRAMEBUFFER_ADDR = 88,
       INFO_FRAMEBUFFER_PITCH = 96,
       INFO_FRAMEBUFFER_WIDTH = 100,
       INFO_FRAMEBUFFER_HEIGHT = 104,
       INFO_FRAMEBUFFER_BPP = 108,
       INFO_FRAMEBUFFER_TYPE = 109,
       INFO_PALETTE_ADDR = 110, /* indexed */
       INFO_PALETTE_COLOURS = 114,
       INFO_RED_AT = 110, /* RGB: position and size of each */
       INFO_GREEN_AT = 112,
       INFO_BLUE_AT = 114
};

#define HAS_VBE         0x0800u
#define HAS_FRAMEBUFFER 0x1000u

enum { FRAMEBUFFER_INDEXED = 0, FRAMEBUFFER_RGB = 1, FRAMEBUFFER_EGA_TEXT = 2 };
enum { N_COLOURS = 256, PALETTE_BITS = 8 };

/* The results of the VBE functions, which a loader may construct (3.3): functions 00h and 01h
 * (layouts: Ralf Brown's Interrupt List 61, tables 00077, 00079). */
enum {
	VBE_CONTROL_SIGNATURE = 0, /* "VESA" */
	VBE_CONTROL_VERSION = 4,
	VBE_CONTROL_OEM = 6, /* far pointer */
	VBE_CONTROL_MODES = 14,
	VBE_CONTROL_MEMORY = 18, /* in 64 KiB */
	VBE_CONTROL_END_1 = 20,  /* of the fields of VBE 1.2: here are the list and the string */
	VBE_CONTROL_END_2 = 34,  /* the same of VBE 2.0 */
	VBE_CONTROL_SIZE_1 = 256,
	VBE_CONTROL_SIZE_2 = 512,
	VBE_VERSION_TEXT = 0x0102,
	VBE_VERSION_LINEAR = 0x0200,
	VBE_NO_MODE = 0xffff, /* ends the list of modes */
	VBE_MEMORY_UNIT = 0x10000,
	VBE_MEMORY_256_KIB = 4,

	VBE_MODE_ATTRIBUTES = 0,
	VBE_MODE_WINDOW_A = 2,
	VBE_MODE_GRANULARITY = 4, /* KiB */
	VBE_MODE_WINDOW_SIZE = 6, /* KiB */
	VBE_MODE_SEGMENT_A = 8,
	VBE_MODE_PITCH = 16,
	VBE_MODE_WIDTH = 18,
	VBE_MODE_HEIGHT = 20,
	VBE_MODE_CELL_WIDTH = 22,
	VBE_MODE_CELL_HEIGHT = 23,
	VBE_MODE_PLANES = 24,
	VBE_MODE_BITS = 25,
	VBE_MODE_BANKS = 26,
	VBE_MODE_MODEL = 27,
	VBE_MODE_RESERVED_1 = 30,
	VBE_MODE_COLOURS = 31, /* size and position of red, green, blue and the rest */
	VBE_MODE_BASE = 40,
	VBE_MODE_SIZE = 256,
	VBE_TEXT_ATTRIBUTES = 0x0f,   /* supported, described, TTY output, colour; not graphics */
	VBE_LINEAR_ATTRIBUTES = 0x9b, /* supported, described, colour, graphics, linear */
	VBE_WINDOW_ACCESS = 0x07,     /* exists, readable, writable */
	VBE_TEXT_WINDOW = 32,
	VBE_BANK = 64,
	VBE_BANK_SEGMENT = 0xa000,
	VBE_TEXT_MODE = 3,
	VBE_LINEAR = 0x4000, /* in a mode's number */
	VBE_PACKED = 4,
	VBE_DIRECT_COLOUR = 6,

	CELL_WIDTH = 9,
	CELL_HEIGHT = 16,
	GRAPHICS_CELL_WIDTH = 8
};

/* ---- the mode ---- */

/* The image asks for graphics by mode_type 0, the user by --vga. */
bool multiboot1_choose_screen(struct load *l, const uint8_t *fields,
			      struct multiboot1_screen *screen)
{
	struct boot_video wish = { 0 };
	bool wanted = fields && get_le32(fields + FIELD_MODE_TYPE) == MULTIBOOT1_LINEAR_GRAPHICS;

	if (wanted)
		wish = (struct boot_video){ get_le32(fields + FIELD_WIDTH),
					    get_le32(fields + FIELD_HEIGHT),
					    get_le32(fields + FIELD_DEPTH) };
	if (!wanted && !l->request->has_video) return true;
	screen->graphics = load_has_graphics(l);
	if (screen->graphics) return load_set_video(l, "multiboot1", &wish, &screen->mode);
	load_warn_text(l, "multiboot1", &wish);
	return true;
}

/* ---- as a framebuffer ---- */

static void put_colours(struct multiboot1_info *info, const struct graphics_mode *mode)
{
	uint8_t *p = info->bytes;

	if (mode->bits == PALETTE_BITS) {
		uint32_t at = multiboot1_take(info, sizeof(mode->palette));

		memcpy(p + at, mode->palette, sizeof(mode->palette));
		p[INFO_FRAMEBUFFER_TYPE] = FRAMEBUFFER_INDEXED;
		put_le32(p + INFO_PALETTE_ADDR, multiboot1_address(info, at));
		put_le16(p + INFO_PALETTE_COLOURS, N_COLOURS);
		return;
	}
	p[INFO_FRAMEBUFFER_TYPE] = FRAMEBUFFER_RGB;
	p[INFO_RED_AT] = mode->red_at;
	p[INFO_RED_AT + 1] = mode->red_size;
	p[INFO_GREEN_AT] = mode->green_at;
	p[INFO_GREEN_AT + 1] = mode->green_size;
	p[INFO_BLUE_AT] = mode->blue_at;
	p[INFO_BLUE_AT + 1] = mode->blue_size;
}

static void put_graphics(struct multiboot1_info *info, const struct graphics_mode *mode)
{
	uint8_t *p = info->bytes;

	put_le64(p + INFO_FRAMEBUFFER_ADDR, mode->address);
	put_le32(p + INFO_FRAMEBUFFER_PITCH, mode->pitch);
	put_le32(p + INFO_FRAMEBUFFER_WIDTH, mode->width);
	put_le32(p + INFO_FRAMEBUFFER_HEIGHT, mode->height);
	p[INFO_FRAMEBUFFER_BPP] = (uint8_t)mode->bits;
	put_colours(info, mode);
}

static void put_text(struct multiboot1_info *info)
{
	uint8_t *p = info->bytes;

	put_le64(p + INFO_FRAMEBUFFER_ADDR, TEXT_BASE);
	put_le32(p + INFO_FRAMEBUFFER_PITCH, TEXT_PITCH);
	put_le32(p + INFO_FRAMEBUFFER_WIDTH, TEXT_COLUMNS);
	put_le32(p + INFO_FRAMEBUFFER_HEIGHT, TEXT_ROWS);
	p[INFO_FRAMEBUFFER_BPP] = TEXT_CELL_BITS;
	p[INFO_FRAMEBUFFER_TYPE] = FRAMEBUFFER_EGA_TEXT;
}

/* ---- as VBE has it ---- */

static uint32_t far_pointer(uint32_t address) { return address >> 4 << 16 | (address & 0xf); }

/* The list of modes has `number` (VBE_NO_MODE: it is empty); it and the loader's name are behind
 * the fields, at `end`. */
static void vbe_control(uint8_t *p, uint32_t address, unsigned version, unsigned end,
			unsigned memory, unsigned number)
{
	unsigned name = end + (number == VBE_NO_MODE ? 2 : 4);

	memcpy(p + VBE_CONTROL_SIGNATURE, "VESA", 4);
	put_le16(p + VBE_CONTROL_VERSION, (uint16_t)version);
	put_le32(p + VBE_CONTROL_OEM, far_pointer(address + name));
	put_le32(p + VBE_CONTROL_MODES, far_pointer(address + end));
	put_le16(p + VBE_CONTROL_MEMORY, (uint16_t)memory);
	put_le16(p + end, (uint16_t)number);
	if (number != VBE_NO_MODE) put_le16(p + end + 2, VBE_NO_MODE);
	memcpy(p + name, MULTIBOOT1_LOADER, sizeof(MULTIBOOT1_LOADER));
}

static void vbe_text(uint8_t *p)
{
	put_le16(p + VBE_MODE_ATTRIBUTES, VBE_TEXT_ATTRIBUTES);
	p[VBE_MODE_WINDOW_A] = VBE_WINDOW_ACCESS;
	put_le16(p + VBE_MODE_GRANULARITY, VBE_TEXT_WINDOW);
	put_le16(p + VBE_MODE_WINDOW_SIZE, VBE_TEXT_WINDOW);
	put_le16(p + VBE_MODE_SEGMENT_A, TEXT_BASE >> 4);
	put_le16(p + VBE_MODE_PITCH, TEXT_PITCH);
	put_le16(p + VBE_MODE_WIDTH, TEXT_COLUMNS);
	put_le16(p + VBE_MODE_HEIGHT, TEXT_ROWS);
	p[VBE_MODE_CELL_WIDTH] = CELL_WIDTH;
	p[VBE_MODE_CELL_HEIGHT] = CELL_HEIGHT;
	p[VBE_MODE_PLANES] = 4;
	p[VBE_MODE_BITS] = 4;
	p[VBE_MODE_BANKS] = 1;
}

static void vbe_linear(uint8_t *p, const struct graphics_mode *mode)
{
	const uint8_t colours[] = { mode->red_size,  mode->red_at,    mode->green_size,
				    mode->green_at,  mode->blue_size, mode->blue_at,
				    mode->rest_size, mode->rest_at };

	put_le16(p + VBE_MODE_ATTRIBUTES, VBE_LINEAR_ATTRIBUTES);
	p[VBE_MODE_WINDOW_A] = VBE_WINDOW_ACCESS;
	put_le16(p + VBE_MODE_GRANULARITY, VBE_BANK);
	put_le16(p + VBE_MODE_WINDOW_SIZE, VBE_BANK);
	put_le16(p + VBE_MODE_SEGMENT_A, VBE_BANK_SEGMENT);
	put_le16(p + VBE_MODE_PITCH, (uint16_t)mode->pitch);
	put_le16(p + VBE_MODE_WIDTH, (uint16_t)mode->width);
	put_le16(p + VBE_MODE_HEIGHT, (uint16_t)mode->height);
	p[VBE_MODE_CELL_WIDTH] = GRAPHICS_CELL_WIDTH;
	p[VBE_MODE_CELL_HEIGHT] = CELL_HEIGHT;
	p[VBE_MODE_PLANES] = 1;
	p[VBE_MODE_BITS] = (uint8_t)mode->bits;
	p[VBE_MODE_BANKS] = 1;
	p[VBE_MODE_MODEL] = mode->bits == PALETTE_BITS ? VBE_PACKED : VBE_DIRECT_COLOUR;
	p[VBE_MODE_RESERVED_1] = 1;
	memcpy(p + VBE_MODE_COLOURS, colours, sizeof(colours));
	put_le32(p + VBE_MODE_BASE, (uint32_t)mode->address);
}

/* 0: real-mode pointers cannot reach the block, or the BIOS has no number for the mode. */
static uint32_t put_vbe(struct multiboot1_info *info, const struct graphics_mode *graphics)
{
	unsigned number = VBE_TEXT_MODE;
	uint32_t control, mode;

	if (graphics) number = bios_vbe_number(graphics->width, graphics->height, graphics->bits);
	if (info->base >= MEMORY_LOW_END || !number) return 0;
	control = multiboot1_take(info, graphics ? VBE_CONTROL_SIZE_2 : VBE_CONTROL_SIZE_1);
	mode = multiboot1_take(info, VBE_MODE_SIZE);
	if (graphics) {
		vbe_control(info->bytes + control, multiboot1_address(info, control),
			    VBE_VERSION_LINEAR, VBE_CONTROL_END_2,
			    (unsigned)(graphics->size / VBE_MEMORY_UNIT), number);
		vbe_linear(info->bytes + mode, graphics);
		number |= VBE_LINEAR;
	} else {
		vbe_control(info->bytes + control, multiboot1_address(info, control),
			    VBE_VERSION_TEXT, VBE_CONTROL_END_1, VBE_MEMORY_256_KIB, VBE_NO_MODE);
		vbe_text(info->bytes + mode);
	}
	put_le32(info->bytes + INFO_VBE_CONTROL_INFO, multiboot1_address(info, control));
	put_le32(info->bytes + INFO_VBE_MODE_INFO, multiboot1_address(info, mode));
	put_le16(info->bytes + INFO_VBE_MODE, (uint16_t)number);
	return HAS_VBE;
}

uint32_t multiboot1_put_screen(struct multiboot1_info *info, const struct multiboot1_screen *screen)
{
	if (!screen->graphics && !screen->described) return 0;
	if (screen->graphics)
		put_graphics(info, &screen->mode);
	else
		put_text(info);
	return HAS_FRAMEBUFFER | put_vbe(info, screen->graphics ? &screen->mode : NULL);
}
