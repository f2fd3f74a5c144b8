/* SPDX-License-Identifier: MIT */
/* INT 10h: characters and dots on a VGA, in text modes and, by canvas.c, in graphics modes. Mode
 * sets are in modes.c. Facts: RBIL; IBM PS/2 and PC BIOS Interface Technical Reference. */
#include <string.h>

#include "devices/vga/font.h"
#include "devices/vga/planes.h"
#include "harness/firmware/bios/lints.h"
#include "harness/firmware/bios/state.h"
#include "harness/firmware/bios/video.h"

enum {
	CELL_BYTES = 2,
	CHARACTER_PLANE = 0,
	ATTRIBUTE_PLANE = 1,
	BLANK = ' ',
	LAST_OF_WORDS = 0x07, /* of the modes */
	CELL_NS = 20          /* virtual time that a character takes */
};

static bool has_dots(const struct bios_screen *s) { return s->surface != BIOS_SURFACE_TEXT; }

struct position {
	unsigned row, column;
};

/* ---- cells ---- */

/* The plane address of a cell. */
static unsigned cell(const struct bios_screen *s, unsigned page, unsigned row, unsigned column)
{
	return (page * s->page_bytes + (row * s->columns + column) * CELL_BYTES) & ~1u;
}

/* How a character is written: with an attribute, or a colour in graphics modes. */
struct ink {
	uint8_t value;
	bool keep; /* in text modes the present attribute stays */
};

static void put_cell(struct bios *b, unsigned at, unsigned character, struct ink ink)
{
	vga_model_set_plane(b->wire.vga, at, CHARACTER_PLANE, (uint8_t)character);
	if (!ink.keep) vga_model_set_plane(b->wire.vga, at, ATTRIBUTE_PLANE, ink.value);
}

static void put(struct bios *b, const struct bios_call *c, const struct bios_screen *s,
		unsigned page, struct position p, unsigned character, struct ink ink)
{
	uint8_t glyph[BIOS_MAX_CELL_ROWS];

	if (!has_dots(s)) {
		put_cell(b, cell(s, page, p.row, p.column), character, ink);
		return;
	}
	bios_glyph(b, c, s, character, glyph);
	bios_canvas_glyph(b, s, page, p.row, p.column, glyph, ink.value);
}

/* ---- cursor ---- */

static struct position cursor(const struct bios *b, unsigned page)
{
	uint16_t v = bda_word(b, BDA_CURSOR_POSITION + page % BIOS_N_PAGES * 2);

	return (struct position){ .row = v >> 8, .column = v & 0xff };
}

static void show_cursor(struct bios *b, const struct bios_screen *s, struct position p)
{
	unsigned at = s->page * s->page_bytes / CELL_BYTES + p.row * s->columns + p.column;

	if (has_dots(s)) return; /* the cursor is invisible */
	b->wire.vga->s.cr[0x0e] = at >> 8 & 0xff;
	b->wire.vga->s.cr[0x0f] = at & 0xff;
}

static void move_cursor(struct bios *b, const struct bios_screen *s, unsigned page,
			struct position p)
{
	page %= BIOS_N_PAGES;
	bda_set_word(b, BDA_CURSOR_POSITION + page * 2, p.row << 8 | p.column);
	if (page == s->page) show_cursor(b, s, p);
}

/* AH=01h. Programs give the cursor's lines for a cell of 8 lines. Unless bit 0 of 40:87h is set,
 * they are scaled to the actual height; an underline stays an underline. */
void bios_shape_cursor(struct bios *b, unsigned shape)
{
	enum { OLD_HEIGHT = 8, LINE = 0x1f };
	unsigned height = bda_word(b, BDA_CHARACTER_HEIGHT);
	unsigned start = shape >> 8 & LINE, end = shape & LINE;
	bool stretch = !(bda_byte(b, BDA_VIDEO_CONTROL) & BIOS_NO_CURSOR_EMULATION) &&
		       height > OLD_HEIGHT && height <= BIOS_MAX_CELL_ROWS && start < OLD_HEIGHT &&
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
	struct bios_screen s = bios_screen_of(b);
	unsigned start = page % BIOS_N_PAGES * s.page_bytes;

	s.page = page % BIOS_N_PAGES;
	bda_set_byte(b, BDA_VIDEO_PAGE, s.page);
	bda_set_word(b, BDA_VIDEO_PAGE_START, start);
	/* The CRTC counts words; in the modes that EGA and VGA added, it counts bytes. */
	if (s.mode <= LAST_OF_WORDS) start /= CELL_BYTES;
	b->wire.vga->s.cr[0x0c] = start >> 8 & 0xff;
	b->wire.vga->s.cr[0x0d] = start & 0xff;
	show_cursor(b, &s, cursor(b, s.page));
}

/* ---- scrolling ---- */

static void copy_cell(struct bios *b, unsigned to, unsigned from)
{
	for (unsigned plane = CHARACTER_PLANE; plane <= ATTRIBUTE_PLANE; plane++)
		vga_model_set_plane(b->wire.vga, to, plane,
				    vga_model_plane(b->wire.vga, from, plane));
}

static void scroll_cells(struct bios *b, const struct bios_screen *s, unsigned page,
			 const struct bios_window *w, unsigned lines, bool up, unsigned attribute)
{
	const struct ink ink = { .value = (uint8_t)attribute };
	unsigned height = w->bottom - w->top + 1;

	for (unsigned i = 0; i < height; i++) {
		unsigned row = up ? w->top + i : w->bottom - i;
		unsigned from = up ? row + lines : row - lines;

		for (unsigned column = w->left; column <= w->right; column++) {
			unsigned at = cell(s, page, row, column);

			if (i + lines < height)
				copy_cell(b, at, cell(s, page, from, column));
			else
				put_cell(b, at, BLANK, ink);
		}
	}
}

/* Move the window's lines up or down by `lines`; 0, or more than there are, blanks it. */
static void scroll(struct bios *b, const struct bios_screen *s, unsigned page,
		   const struct bios_window *w, unsigned lines, bool up, unsigned attribute)
{
	unsigned height = w->bottom - w->top + 1;

	if (lines == 0 || lines > height) lines = height;
	if (has_dots(s))
		bios_canvas_scroll(b, s, page, w, lines, up, attribute);
	else
		scroll_cells(b, s, page, w, lines, up, attribute);
}

/* AH=06h, 07h. */
static void scroll_window(struct bios *b, struct bios_call *c, bool up)
{
	struct bios_screen s = bios_screen_of(b);
	struct bios_window w = { .top = bios_high(c, CPU_RCX),
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

/* The character whose glyph the cell shows; 0: none. */
static unsigned recognise(struct bios *b, const struct bios_call *c, const struct bios_screen *s,
			  unsigned page, struct position p)
{
	uint8_t shown[BIOS_MAX_CELL_ROWS], glyph[BIOS_MAX_CELL_ROWS];

	bios_canvas_read(b, s, page, p.row, p.column, shown);
	for (unsigned i = 0; i < VGA_MODEL_FONT_GLYPHS; i++) {
		bios_glyph(b, c, s, i, glyph);
		if (memcmp(shown, glyph, s->cell_rows) == 0) return i;
	}
	return 0;
}

/* AH=08h. In graphics modes there is no attribute: AH gets 0. */
static void read_cell(struct bios *b, struct bios_call *c)
{
	struct bios_screen s = bios_screen_of(b);
	unsigned page = bios_high(c, CPU_RBX) % BIOS_N_PAGES;
	struct position p = cursor(b, page);
	uint32_t word = vga_model_word(b->wire.vga, cell(&s, page, p.row, p.column));

	if (has_dots(&s)) {
		bios_set_word(c, CPU_RAX, recognise(b, c, &s, page, p));
		return;
	}
	bios_set_low(c, CPU_RAX, (uint8_t)(word >> 8 * CHARACTER_PLANE));
	bios_set_high(c, CPU_RAX, (uint8_t)(word >> 8 * ATTRIBUTE_PLANE));
}

/* AH=09h, 0Ah: write CX times, across the ends of lines; the cursor does not move. */
static void write_cells(struct bios *b, struct bios_call *c, bool with_attribute)
{
	struct bios_screen s = bios_screen_of(b);
	unsigned page = bios_high(c, CPU_RBX) % BIOS_N_PAGES, n = bios_word(c, CPU_RCX);
	const struct ink ink = { .value = bios_low(c, CPU_RBX), .keep = !with_attribute };
	struct position p = cursor(b, page);

	for (unsigned i = 0; i < n; i++) {
		if (p.column >= s.columns && has_dots(&s)) {
			p.column = 0;
			p.row++;
		}
		if (p.row >= s.rows && has_dots(&s)) break;
		put(b, c, &s, page, p, bios_low(c, CPU_RAX), ink);
		p.column++;
	}
	c->cost_ns += (uint64_t)n * CELL_NS;
}

/* Move the cursor as a character does. True: the screen must scroll by a line. */
static bool step(const struct bios_screen *s, struct position *p, unsigned character)
{
	switch (character) {
	case '\a': return false; /* there is no speaker */
	case '\b':
		if (p->column) p->column--;
		return false;
	case '\r': p->column = 0; return false;
	case '\n': break;
	default:
		if (++p->column < s->columns) return false;
		p->column = 0;
		break;
	}
	if (++p->row < s->rows) return false;
	p->row = s->rows - 1;
	return true;
}

/* The new line gets the attribute at the cursor, in graphics modes colour 0. */
static void scroll_line(struct bios *b, const struct bios_screen *s, unsigned page, unsigned column)
{
	const struct bios_window all = { 0, 0, s->rows - 1, s->columns - 1 };
	unsigned attribute = 0;

	if (column > all.right) column = all.right;
	if (!has_dots(s))
		attribute = vga_model_plane(b->wire.vga, cell(s, page, all.bottom, column),
					    ATTRIBUTE_PLANE);
	scroll(b, s, page, &all, 1, true, attribute);
}

static bool is_control(unsigned character)
{
	return character == '\a' || character == '\b' || character == '\n' || character == '\r';
}

/* Write one character and move the cursor. */
static void type(struct bios *b, const struct bios_call *c, const struct bios_screen *s,
		 unsigned page, struct position *p, unsigned character, struct ink ink)
{
	unsigned column = p->column;

	if (!is_control(character)) put(b, c, s, page, *p, character, ink);
	if (step(s, p, character)) scroll_line(b, s, page, column);
}

/* AH=0Eh: always on the visible page; BH is ignored. BL is the colour in graphics modes. */
static void teletype(struct bios *b, const struct bios_call *c, unsigned character, unsigned colour)
{
	struct bios_screen s = bios_screen_of(b);
	struct position p = cursor(b, s.page);

	type(b, c, &s, s.page, &p, character,
	     (struct ink){ .value = (uint8_t)colour, .keep = true });
	move_cursor(b, &s, s.page, p);
}

void bios_print(struct bios *b, const struct bios_call *c, const char *text)
{
	enum { WHITE = 7 };

	for (; *text; text++) teletype(b, c, (uint8_t)*text, WHITE);
}

/* The string of AH=13h: units of one byte, or two with attributes. */
struct text {
	uint64_t at;
	unsigned n, size;
	uint8_t attribute;
};

static unsigned take_unit(struct bios *b, const struct bios_call *c, const struct text *t,
			  unsigned i, struct ink *ink)
{
	uint8_t unit[2] = { 0, t->attribute };

	bios_read(b, c, t->at + (uint64_t)i * t->size, unit, t->size);
	ink->value = unit[1];
	return unit[0];
}

/* The units before this one will have left the screen at the top when the string ends. Drawing
 * them would take long in graphics modes: the string may scroll 65,535 times. */
static unsigned first_that_stays(struct bios *b, const struct bios_call *c,
				 const struct bios_screen *s, const struct text *t,
				 struct position p)
{
	struct position at = p;
	unsigned scrolls = 0, i;
	struct ink ink;

	for (i = 0; i < t->n; i++) scrolls += step(s, &at, take_unit(b, c, t, i, &ink));
	for (i = 0; scrolls > s->rows && i < t->n; i++)
		scrolls -= step(s, &p, take_unit(b, c, t, i, &ink));
	return i;
}

/* Returns where the cursor is then. */
static struct position write_text(struct bios *b, const struct bios_call *c,
				  const struct bios_screen *s, unsigned page, const struct text *t,
				  struct position p)
{
	const struct bios_window all = { 0, 0, s->rows - 1, s->columns - 1 };
	unsigned first = has_dots(s) ? first_that_stays(b, c, s, t, p) : 0;
	struct ink ink = { 0 };

	if (first) scroll(b, s, page, &all, 0, true, 0);
	for (unsigned i = 0; i < t->n; i++) {
		unsigned character = take_unit(b, c, t, i, &ink);

		if (i < first)
			(void)step(s, &p, character);
		else
			type(b, c, s, page, &p, character, ink);
	}
	return p;
}

/* AH=13h */
static void write_string(struct bios *b, struct bios_call *c)
{
	enum { MOVE_CURSOR = 1, WITH_ATTRIBUTES = 2 };
	struct bios_screen s = bios_screen_of(b);
	unsigned page = bios_high(c, CPU_RBX) % BIOS_N_PAGES, how = bios_low(c, CPU_RAX);
	struct position p = { .row = bios_high(c, CPU_RDX), .column = bios_low(c, CPU_RDX) };
	struct text text = { .at = bios_linear(c, CPU_ES, bios_word(c, CPU_RBP)),
			     .n = bios_word(c, CPU_RCX),
			     .size = how & WITH_ATTRIBUTES ? 2 : 1,
			     .attribute = bios_low(c, CPU_RBX) };

	p = write_text(b, c, &s, page, &text, p);
	if (how & MOVE_CURSOR) move_cursor(b, &s, page, p);
	c->cost_ns += (uint64_t)text.n * CELL_NS;
}

/* ---- dots ---- */

static void lint_text(const struct bios *b, const struct bios_call *c, unsigned mode)
{
	device_lint(&b->dev, &bios_lints[BIOS_LINT_DOTS], NULL, bios_word(c, CPU_RAX),
		    "INT10 with AX=%04X: mode %02Xh has no dots, it is a text mode",
		    bios_word(c, CPU_RAX), mode);
}

/* AH=0Ch, 0Dh: at column CX of line DX. */
static void write_dot(struct bios *b, const struct bios_call *c)
{
	struct bios_screen s = bios_screen_of(b);

	if (has_dots(&s))
		bios_canvas_set_dot(b, &s, bios_high(c, CPU_RBX), bios_word(c, CPU_RCX),
				    bios_word(c, CPU_RDX), bios_low(c, CPU_RAX));
	else
		lint_text(b, c, s.mode);
}

static void read_dot(struct bios *b, struct bios_call *c)
{
	struct bios_screen s = bios_screen_of(b);
	unsigned dot = 0;

	if (has_dots(&s))
		dot = bios_canvas_dot(b, &s, bios_high(c, CPU_RBX), bios_word(c, CPU_RCX),
				      bios_word(c, CPU_RDX));
	else
		lint_text(b, c, s.mode);
	bios_set_low(c, CPU_RAX, dot);
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
	struct bios_screen s = bios_screen_of(b);
	struct position p = { .row = bios_high(c, CPU_RDX), .column = bios_low(c, CPU_RDX) };

	move_cursor(b, &s, bios_high(c, CPU_RBX), p);
}

/* Functions that draw, or move what was drawn. */
static bool draw(struct bios *b, struct bios_call *c)
{
	switch (bios_high(c, CPU_RAX)) {
	case 0x06: scroll_window(b, c, true); return true;
	case 0x07: scroll_window(b, c, false); return true;
	case 0x08: read_cell(b, c); return true;
	case 0x09: write_cells(b, c, true); return true;
	case 0x0a: write_cells(b, c, false); return true;
	case 0x0c: write_dot(b, c); return true;
	case 0x0d: read_dot(b, c); return true;
	case 0x0e: teletype(b, c, bios_low(c, CPU_RAX), bios_low(c, CPU_RBX)); return true;
	case 0x13: write_string(b, c); return true;
	default: return false;
	}
}

void bios_video(struct bios *b, struct bios_call *c)
{
	if (draw(b, c)) return;
	switch (bios_high(c, CPU_RAX)) {
	case 0x00: bios_video_set_mode(b, c); return;
	case 0x01: bios_shape_cursor(b, bios_word(c, CPU_RCX)); return;
	case 0x02: place_cursor(b, c); return;
	case 0x03: get_cursor(b, c); return;
	case 0x05: show_page(b, bios_low(c, CPU_RAX)); return;
	case 0x0b: bios_cga_palette(b, c); return;
	case 0x0f: bios_video_get_mode(b, c); return;
	case 0x10: bios_palette(b, c); return;
	case 0x11: bios_fonts(b, c); return;
	case 0x12: bios_video_alternate(b, c); return;
	case 0x1a: bios_video_combination(b, c); return;
	case 0x1b: bios_video_facts(b, c); return;
	case 0x1c: bios_video_state(b, c); return;
	case 0x4f: bios_vbe(b, c); return;
	default: bios_unknown(b, c, "INT10"); return;
	}
}
