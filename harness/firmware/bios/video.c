/* SPDX-License-Identifier: MIT */
/* INT 10h: characters on a VGA in text mode. In graphics modes the cursor moves, but nothing is
 * drawn. Mode sets are in modes.c. The functions use the adapter's state, not its ports, so that
 * the index registers keep the values that a program has set. Facts: RBIL; IBM PS/2 and PC BIOS
 * Interface Technical Reference.
 *
 * A program may overwrite the columns, rows and pages in the data area. All values are limited to
 * those that the adapter has. */
#include <string.h>

#include "devices/vga/font.h"
#include "devices/vga/modes.h"
#include "devices/vga/planes.h"
#include "emu/bytes.h"
#include "harness/firmware/bios/internal.h"
#include "harness/firmware/bios/lints.h"
#include "harness/firmware/bios/state.h"

enum {
	N_PAGES = 8,
	MAX_COLUMNS = 255,
	MAX_ROWS = 255,
	CELL_BYTES = 2,
	CHARACTER_PLANE = 0,
	ATTRIBUTE_PLANE = 1,
	FONT_PLANE = 2,
	FONT_STRIDE = 32,
	BLANK = ' ',
	LAST_OF_WORDS = 0x07,       /* of the modes */
	NO_CURSOR_EMULATION = 0x01, /* of 40:87h */
	CELL_NS = 20                /* virtual time that a character takes */
};

struct screen {
	unsigned mode, columns, rows, page_bytes, page; /* page: the one shown */
	bool graphics; /* a graphics mode: there are no character cells */
};

static struct screen screen_of(const struct bios *b)
{
	struct screen s = { .mode = bda_byte(b, BDA_VIDEO_MODE),
			    .columns = bda_word(b, BDA_VIDEO_COLUMNS),
			    .rows = bda_byte(b, BDA_ROWS_LESS_ONE) + 1u,
			    .page_bytes = bda_word(b, BDA_VIDEO_PAGE_SIZE),
			    .page = bda_byte(b, BDA_VIDEO_PAGE) % N_PAGES };
	const struct vga_model_mode *mode = vga_model_mode(s.mode);

	s.graphics = mode && mode->graphics;

	if (s.columns == 0 || s.columns > MAX_COLUMNS) s.columns = MAX_COLUMNS;
	if (s.rows > MAX_ROWS) s.rows = MAX_ROWS;
	return s;
}

/* ---- cells ---- */

/* The plane address of a cell. */
static unsigned cell(const struct screen *s, unsigned page, unsigned row, unsigned column)
{
	return (page * s->page_bytes + (row * s->columns + column) * CELL_BYTES) & ~1u;
}

/* An attribute below 0 keeps the present one. */
static void put_cell(struct bios *b, const struct screen *s, unsigned page, unsigned row,
		     unsigned column, unsigned character, int attribute)
{
	unsigned at = cell(s, page, row, column);

	if (s->graphics) return;
	vga_model_set_plane(b->wire.vga, at, CHARACTER_PLANE, (uint8_t)character);
	if (attribute >= 0)
		vga_model_set_plane(b->wire.vga, at, ATTRIBUTE_PLANE, (uint8_t)attribute);
}

/* ---- cursor ---- */

struct position {
	unsigned row, column;
};

static struct position cursor(const struct bios *b, unsigned page)
{
	uint16_t v = bda_word(b, BDA_CURSOR_POSITION + page % N_PAGES * 2);

	return (struct position){ .row = v >> 8, .column = v & 0xff };
}

static void show_cursor(struct bios *b, const struct screen *s, struct position p)
{
	unsigned at = s->page * s->page_bytes / CELL_BYTES + p.row * s->columns + p.column;

	if (s->graphics) return; /* the cursor is invisible */
	b->wire.vga->s.cr[0x0e] = at >> 8 & 0xff;
	b->wire.vga->s.cr[0x0f] = at & 0xff;
}

static void move_cursor(struct bios *b, const struct screen *s, unsigned page, struct position p)
{
	page %= N_PAGES;
	bda_set_word(b, BDA_CURSOR_POSITION + page * 2, p.row << 8 | p.column);
	if (page == s->page) show_cursor(b, s, p);
}

/* AH=01h. Programs give the cursor's lines for a cell of 8 lines. Unless bit 0 of 40:87h is set,
 * they are scaled to the actual height; an underline stays an underline. */
static void set_cursor_shape(struct bios *b, const struct bios_call *c)
{
	enum { OLD_HEIGHT = 8, LINE = 0x1f };
	unsigned shape = bios_word(c, CPU_RCX), height = bda_word(b, BDA_CHARACTER_HEIGHT);
	unsigned start = shape >> 8 & LINE, end = shape & LINE;
	bool stretch = !(bda_byte(b, BDA_VIDEO_CONTROL) & NO_CURSOR_EMULATION) &&
		       height > OLD_HEIGHT && height <= FONT_STRIDE && start < OLD_HEIGHT &&
		       end < OLD_HEIGHT && start <= end;

	bda_set_word(b, BDA_CURSOR_SHAPE, shape);
	if (stretch && end + 2 >= OLD_HEIGHT && end - start <= 1) {
		start = height - 3;
		end = height - 2;
	} else if (stretch) {
		start = start * height / OLD_HEIGHT;
		end = (end + 1) * height / OLD_HEIGHT - 1;
	}
	b->wire.vga->s.cr[0x0a] = (shape >> 8 & VGA_MODEL_CR0A_OFF) | start;
	b->wire.vga->s.cr[0x0b] = (b->wire.vga->s.cr[0x0b] & ~(uint64_t)LINE) | end;
}

static void show_page(struct bios *b, unsigned page)
{
	struct screen s = screen_of(b);
	unsigned start = page % N_PAGES * s.page_bytes;

	s.page = page % N_PAGES;
	bda_set_byte(b, BDA_VIDEO_PAGE, s.page);
	bda_set_word(b, BDA_VIDEO_PAGE_START, start);
	/* The CRTC counts words; in the modes that EGA and VGA added, it counts bytes. */
	if (s.mode <= LAST_OF_WORDS) start /= CELL_BYTES;
	b->wire.vga->s.cr[0x0c] = start >> 8 & 0xff;
	b->wire.vga->s.cr[0x0d] = start & 0xff;
	show_cursor(b, &s, cursor(b, s.page));
}

/* ---- scrolling ---- */

struct window {
	unsigned top, left, bottom, right; /* inclusive */
};

static void copy_cell(struct bios *b, unsigned to, unsigned from)
{
	for (unsigned plane = CHARACTER_PLANE; plane <= ATTRIBUTE_PLANE; plane++)
		vga_model_set_plane(b->wire.vga, to, plane,
				    vga_model_plane(b->wire.vga, from, plane));
}

/* Move the window's lines up or down by `lines`; 0, or more than there are, blanks it. */
static void scroll(struct bios *b, const struct screen *s, unsigned page, const struct window *w,
		   unsigned lines, bool up, unsigned attribute)
{
	unsigned height = w->bottom - w->top + 1;

	if (s->graphics) return;
	if (lines == 0 || lines > height) lines = height;
	for (unsigned i = 0; i < height; i++) {
		unsigned row = up ? w->top + i : w->bottom - i;
		unsigned from = up ? row + lines : row - lines;

		for (unsigned column = w->left; column <= w->right; column++) {
			if (i + lines < height)
				copy_cell(b, cell(s, page, row, column),
					  cell(s, page, from, column));
			else
				put_cell(b, s, page, row, column, BLANK, (int)attribute);
		}
	}
}

/* AH=06h, 07h. */
static void scroll_window(struct bios *b, struct bios_call *c, bool up)
{
	struct screen s = screen_of(b);
	struct window w = { .top = bios_high(c, CPU_RCX),
			    .left = bios_low(c, CPU_RCX),
			    .bottom = bios_high(c, CPU_RDX),
			    .right = bios_low(c, CPU_RDX) };

	if (w.bottom >= s.rows) w.bottom = s.rows - 1;
	if (w.right >= s.columns) w.right = s.columns - 1;
	if (w.top > w.bottom || w.left > w.right) return;
	scroll(b, &s, s.page, &w, bios_low(c, CPU_RAX), up, bios_high(c, CPU_RBX));
	c->cost_ns += (uint64_t)(w.bottom - w.top + 1) * (w.right - w.left + 1) * CELL_NS;
}

/* ---- characters ---- */

/* AH=08h */
static void read_cell(struct bios *b, struct bios_call *c)
{
	struct screen s = screen_of(b);
	unsigned page = bios_high(c, CPU_RBX) % N_PAGES;
	struct position p = cursor(b, page);
	uint32_t word = vga_model_word(b->wire.vga, cell(&s, page, p.row, p.column));

	bios_set_low(c, CPU_RAX, s.graphics ? 0 : (uint8_t)(word >> 8 * CHARACTER_PLANE));
	bios_set_high(c, CPU_RAX, s.graphics ? 0 : (uint8_t)(word >> 8 * ATTRIBUTE_PLANE));
}

/* AH=09h, 0Ah: write CX times, across the ends of lines; the cursor does not move. */
static void write_cells(struct bios *b, struct bios_call *c, bool with_attribute)
{
	struct screen s = screen_of(b);
	unsigned page = bios_high(c, CPU_RBX) % N_PAGES, n = bios_word(c, CPU_RCX);
	struct position p = cursor(b, page);

	for (unsigned i = 0; i < n; i++)
		put_cell(b, &s, page, p.row, p.column + i, bios_low(c, CPU_RAX),
			 with_attribute ? bios_low(c, CPU_RBX) : -1);
	c->cost_ns += (uint64_t)n * CELL_NS;
}

static void new_line(struct bios *b, const struct screen *s, unsigned page, struct position *p)
{
	const struct window all = { 0, 0, s->rows - 1, s->columns - 1 };
	unsigned attribute;

	if (p->row + 1 < s->rows) {
		p->row++;
		return;
	}
	p->row = s->rows - 1;
	/* The new line gets the attribute at the cursor. */
	attribute = vga_model_plane(b->wire.vga, cell(s, page, p->row, p->column), ATTRIBUTE_PLANE);
	scroll(b, s, page, &all, 1, true, attribute);
}

/* Write one character and move the cursor. An attribute below 0 keeps the present one. */
static void type(struct bios *b, const struct screen *s, unsigned page, struct position *p,
		 unsigned character, int attribute)
{
	switch (character) {
	case '\a': return; /* there is no speaker */
	case '\b':
		if (p->column) p->column--;
		return;
	case '\n': new_line(b, s, page, p); return;
	case '\r': p->column = 0; return;
	default: break;
	}
	put_cell(b, s, page, p->row, p->column, character, attribute);
	if (++p->column < s->columns) return;
	p->column = s->columns - 1;
	new_line(b, s, page, p);
	p->column = 0;
}

/* AH=0Eh: always on the visible page; BH is ignored. */
static void teletype(struct bios *b, unsigned character)
{
	struct screen s = screen_of(b);
	struct position p = cursor(b, s.page);

	type(b, &s, s.page, &p, character, -1);
	move_cursor(b, &s, s.page, p);
}

void bios_print(struct bios *b, const char *text)
{
	for (; *text; text++) teletype(b, (uint8_t)*text);
}

/* AH=13h */
static void write_string(struct bios *b, struct bios_call *c)
{
	enum { MOVE_CURSOR = 1, WITH_ATTRIBUTES = 2 };
	struct screen s = screen_of(b);
	unsigned page = bios_high(c, CPU_RBX) % N_PAGES, how = bios_low(c, CPU_RAX);
	unsigned n = bios_word(c, CPU_RCX), size = how & WITH_ATTRIBUTES ? 2 : 1;
	uint64_t at = bios_linear(c, CPU_ES, bios_word(c, CPU_RBP));
	struct position p = { .row = bios_high(c, CPU_RDX), .column = bios_low(c, CPU_RDX) };

	for (unsigned i = 0; i < n; i++, at += size) {
		uint8_t unit[2] = { 0, bios_low(c, CPU_RBX) };

		bios_read(b, c, at, unit, size);
		type(b, &s, page, &p, unit[0], unit[1]);
	}
	if (how & MOVE_CURSOR) move_cursor(b, &s, page, p);
	c->cost_ns += (uint64_t)n * CELL_NS;
}

/* ---- fonts and facts about the adapter ---- */

static void load_user_font(struct bios *b, const struct bios_call *c)
{
	uint64_t at = bios_linear(c, CPU_ES, bios_word(c, CPU_RBP));
	unsigned n = bios_word(c, CPU_RCX), first = bios_word(c, CPU_RDX);
	unsigned rows = bios_high(c, CPU_RBX), block = bios_low(c, CPU_RBX) & 7;
	/* Blocks 0..3 are 16 KiB apart, 4..7 are halfway between them. */
	unsigned base = (block & 3) * 0x4000 + (block >> 2) * 0x2000;

	if (rows > FONT_STRIDE) rows = FONT_STRIDE;
	for (unsigned i = first; i < VGA_MODEL_FONT_GLYPHS && i - first < n; i++) {
		uint8_t glyph[FONT_STRIDE] = { 0 };

		bios_read(b, c, at, glyph, rows);
		at += rows;
		for (unsigned row = 0; row < FONT_STRIDE; row++)
			vga_model_set_plane(b->wire.vga, base + i * FONT_STRIDE + row, FONT_PLANE,
					    glyph[row]);
	}
}

/* AX=1130h. There is only one font. */
static void get_font(struct bios *b, struct bios_call *c)
{
	enum { UPPER_HALF_8, CURRENT, ROM_16 = 6, VECTOR_UPPER = 0x1f, VECTOR_FONT = 0x43 };
	unsigned which = bios_high(c, CPU_RBX);
	uint8_t pointer[4] = { 0 };

	put_le16(pointer, BIOS_ROM_FONT_16);
	put_le16(pointer + 2, BIOS_ROM_SEGMENT);
	if (which == UPPER_HALF_8 || which == CURRENT) {
		unsigned vector = which == CURRENT ? VECTOR_FONT : VECTOR_UPPER;
		bios_read(b, c, vector * sizeof(pointer), pointer, sizeof(pointer));
	} else if (which != ROM_16) {
		bios_unknown(b, c, "INT10");
		return;
	}
	bios_set_word(c, CPU_RCX, bda_word(b, BDA_CHARACTER_HEIGHT));
	bios_set_low(c, CPU_RDX, bda_byte(b, BDA_ROWS_LESS_ONE));
	bios_set_word(c, CPU_RBP, get_le16(pointer));
	bios_set_segment(c, CPU_ES, get_le16(pointer + 2));
}

/* AH=11h */
static void font(struct bios *b, struct bios_call *c)
{
	switch (bios_low(c, CPU_RAX)) {
	case 0x00:
	case 0x10: load_user_font(b, c); return;
	case 0x04:
	case 0x14: vga_model_load_font(b->wire.vga); return;
	case 0x30: get_font(b, c); return;
	default: bios_unknown(b, c, "INT10"); return;
	}
}

static bool is_mono(const struct bios *b)
{
	return !(b->wire.vga->s.reg[VGA_MODEL_MISC] & VGA_MODEL_MISC_IOS);
}

static void change_flag(struct bios *b, unsigned flag, bool set)
{
	unsigned flags = bda_byte(b, BDA_VIDEO_FLAGS);

	bda_set_byte(b, BDA_VIDEO_FLAGS, set ? flags | flag : flags & ~flag);
}

/* AH=12h, by BL; in AL 0 means on. */
static void alternate_select(struct bios *b, struct bios_call *c)
{
	enum { SUPPORTED = 0x12, INFORMATION = 0x10, MEMORY_256K = 3, LINES_400 = 2 };
	struct vga_model *v = b->wire.vga;
	bool off = bios_low(c, CPU_RAX);
	unsigned control;

	switch (bios_low(c, CPU_RBX)) {
	case INFORMATION:
		bios_set_high(c, CPU_RBX, is_mono(b));
		bios_set_low(c, CPU_RBX, MEMORY_256K);
		bios_set_high(c, CPU_RCX, 0); /* feature bits */
		bios_set_low(c, CPU_RCX, bda_byte(b, BDA_VIDEO_SWITCHES) & 0xf);
		return;
	case 0x30: /* scan lines of text modes: there are 400 */
		if (bios_low(c, CPU_RAX) == LINES_400) break;
		bios_unknown(b, c, "INT10");
		return;
	case 0x31: change_flag(b, BIOS_VIDEO_KEEP_DAC, off); break;
	case 0x33: change_flag(b, BIOS_VIDEO_GREY, !off); break;
	case 0x34: /* cursor emulation */
		control = bda_byte(b, BDA_VIDEO_CONTROL) & ~(unsigned)NO_CURSOR_EMULATION;
		bda_set_byte(b, BDA_VIDEO_CONTROL, control | (off ? NO_CURSOR_EMULATION : 0u));
		break;
	case 0x36: /* refresh */
		v->s.sr[1] = off ? v->s.sr[1] | VGA_MODEL_SR01_OFF
				 : v->s.sr[1] & ~(uint64_t)VGA_MODEL_SR01_OFF;
		break;
	default: bios_unknown(b, c, "INT10"); return;
	}
	bios_set_low(c, CPU_RAX, SUPPORTED);
}

/* AH=1Ah */
static void display_combination(const struct bios *b, struct bios_call *c)
{
	enum { SUPPORTED = 0x1a, VGA_MONO = 7, VGA_COLOUR = 8 };

	if (bios_low(c, CPU_RAX) == 0)
		bios_set_word(c, CPU_RBX, is_mono(b) ? VGA_MONO : VGA_COLOUR);
	bios_set_low(c, CPU_RAX, SUPPORTED);
}

/* ---- the interrupt ---- */

static void get_cursor(const struct bios *b, struct bios_call *c)
{
	struct position p = cursor(b, bios_high(c, CPU_RBX));

	bios_set_word(c, CPU_RCX, bda_word(b, BDA_CURSOR_SHAPE));
	bios_set_word(c, CPU_RDX, p.row << 8 | p.column);
	bios_set_word(c, CPU_RAX, 0);
}

static void place_cursor(struct bios *b, const struct bios_call *c)
{
	struct screen s = screen_of(b);
	struct position p = { .row = bios_high(c, CPU_RDX), .column = bios_low(c, CPU_RDX) };

	move_cursor(b, &s, bios_high(c, CPU_RBX), p);
}

/* Whether the function writes or reads characters or dots. */
static bool draws(unsigned function)
{
	return (function >= 0x06 && function <= 0x0a) || function == 0x0e || function == 0x13;
}

static void lint_graphics(struct bios *b, const struct bios_call *c)
{
	struct screen s = screen_of(b);

	if (!s.graphics || !draws(bios_high(c, CPU_RAX))) return;
	device_lint(&b->dev, &bios_lints[BIOS_LINT_GRAPHICS], NULL, bios_word(c, CPU_RAX),
		    "INT10 with AX=%04X: nothing is drawn in mode %02Xh, which has graphics",
		    bios_word(c, CPU_RAX), s.mode);
}

void bios_video(struct bios *b, struct bios_call *c)
{
	lint_graphics(b, c);
	switch (bios_high(c, CPU_RAX)) {
	case 0x00: bios_video_set_mode(b, c); return;
	case 0x01: set_cursor_shape(b, c); return;
	case 0x02: place_cursor(b, c); return;
	case 0x03: get_cursor(b, c); return;
	case 0x05: show_page(b, bios_low(c, CPU_RAX)); return;
	case 0x06: scroll_window(b, c, true); return;
	case 0x07: scroll_window(b, c, false); return;
	case 0x08: read_cell(b, c); return;
	case 0x09: write_cells(b, c, true); return;
	case 0x0a: write_cells(b, c, false); return;
	case 0x0b: bios_cga_palette(b, c); return;
	case 0x0e: teletype(b, bios_low(c, CPU_RAX)); return;
	case 0x0f: bios_video_get_mode(b, c); return;
	case 0x10: bios_palette(b, c); return;
	case 0x11: font(b, c); return;
	case 0x12: alternate_select(b, c); return;
	case 0x13: write_string(b, c); return;
	case 0x1a: display_combination(b, c); return;
	case 0x4f: bios_vbe(b, c); return;
	default: bios_unknown(b, c, "INT10"); return;
	}
}
