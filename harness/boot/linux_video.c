/* SPDX-License-Identifier: MIT */
/* The screen that a Linux kernel starts with: Documentation/admin-guide/svga.rst (vga=, mode IDs),
 * Documentation/fb/vesafb.rst (numbers of modes) and include/uapi/linux/screen_info.h of Linux.
 *
 * The setup code, behind the 16-bit entry, sets the mode itself through the BIOS: it gets vid_mode.
 * For the other entries the loader sets it, and describes it in screen_info. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/bytes.h"
#include "harness/boot/linux.h"
#include "harness/firmware/bios/vbe.h"

enum { /* struct screen_info, at the beginning of struct boot_params */
       ORIG_VIDEO_MODE = 0x06,
       ORIG_VIDEO_COLS = 0x07,
       ORIG_VIDEO_EGA_BX = 0x0a,
       ORIG_VIDEO_LINES = 0x0e,
       ORIG_VIDEO_ISVGA = 0x0f,
       ORIG_VIDEO_POINTS = 0x10,
       LFB_WIDTH = 0x12,
       LFB_HEIGHT = 0x14,
       LFB_DEPTH = 0x16,
       LFB_BASE = 0x18,
       LFB_SIZE = 0x1c,
       LFB_LINELENGTH = 0x24,
       RED_SIZE = 0x26,
       RED_POS = 0x27,
       GREEN_SIZE = 0x28,
       GREEN_POS = 0x29,
       BLUE_SIZE = 0x2a,
       BLUE_POS = 0x2b,
       RSVD_SIZE = 0x2c,
       RSVD_POS = 0x2d,
       PAGES = 0x32
};

enum { /* values */
       VIDEO_TYPE_VLFB = 0x23,
       LFB_SIZE_UNIT = 0x10000,
       PLANAR_BITS = 4,
       /* VGA text mode 3 as INT 10h describes it; EGA_BX: colour, 256 KiB */
       TEXT_MODE = 3,
       TEXT_COLS = 80,
       TEXT_LINES = 25,
       TEXT_POINTS = 16,
       TEXT_EGA_BX = 0x0003
};

enum { /* mode IDs */
       ID_NORMAL = 0xffff,
       ID_EXTENDED = 0xfffe,
       ID_ASK = 0xfffd,
       ID_STANDARD = 0x0f00,
       ID_CURRENT = 0x0f04,
       ID_VESA = 0x0200 /* and the number of the VESA mode */
};

/* ---- vga= ---- */

/* The value of the last word vga= of the command line. NULL: there is none. */
static const char *find_vga(const char *text)
{
	static const char key[] = "vga=";
	const char *found = NULL;

	for (const char *at = text; at && (at = strstr(at, key)); at += strlen(key))
		if (at == text || at[-1] == ' ') found = at + strlen(key);
	return found;
}

static bool is_word(const char *value, const char *word)
{
	size_t n = strlen(word);

	return strncmp(value, word, n) == 0 && (value[n] == ' ' || value[n] == '\0');
}

/* svga.rst and boot.rst: a number, or a name. */
static bool parse_vga(struct load *l, const char *value, unsigned *id)
{
	char *end;
	unsigned long number = strtoul(value, &end, 0);

	*id = ID_NORMAL;
	if (is_word(value, "normal")) return true;
	*id = ID_EXTENDED;
	if (is_word(value, "ext")) return true;
	*id = ID_ASK;
	if (is_word(value, "ask")) return true;
	*id = (unsigned)number;
	if (end != value && (*end == ' ' || *end == '\0') && number <= UINT16_MAX) return true;
	return load_fail(l,
			 "--append: vga=%.*s: expected a mode such as 0x317 (1024x768, 16 bits), "
			 "normal, ext or ask",
			 (int)strcspn(value, " "), value);
}

/* A mode with a linear framebuffer, which those of four bits have not. */
static bool vesa_mode(unsigned id, struct boot_video *v)
{
	return id >= ID_VESA && bios_vbe_mode(id - ID_VESA, &v->width, &v->height, &v->bits) &&
	       v->bits != PLANAR_BITS;
}

static void warn(struct load *l, unsigned id, const char *why)
{
	if (l->result->warning[0]) return;
	snprintf(l->result->warning, sizeof(l->result->warning),
		 "--append: vga=0x%x: %s; the kernel gets the text mode 80x25", id, why);
}

/* ---- the screen ---- */

static void fill_text(uint8_t *params)
{
	params[ORIG_VIDEO_MODE] = TEXT_MODE;
	params[ORIG_VIDEO_COLS] = TEXT_COLS;
	params[ORIG_VIDEO_LINES] = TEXT_LINES;
	params[ORIG_VIDEO_ISVGA] = 1;
	put_le16(params + ORIG_VIDEO_EGA_BX, TEXT_EGA_BX);
	put_le16(params + ORIG_VIDEO_POINTS, TEXT_POINTS);
}

static void fill_graphics(uint8_t *params, const struct graphics_mode *fb)
{
	params[ORIG_VIDEO_ISVGA] = VIDEO_TYPE_VLFB;
	put_le16(params + LFB_WIDTH, (uint16_t)fb->width);
	put_le16(params + LFB_HEIGHT, (uint16_t)fb->height);
	put_le16(params + LFB_DEPTH, (uint16_t)fb->bits);
	put_le32(params + LFB_BASE, (uint32_t)fb->address);
	put_le32(params + LFB_SIZE, (uint32_t)(fb->size / LFB_SIZE_UNIT));
	put_le16(params + LFB_LINELENGTH, (uint16_t)fb->pitch);
	params[RED_SIZE] = fb->red_size;
	params[RED_POS] = fb->red_at;
	params[GREEN_SIZE] = fb->green_size;
	params[GREEN_POS] = fb->green_at;
	params[BLUE_SIZE] = fb->blue_size;
	params[BLUE_POS] = fb->blue_at;
	params[RSVD_SIZE] = fb->rest_size;
	params[RSVD_POS] = fb->rest_at;
	put_le16(params + PAGES, (uint16_t)(fb->size / ((uint64_t)fb->pitch * fb->height)));
}

/* The user's mode, or that of vga=. *graphics: `wish` is one. */
static bool choose(struct load *l, struct boot_video *wish, bool *graphics)
{
	const char *value = find_vga(l->request->append);
	unsigned id;
	bool known;

	*graphics = l->request->has_video;
	if (*graphics || !value) return true;
	if (!parse_vga(l, value, &id)) return false;
	if (id == ID_NORMAL || id == ID_STANDARD || id == ID_CURRENT) return true;
	known = vesa_mode(id, wish);
	if (!known)
		warn(l, id,
		     "no graphics mode has this number, as 0x317 is 1024x768 with 16 bits (by "
		     "size: "
		     "--vga 1024x768x16)");
	else if (!load_has_graphics(l))
		warn(l, id, "the machine's VGA has no linear framebuffer, add --device vga");
	*graphics = known && load_has_graphics(l);
	return true;
}

bool linux_fill_screen(struct load *l, uint8_t *params)
{
	struct boot_video wish = { 0 };
	struct graphics_mode fb;
	bool graphics;

	if (!choose(l, &wish, &graphics)) return false;
	if (!graphics) {
		fill_text(params);
		return true;
	}
	if (!load_set_video(l, "vga=", &wish, &fb)) return false;
	if (fb.address > UINT32_MAX)
		return load_fail(l, "the framebuffer is above 4 GiB, where screen_info cannot "
				    "name it");
	fill_graphics(params, &fb);
	return true;
}

bool linux_vid_mode(struct load *l, uint16_t *id)
{
	const char *value = find_vga(l->request->append);
	const struct boot_video *v = &l->request->video;
	unsigned number = ID_NORMAL;

	*id = ID_NORMAL;
	if (!l->request->has_video) {
		if (value && !parse_vga(l, value, &number)) return false;
		*id = (uint16_t)number;
		return true;
	}
	number = bios_vbe_number(v->width, v->height, v->bits);
	*id = (uint16_t)(number + ID_VESA);
	if (number) return true;
	return load_fail(l,
			 "--vga %ux%ux%u: the 16-bit entry takes modes that the BIOS has a number "
			 "for, and this is none: use one such as 1024x768x32, or --mode 64",
			 v->width, v->height, v->bits);
}
