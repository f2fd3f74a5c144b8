/* SPDX-License-Identifier: MIT */
#include "screen.h"

#include "bimetal/rtc_mc146818.h"
#include "console.h"
#include "cpu_name.h"
#include "irq.h"
#include "machine.h"
#include "memory.h"
#include "text.h"

/* Characters of the font (code page 437). */
enum {
	ACROSS = 0xcd,
	DOWN = 0xba,
	TOP_LEFT = 0xc9,
	TOP_RIGHT = 0xbb,
	BOTTOM_LEFT = 0xc8,
	BOTTOM_RIGHT = 0xbc,
	CHECK_MARK = 0xfb,
	CROSS = 'x',
	FULL = 0xdb,
	LOWER_HALF = 0xdc,
	TRIANGLE = 0x10
};

enum {
	MHZ = 1000000,
	CENTURY = 0x32, /* where PCs keep it */
	FRAMES_PER_MIB_LOG2 = 8,
	STEPS_X = 0,
	STEPS_WIDTH = 52,
	MACHINE_X = STEPS_WIDTH,
	MACHINE_WIDTH = VGA_TEXT_COLUMNS - STEPS_WIDTH,
	PANEL_Y = 1,
	PANEL_HEIGHT = SHELL_ROW - PANEL_Y - 1,
	NAME_WIDTH = 12,
	LINE = 81
};

#define BAR    vga_text_attribute(VGA_BLACK, VGA_CYAN)
#define BRIGHT vga_text_attribute(VGA_WHITE, VGA_CYAN)
#define PANEL  vga_text_attribute(VGA_LIGHT_GREY, VGA_BLUE)
#define FRAME  vga_text_attribute(VGA_LIGHT_CYAN, VGA_BLUE)
#define TITLE  vga_text_attribute(VGA_YELLOW, VGA_BLUE)
#define VALUE  vga_text_attribute(VGA_WHITE, VGA_BLUE)
#define GOOD   vga_text_attribute(VGA_LIGHT_GREEN, VGA_BLUE)
#define BAD    vga_text_attribute(VGA_LIGHT_RED, VGA_BLUE)
#define RULE   vga_text_attribute(VGA_DARK_GREY, VGA_BLACK)

static unsigned step_row = PANEL_Y + 1;

static void put(unsigned x, unsigned y, uint8_t character, uint8_t attribute)
{
	if (console.has_vga) (void)!vga_text_put(&console.vga, x, y, character, attribute);
}

static void label(unsigned x, unsigned y, uint8_t attribute, const char *text)
{
	if (console.has_vga) (void)!vga_text_label(&console.vga, x, y, attribute, text);
}

static void fill(unsigned x, unsigned y, unsigned n, uint8_t character, uint8_t attribute)
{
	if (console.has_vga) (void)!vga_text_fill(&console.vga, x, y, n, character, attribute);
}

/* ---- the frame ---- */

static void panel(unsigned x, unsigned width, const char *title)
{
	const unsigned right = x + width - 1, bottom = PANEL_Y + PANEL_HEIGHT - 1;

	for (unsigned y = PANEL_Y; y <= bottom; y++) {
		fill(x, y, width, ' ', PANEL);
		put(x, y, DOWN, FRAME);
		put(right, y, DOWN, FRAME);
	}
	fill(x + 1, PANEL_Y, width - 2, ACROSS, FRAME);
	fill(x + 1, bottom, width - 2, ACROSS, FRAME);
	put(x, PANEL_Y, TOP_LEFT, FRAME);
	put(right, PANEL_Y, TOP_RIGHT, FRAME);
	put(x, bottom, BOTTOM_LEFT, FRAME);
	put(right, bottom, BOTTOM_RIGHT, FRAME);
	put(x + 2, PANEL_Y, ' ', TITLE);
	label(x + 3, PANEL_Y, TITLE, title);
	put(x + 3 + (unsigned)text_length(title), PANEL_Y, ' ', TITLE);
}

void screen_paint(void)
{
	char line[LINE];
	size_t n;

	if (!console.has_vga) return;
	fill(0, 0, VGA_TEXT_COLUMNS, ' ', BAR);
	label(2, 0, BRIGHT, "bimetal reference kernel");
	n = text_format(line, sizeof line, "x86-64, booted by %s",
			boot_protocol_name(kernel.boot.protocol));
	label(VGA_TEXT_COLUMNS - 2 - (unsigned)n, 0, BAR, line);
	panel(STEPS_X, STEPS_WIDTH, "Start");
	panel(MACHINE_X, MACHINE_WIDTH, "Machine");
	fill(0, SHELL_ROW - 1, VGA_TEXT_COLUMNS, 0xc4, RULE);
	fill(0, STATUS_ROW, VGA_TEXT_COLUMNS, ' ', BAR);
	(void)!vga_text_window(&console.vga, SHELL_ROW, SHELL_ROWS);
	console_colour(VGA_LIGHT_GREY, VGA_BLACK);
	(void)!vga_text_clear(&console.vga);
}

/* ---- the panels ---- */

void screen_step(bool good, const char *name, const char *format, ...)
{
	const unsigned room = STEPS_WIDTH - NAME_WIDTH - 6;
	char line[LINE];
	va_list list;

	va_start(list, format);
	(void)text_format_list(line, sizeof line, format, list);
	va_end(list);
	console.quiet_screen = true;
	print("%s %-12s %s\n", good ? " ok " : "FAIL", name, line);
	console.quiet_screen = false;
	if (step_row >= PANEL_Y + PANEL_HEIGHT - 1) return;
	line[room] = '\0';
	put(STEPS_X + 2, step_row, good ? CHECK_MARK : CROSS, good ? GOOD : BAD);
	label(STEPS_X + 4, step_row, PANEL, name);
	label(STEPS_X + 4 + NAME_WIDTH, step_row, good ? VALUE : BAD, line);
	step_row++;
}

static void machine_line(unsigned row, const char *name, const char *value)
{
	char line[MACHINE_WIDTH];

	text_copy(line, MACHINE_WIDTH - 12, value, MACHINE_WIDTH);
	label(MACHINE_X + 2, PANEL_Y + row, PANEL, name);
	label(MACHINE_X + 10, PANEL_Y + row, VALUE, line);
}

/* The sixteen colours, in two rows. */
static void colours(unsigned row)
{
	for (unsigned colour = 0; colour < 16; colour++)
		for (unsigned i = 0; i < 3; i++)
			put(MACHINE_X + 2 + colour % 8 * 3 + i, PANEL_Y + row + colour / 8, FULL,
			    vga_text_attribute((enum vga_colour)colour, VGA_BLUE));
}

/* The date, as battery and crystal keep it. */
static void read_clock(char *line, size_t size)
{
	struct rtc_mc146818 rtc;
	struct rtc_mc146818_time now;

	(void)text_format(line, size, "none");
	if (rtc_mc146818_init(&rtc, io_port(RTC_MC146818_PORT), kernel.wait, CENTURY, false) !=
		    RTC_MC146818_OK ||
	    rtc_mc146818_read_time(&rtc, &now) != RTC_MC146818_OK)
		return;
	(void)text_format(line, size, "%u-%02u-%02u", (unsigned)now.year, (unsigned)now.month,
			  (unsigned)now.day);
}

void screen_machine(void)
{
	char line[LINE];
	struct cpu_name name;

	cpu_name_read(&name, kernel.cpu.msrs);
	machine_line(1, "CPU", name.vendor);
	machine_line(2, "", name.brand);
	(void)text_format(line, sizeof line, "fam %u model %u", name.family, name.model);
	machine_line(3, "", line);
	(void)text_format(line, sizeof line, "%u phys, %u lin", name.physical_bits,
			  name.linear_bits);
	machine_line(4, "bits", line);
	machine_line(5, "has", name.features);
	(void)text_format(line, sizeof line, "%lu MHz", (kernel.tsc_hz + MHZ / 2) / MHZ);
	machine_line(6, "TSC", line);
	(void)text_format(line, sizeof line, "%lu MiB", memory.usable >> 20);
	machine_line(7, "RAM", line);
	read_clock(line, sizeof line);
	machine_line(8, "clock", line);
	colours(9);
}

/* ---- the last line ---- */

void screen_status(void)
{
	char line[LINE];
	const uint64_t seconds = irq.ticks / TICKS_PER_SECOND;

	(void)text_format(line, sizeof line, " %c up %02lu:%02lu:%02lu   %lu MiB free   one CPU",
			  TRIANGLE, seconds / 3600, seconds / 60 % 60, seconds % 60,
			  memory.frames.n_free >> FRAMES_PER_MIB_LOG2);
	fill(0, STATUS_ROW, VGA_TEXT_COLUMNS, ' ', BAR);
	label(0, STATUS_ROW, BAR, line);
	label(VGA_TEXT_COLUMNS - 18, STATUS_ROW, BRIGHT, "'help' tells more");
}
