/* SPDX-License-Identifier: MIT */
/* The screen that a Linux kernel starts with: Documentation/admin-guide/svga.rst (vga=, mode IDs),
 * Documentation/fb/vesafb.rst (VESA modes) and include/uapi/linux/screen_info.h of Linux.
 *
 * The setup code, behind the 16-bit entry, sets the mode itself through the BIOS: it gets vid_mode.
 * For the other entries the loader sets it, and describes it in screen_info. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/array.h"
#include "emu/bytes.h"
#include "harness/boot/linux.h"

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

/* vesafb.rst: the modes that VESA has given numbers to. unread: those of 640x400 and 320x200, VBE
 * 3.0, 3 "VBE Mode Numbers". */
static const struct vesa_mode {
	uint16_t number;
	struct boot_video video;
} vesa_modes[] = {
	{ 0x100, { 640, 400, 8 } },    { 0x101, { 640, 480, 8 } },    { 0x103, { 800, 600, 8 } },
	{ 0x105, { 1024, 768, 8 } },   { 0x107, { 1280, 1024, 8 } },  { 0x10d, { 320, 200, 15 } },
	{ 0x10e, { 320, 200, 16 } },   { 0x10f, { 320, 200, 24 } },   { 0x110, { 640, 480, 15 } },
	{ 0x111, { 640, 480, 16 } },   { 0x112, { 640, 480, 24 } },   { 0x113, { 800, 600, 15 } },
	{ 0x114, { 800, 600, 16 } },   { 0x115, { 800, 600, 24 } },   { 0x116, { 1024, 768, 15 } },
	{ 0x117, { 1024, 768, 16 } },  { 0x118, { 1024, 768, 24 } },  { 0x119, { 1280, 1024, 15 } },
	{ 0x11a, { 1280, 1024, 16 } }, { 0x11b, { 1280, 1024, 24 } },
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

static const struct vesa_mode *vesa_mode(unsigned id)
{
	for (size_t i = 0; i < ARRAY_SIZE(vesa_modes); i++)
		if (vesa_modes[i].number + ID_VESA == (int)id) return &vesa_modes[i];
	return NULL;
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
	const struct vesa_mode *mode;
	unsigned id;

	*graphics = l->request->has_video;
	if (*graphics || !value) return true;
	if (!parse_vga(l, value, &id)) return false;
	if (id == ID_NORMAL || id == ID_STANDARD || id == ID_CURRENT) return true;
	mode = vesa_mode(id);
	if (!mode)
		warn(l, id,
		     "the loader knows VESA's modes alone, 0x300 to 0x31b (for others: --vga "
		     "1920x1080x32)");
	else if (!load_has_graphics(l))
		warn(l, id, "the machine's VGA has no linear framebuffer, add --device vga");
	*graphics = mode && load_has_graphics(l);
	if (*graphics) *wish = mode->video;
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
	for (size_t i = 0; i < ARRAY_SIZE(vesa_modes); i++) {
		const struct boot_video *m = &vesa_modes[i].video;
		if (m->width != v->width || m->height != v->height || m->bits != v->bits) continue;
		*id = (uint16_t)(vesa_modes[i].number + ID_VESA);
		return true;
	}
	return load_fail(
		l,
		"--vga %ux%ux%u: the 16-bit entry takes VESA's numbered modes, and this is "
		"none of them: use one such as 1024x768x16, or --mode 64",
		v->width, v->height, v->bits);
}
