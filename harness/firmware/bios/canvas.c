/* SPDX-License-Identifier: MIT */
/* Drawing in graphics modes. All of it is done in strips of eight dots, which begin at a byte in
 * every mode. */
#include <string.h>

#include "devices/vga/planes.h"
#include "harness/firmware/bios/state.h"
#include "harness/firmware/bios/video.h"

enum {
	STRIP = 8, /* dots */
	MAX_STRIP_BYTES = STRIP * 4,
	MAX_COLUMNS = 255,
	MAX_ROWS = 255,
	LAST_CGA_4 = 0x05,
	CGA_2_MODE = 0x06,
	BYTES_MODE = 0x13,
	BYTES_PITCH = 320,
	CGA_PITCH = 80,
	CGA_ROOM = 0x8000,
	CGA_PAGE = 0x4000,
	CGA_ODD = 0x2000, /* odd lines follow even ones at this distance */
	PLANAR_BPP = 4,
	XOR = 0x80
};

/* ---- what the screen is ---- */

static void limit(unsigned *value, unsigned most)
{
	if (*value == 0 || *value > most) *value = most;
}

/* No more characters than fit among the dots. */
static void limit_cells(struct bios_screen *s, unsigned width, unsigned height)
{
	limit(&s->columns, width / STRIP);
	limit(&s->rows, height / s->cell_rows ? height / s->cell_rows : 1);
}

static void take_display(const struct bochs_display_model *d, struct bios_screen *s)
{
	struct bochs_display_model_mode mode;

	if (!d || !bochs_display_model_mode(d, &mode)) return;
	s->pixel = bochs_display_model_pixel(mode.bpp);
	s->surface = s->pixel                 ? BIOS_SURFACE_PIXELS
		     : mode.bpp == PLANAR_BPP ? BIOS_SURFACE_PLANES
					      : BIOS_SURFACE_BYTES;
	s->pitch = mode.pitch;
	s->room = 0;
	s->page_bytes = 0;
	limit_cells(s, mode.width, mode.height);
	s->big_endian = bochs_display_model_big_endian(d);
}

static void take_mode(const struct vga_model_mode *mode, struct bios_screen *s)
{
	if (!mode || !mode->graphics) return;
	limit_cells(s, mode->columns * STRIP, mode->rows * mode->cell_rows);
	s->pitch = mode->columns;
	s->room = VGA_MODEL_PLANE_SIZE;
	if (mode->number == BYTES_MODE) {
		s->surface = BIOS_SURFACE_BYTES;
		s->pitch = BYTES_PITCH;
	} else if (mode->number <= CGA_2_MODE) {
		s->surface = mode->number <= LAST_CGA_4 ? BIOS_SURFACE_CGA_4 : BIOS_SURFACE_CGA_2;
		s->pitch = CGA_PITCH;
		s->room = CGA_ROOM;
	} else {
		s->surface = BIOS_SURFACE_PLANES;
	}
}

struct bios_screen bios_screen_of(const struct bios *b)
{
	struct bios_screen s = { .mode = bda_byte(b, BDA_VIDEO_MODE),
				 .columns = bda_word(b, BDA_VIDEO_COLUMNS),
				 .rows = bda_byte(b, BDA_ROWS_LESS_ONE) + 1u,
				 .cell_rows = bda_word(b, BDA_CHARACTER_HEIGHT),
				 .page_bytes = bda_word(b, BDA_VIDEO_PAGE_SIZE),
				 .page = bda_byte(b, BDA_VIDEO_PAGE) % BIOS_N_PAGES };

	limit(&s.columns, MAX_COLUMNS);
	limit(&s.rows, MAX_ROWS);
	limit(&s.cell_rows, BIOS_MAX_CELL_ROWS);
	take_mode(vga_model_mode(s.mode), &s);
	take_display(b->wire.display, &s);
	return s;
}

/* ---- strips ---- */

static unsigned strip_bytes(const struct bios_screen *s)
{
	switch (s->surface) {
	case BIOS_SURFACE_CGA_4: return 2;
	case BIOS_SURFACE_CGA_2: return 1;
	case BIOS_SURFACE_PLANES: return VGA_MODEL_N_PLANES;
	case BIOS_SURFACE_PIXELS: return STRIP * s->pixel->bytes;
	case BIOS_SURFACE_BYTES:
	case BIOS_SURFACE_TEXT:
	default: return STRIP;
	}
}

/* Bytes from a strip to its right neighbour, in a plane. */
static unsigned step(const struct bios_screen *s)
{
	return s->surface == BIOS_SURFACE_PLANES ? 1 : strip_bytes(s);
}

static uint64_t page_start(const struct bios_screen *s, unsigned page)
{
	if (s->room == CGA_ROOM) return page * CGA_PAGE % CGA_ROOM;
	if (s->surface != BIOS_SURFACE_PLANES || !s->page_bytes || !s->room) return 0;
	return page % (s->room > s->page_bytes ? s->room / s->page_bytes : 1) * s->page_bytes;
}

/* Where a strip begins: an offset in the memory, in a plane, or in a CGA's memory. */
static uint64_t strip_at(const struct bios_screen *s, unsigned page, unsigned column, unsigned y)
{
	uint64_t at = page_start(s, page) + (uint64_t)column * step(s);

	if (s->room == CGA_ROOM)
		at += (y & 1) * CGA_ODD + (uint64_t)(y >> 1) * s->pitch;
	else
		at += (uint64_t)y * s->pitch;
	return s->room ? at % s->room : at;
}

static bool in_memory(const struct vga_model *v, const struct bios_screen *s, uint64_t at)
{
	uint64_t size = s->surface == BIOS_SURFACE_PLANES ? VGA_MODEL_PLANE_SIZE : v->memory->size;

	return at + step(s) <= size;
}

/* Odd addresses of the window are in plane 1. */
static void load_odd_even(const struct vga_model *v, uint64_t at, uint8_t *bytes)
{
	for (unsigned i = 0; i < 2; i++, at++)
		bytes[i] = vga_model_plane(v, (unsigned)at & ~1u, at & 1);
}

static void store_odd_even(struct vga_model *v, uint64_t at, const uint8_t *bytes)
{
	for (unsigned i = 0; i < 2; i++, at++)
		vga_model_set_plane(v, (unsigned)at & ~1u, at & 1, bytes[i]);
}

static void load(const struct vga_model *v, const struct bios_screen *s, uint64_t at,
		 uint8_t bytes[MAX_STRIP_BYTES])
{
	memset(bytes, 0, MAX_STRIP_BYTES);
	if (!in_memory(v, s, at)) return;
	switch (s->surface) {
	case BIOS_SURFACE_CGA_4: load_odd_even(v, at, bytes); break;
	case BIOS_SURFACE_CGA_2: bytes[0] = vga_model_plane(v, (unsigned)at, 0); break;
	case BIOS_SURFACE_PLANES: put_le32(bytes, vga_model_word(v, (unsigned)at)); break;
	case BIOS_SURFACE_BYTES:
	case BIOS_SURFACE_PIXELS: mem_device_read(v->memory, at, bytes, strip_bytes(s)); break;
	case BIOS_SURFACE_TEXT:
	default: break;
	}
}

static void store(struct vga_model *v, const struct bios_screen *s, uint64_t at,
		  const uint8_t bytes[MAX_STRIP_BYTES])
{
	if (!in_memory(v, s, at)) return;
	switch (s->surface) {
	case BIOS_SURFACE_CGA_4: store_odd_even(v, at, bytes); break;
	case BIOS_SURFACE_CGA_2: vga_model_set_plane(v, (unsigned)at, 0, bytes[0]); break;
	case BIOS_SURFACE_PLANES: vga_model_set_word(v, (unsigned)at, get_le32(bytes)); break;
	case BIOS_SURFACE_BYTES:
	case BIOS_SURFACE_PIXELS: mem_device_write(v->memory, at, bytes, strip_bytes(s)); break;
	case BIOS_SURFACE_TEXT:
	default: break;
	}
}

/* ---- dots of a strip; dot 0 is the leftmost ---- */

static unsigned pixel_byte(const struct bios_screen *s, unsigned i)
{
	return s->big_endian ? s->pixel->bytes - 1u - i : i;
}

static uint32_t get(const struct bios_screen *s, const uint8_t *bytes, unsigned dot)
{
	unsigned bit = STRIP - 1 - dot;
	uint32_t value = 0;

	switch (s->surface) {
	case BIOS_SURFACE_CGA_4: return bytes[dot / 4] >> (3 - dot % 4) * 2 & 3;
	case BIOS_SURFACE_CGA_2: return bytes[0] >> bit & 1;
	case BIOS_SURFACE_PLANES:
		for (unsigned p = 0; p < VGA_MODEL_N_PLANES; p++)
			value |= (bytes[p] >> bit & 1u) << p;
		return value;
	case BIOS_SURFACE_BYTES: return bytes[dot];
	case BIOS_SURFACE_PIXELS:
		for (unsigned i = 0; i < s->pixel->bytes; i++)
			value |= (uint32_t)bytes[dot * s->pixel->bytes + pixel_byte(s, i)] << i * 8;
		return value;
	case BIOS_SURFACE_TEXT:
	default: return 0;
	}
}

static void set(const struct bios_screen *s, uint8_t *bytes, unsigned dot, uint32_t value)
{
	unsigned bit = STRIP - 1 - dot, shift = (3 - dot % 4) * 2;

	switch (s->surface) {
	case BIOS_SURFACE_CGA_4:
		bytes[dot / 4] =
			(uint8_t)((bytes[dot / 4] & ~(3u << shift)) | (value & 3) << shift);
		break;
	case BIOS_SURFACE_CGA_2:
		bytes[0] = (uint8_t)((bytes[0] & ~(1u << bit)) | (value & 1) << bit);
		break;
	case BIOS_SURFACE_PLANES:
		for (unsigned p = 0; p < VGA_MODEL_N_PLANES; p++)
			bytes[p] = (uint8_t)((bytes[p] & ~(1u << bit)) | (value >> p & 1) << bit);
		break;
	case BIOS_SURFACE_BYTES: bytes[dot] = (uint8_t)value; break;
	case BIOS_SURFACE_PIXELS:
		for (unsigned i = 0; i < s->pixel->bytes; i++)
			bytes[dot * s->pixel->bytes + pixel_byte(s, i)] = (uint8_t)(value >> i * 8);
		break;
	case BIOS_SURFACE_TEXT:
	default: break;
	}
}

/* One component of a pixel, from 8 bits. */
static uint32_t part(uint32_t rgb, unsigned shift, unsigned size, unsigned at)
{
	return (rgb >> shift & 0xff) >> (8 - size) << at;
}

/* The value of a dot that has this colour. Where the pixel has the colour in it, it is the one
 * that the DAC has for the number. */
static uint32_t value_of(const struct vga_model *v, const struct bios_screen *s, unsigned colour)
{
	const struct bochs_display_model_pixel *p = s->pixel;
	uint32_t rgb;

	if (s->surface != BIOS_SURFACE_PIXELS) return colour;
	rgb = vga_model_dac_colour(v, colour & 0xff);
	return part(rgb, 16, p->red_size, p->red_at) | part(rgb, 8, p->green_size, p->green_at) |
	       part(rgb, 0, p->blue_size, p->blue_at);
}

static bool is_xor(const struct bios_screen *s, unsigned colour)
{
	return colour & XOR && s->surface != BIOS_SURFACE_BYTES &&
	       s->surface != BIOS_SURFACE_PIXELS;
}

/* ---- drawing ---- */

void bios_canvas_glyph(struct bios *b, const struct bios_screen *s, unsigned page, unsigned row,
		       unsigned column, const uint8_t *glyph, unsigned colour)
{
	struct vga_model *v = b->wire.vga;
	uint32_t ink = value_of(v, s, colour);

	for (unsigned y = 0; y < s->cell_rows; y++) {
		uint64_t at = strip_at(s, page, column, row * s->cell_rows + y);
		uint8_t bytes[MAX_STRIP_BYTES];

		load(v, s, at, bytes);
		for (unsigned dot = 0; dot < STRIP; dot++) {
			uint32_t value = glyph[y] >> (STRIP - 1 - dot) & 1 ? ink : 0;

			if (is_xor(s, colour)) value ^= get(s, bytes, dot);
			set(s, bytes, dot, value);
		}
		store(v, s, at, bytes);
	}
}

void bios_canvas_read(const struct bios *b, const struct bios_screen *s, unsigned page,
		      unsigned row, unsigned column, uint8_t glyph[BIOS_MAX_CELL_ROWS])
{
	for (unsigned y = 0; y < s->cell_rows; y++) {
		uint8_t bytes[MAX_STRIP_BYTES];

		load(b->wire.vga, s, strip_at(s, page, column, row * s->cell_rows + y), bytes);
		glyph[y] = 0;
		for (unsigned dot = 0; dot < STRIP; dot++)
			if (get(s, bytes, dot)) glyph[y] |= (uint8_t)(0x80 >> dot);
	}
}

void bios_canvas_set_dot(struct bios *b, const struct bios_screen *s, unsigned page, unsigned x,
			 unsigned y, unsigned colour)
{
	uint64_t at = strip_at(s, page, x / STRIP, y);
	uint32_t value = value_of(b->wire.vga, s, colour);
	uint8_t bytes[MAX_STRIP_BYTES];

	load(b->wire.vga, s, at, bytes);
	if (is_xor(s, colour)) value ^= get(s, bytes, x % STRIP);
	set(s, bytes, x % STRIP, value);
	store(b->wire.vga, s, at, bytes);
}

unsigned bios_canvas_dot(const struct bios *b, const struct bios_screen *s, unsigned page,
			 unsigned x, unsigned y)
{
	uint8_t bytes[MAX_STRIP_BYTES];

	load(b->wire.vga, s, strip_at(s, page, x / STRIP, y), bytes);
	return get(s, bytes, x % STRIP);
}

/* ---- scrolling ---- */

static void fill_strip(const struct vga_model *v, const struct bios_screen *s, unsigned colour,
		       uint8_t bytes[MAX_STRIP_BYTES])
{
	uint32_t value = value_of(v, s, colour);

	memset(bytes, (int)colour, MAX_STRIP_BYTES);
	if (s->room == CGA_ROOM) return;
	for (unsigned dot = 0; dot < STRIP; dot++) set(s, bytes, dot, value);
}

/* A line of dots of the window: copied from line `from`, or filled. */
static void move_line(struct vga_model *v, const struct bios_screen *s, unsigned page,
		      const struct bios_window *w, unsigned to, unsigned from,
		      const uint8_t *filling)
{
	for (unsigned column = w->left; column <= w->right; column++) {
		uint8_t bytes[MAX_STRIP_BYTES];

		if (!filling) load(v, s, strip_at(s, page, column, from), bytes);
		store(v, s, strip_at(s, page, column, to), filling ? filling : bytes);
	}
}

void bios_canvas_scroll(struct bios *b, const struct bios_screen *s, unsigned page,
			const struct bios_window *w, unsigned lines, bool up, unsigned fill)
{
	unsigned first = w->top * s->cell_rows, height = (w->bottom + 1) * s->cell_rows - first;
	unsigned distance = lines * s->cell_rows;
	uint8_t filling[MAX_STRIP_BYTES];

	fill_strip(b->wire.vga, s, fill, filling);
	for (unsigned i = 0; i < height; i++) {
		unsigned to = up ? first + i : first + height - 1 - i;
		unsigned from = up ? to + distance : to - distance;

		move_line(b->wire.vga, s, page, w, to, from,
			  i + distance < height ? NULL : filling);
	}
}
