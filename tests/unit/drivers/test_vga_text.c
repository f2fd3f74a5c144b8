/* SPDX-License-Identifier: MIT */
#include "bimetal/vga_text.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/drivers/host_fixture.h"

/* A screen and a CRT controller that only keep what is written, and count it. */
enum { CELLS = VGA_TEXT_COLUMNS * VGA_TEXT_ROWS, COLOUR = 0x07 };
static uint16_t screen[VGA_TEXT_COLUMNS * 2 * VGA_TEXT_ROWS];
static uint8_t crtc[256], crtc_index;
static bool broken_cells, broken_crtc;
static unsigned writes, other_widths;

static uint64_t cells_read(struct device *dev, uint64_t offset, unsigned width)
{
	(void)dev;
	if (width != 16) other_widths++;
	return screen[offset / 2];
}

static void cells_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev;
	if (width != 16) other_widths++;
	writes++;
	if (!broken_cells) screen[offset / 2] = (uint16_t)value;
}

static uint64_t crtc_read(struct device *dev, uint64_t offset, unsigned width)
{
	(void)dev;
	(void)width;
	return offset ? crtc[crtc_index] : crtc_index;
}

static void crtc_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev;
	(void)width;
	if (offset == 0) crtc_index = (uint8_t)value;
	if (offset == 1 && !broken_crtc) crtc[crtc_index] = (uint8_t)value;
}

static const struct device_ops cells_ops = { .name = "cells",
					     .mem_read = cells_read,
					     .mem_write = cells_write };
static const struct device_ops crtc_ops = { .name = "crtc",
					    .mem_read = crtc_read,
					    .mem_write = crtc_write };
static struct device cells_dev, crtc_dev;
static struct vga_text vga;

static void set_up(void)
{
	host_power_on();
	memset(screen, 0, sizeof(screen));
	cells_dev = (struct device){ .ops = &cells_ops, .instance = "cells", .hub = &hub };
	crtc_dev = (struct device){ .ops = &crtc_ops, .instance = "crtc", .hub = &hub };
	require(bus_map(&bus, BUS_MEMORY, VGA_TEXT_MEMORY, sizeof(screen), &cells_dev, 0) == NULL);
	require(bus_map(&bus, BUS_PORT, VGA_TEXT_CRTC, 2, &crtc_dev, 0) == NULL);
}

static enum vga_text_status find(void)
{
	return vga_text_init(&vga, io_memory(&cpu, VGA_TEXT_MEMORY, 1),
			     io_port(&cpu, VGA_TEXT_CRTC));
}

static void start(void)
{
	require_eq(int, find(), VGA_TEXT_OK);
	require_eq(int, vga_text_clear(&vga), VGA_TEXT_OK);
}

/* A row of the screen without blanks at its end. */
static const char *row(unsigned y)
{
	static char text[VGA_TEXT_COLUMNS + 1];
	unsigned n = VGA_TEXT_COLUMNS;

	for (unsigned x = 0; x < n; x++) text[x] = (char)screen[y * VGA_TEXT_COLUMNS + x];
	while (n && text[n - 1] == ' ') n--;
	text[n] = '\0';
	return text;
}

static unsigned cursor(void) { return crtc[0x0e] * 256u + crtc[0x0f]; }

static void print(const char *text) { require_eq(int, vga_text_print(&vga, text), VGA_TEXT_OK); }

TestSuite(vga_text, .init = set_up, .fini = host_power_off, .timeout = 60);

Test(vga_text, is_found_and_left_as_it_is)
{
	crtc[0x0f] = 0x33;
	screen[CELLS - 1] = 0x1234;
	require_eq(int, find(), VGA_TEXT_OK);
	check_eq(u32, screen[CELLS - 1], 0x1234);
	check_eq(u32, crtc[0x0f], 0x33);
	check(vga.cursor);
	crtc[0x0a] = 0x20;
	require_eq(int, find(), VGA_TEXT_OK);
	check(!vga.cursor);
	check_eq(u32, other_widths, 0);
}

Test(vga_text, is_absent_where_nothing_keeps_what_is_written)
{
	broken_cells = true;
	check_eq(int, find(), VGA_TEXT_ABSENT);
	broken_cells = false;
	broken_crtc = true;
	check_eq(int, find(), VGA_TEXT_ABSENT);
}

Test(vga_text, refuses_other_places)
{
	struct io cells = io_memory(&cpu, VGA_TEXT_MEMORY, 1), ports = io_port(&cpu, VGA_TEXT_CRTC);
	check_eq(int, vga_text_init(NULL, cells, ports), VGA_TEXT_NULL);
	check_eq(int, vga_text_init(&vga, ports, ports), VGA_TEXT_BAD_BASE);
	check_eq(int, vga_text_init(&vga, cells, cells), VGA_TEXT_BAD_BASE);
	check_eq(int, vga_text_init(&vga, io_memory(&cpu, VGA_TEXT_MEMORY, 2), ports),
		 VGA_TEXT_BAD_BASE);
	check_eq(int, vga_text_init(&vga, io_memory(&cpu, VGA_TEXT_MEMORY + 1, 1), ports),
		 VGA_TEXT_BAD_BASE);
	check_eq(int, vga_text_init(&vga, cells, io_port(&cpu, 0xffff)), VGA_TEXT_BAD_BASE);
	check_eq(u32, writes, 0);
}

Test(vga_text, an_attribute_is_background_and_foreground)
{
	check_eq(u32, vga_text_attribute(VGA_YELLOW, VGA_BLACK), 0x0e);
	check_eq(u32, vga_text_attribute(VGA_WHITE, VGA_BLUE), 0x1f);
	start();
	require_eq(int, vga_text_colour(&vga, VGA_YELLOW, VGA_BLACK), VGA_TEXT_OK);
	print("A");
	check_eq(u32, screen[0], 0x0e41);
	check_eq(int, vga_text_colour(&vga, (enum vga_colour)16, VGA_BLACK), VGA_TEXT_BOUNDS);
}

/* blog_os, "println": the last line stands above an empty one, as the newline has moved the rows.
 */
Test(vga_text, many_lines_leave_the_image_of_a_scrolled_screen)
{
	char line[32];

	start();
	for (unsigned i = 0; i < 200; i++) {
		snprintf(line, sizeof(line), "line %u\n", i);
		print(line);
	}
	for (unsigned y = 0; y + 1 < VGA_TEXT_ROWS; y++) {
		snprintf(line, sizeof(line), "line %u", 200 - (VGA_TEXT_ROWS - 1) + y);
		check_eq(str, row(y), line);
	}
	check_eq(str, row(VGA_TEXT_ROWS - 1), "");
	check_eq(u32, cursor(), (VGA_TEXT_ROWS - 1) * VGA_TEXT_COLUMNS);
	for (unsigned i = 0; i < VGA_TEXT_COLUMNS; i++)
		check_eq(u32, screen[(VGA_TEXT_ROWS - 1) * VGA_TEXT_COLUMNS + i], 0x0720);
	check_eq(u32, other_widths, 0);
}

Test(vga_text, unprintable_bytes_are_squares)
{
	start();
	print("a\x01\x7f\x80\xc3\xa4~");
	check_eq(u32, (uint8_t)screen[0], 'a');
	for (unsigned x = 1; x <= 5; x++)
		check_eq(u32, (uint8_t)screen[x], VGA_TEXT_UNPRINTABLE, "column %u", x);
	check_eq(u32, (uint8_t)screen[6], '~');
}

Test(vga_text, a_line_of_all_columns_and_its_newline_are_one_row)
{
	char full[VGA_TEXT_COLUMNS + 1];

	memset(full, 'x', VGA_TEXT_COLUMNS);
	full[VGA_TEXT_COLUMNS] = '\0';
	start();
	print(full);
	check_eq(u32, cursor(), VGA_TEXT_COLUMNS - 1, "it waits at the last column");
	print("\nb");
	check_eq(str, row(1), "b");
	print("\n");
	print(full);
	print("c");
	check_eq(str, row(3), "c", "one more character wraps");
}

Test(vga_text, backspace_goes_back_and_erases_nothing)
{
	start();
	print("abc\b\bX");
	check_eq(str, row(0), "aXc");
	check_eq(u32, cursor(), 2);
	print("\r\b\b");
	check_eq(u32, cursor(), 0, "there is nothing before the window");
	print("\n\b");
	check_eq(u32, cursor(), VGA_TEXT_COLUMNS - 1, "the last column of the row before");
}

Test(vga_text, a_window_leaves_the_rest_of_the_screen)
{
	start();
	require_eq(int, vga_text_label(&vga, 0, 4, COLOUR, "title"), VGA_TEXT_OK);
	require_eq(int, vga_text_label(&vga, 0, 8, COLOUR, "status"), VGA_TEXT_OK);
	require_eq(int, vga_text_window(&vga, 5, 3), VGA_TEXT_OK);
	check_eq(u32, cursor(), 5 * VGA_TEXT_COLUMNS);
	for (unsigned i = 0; i < 10; i++) print("scroll\n");
	print("end");
	check_eq(str, row(4), "title");
	check_eq(str, row(5), "scroll");
	check_eq(str, row(7), "end");
	check_eq(str, row(8), "status");
	check_eq(int, vga_text_window(&vga, 25, 1), VGA_TEXT_BOUNDS);
	check_eq(int, vga_text_window(&vga, 24, 2), VGA_TEXT_BOUNDS);
	check_eq(int, vga_text_window(&vga, 0, 0), VGA_TEXT_BOUNDS);
	check_eq(int, vga_text_move(&vga, 80, 0), VGA_TEXT_BOUNDS);
	check_eq(int, vga_text_move(&vga, 0, 3), VGA_TEXT_BOUNDS);
}

Test(vga_text, cells_have_bounds)
{
	uint8_t character, attribute;

	start();
	require_eq(int, vga_text_put(&vga, 79, 24, 0xdb, 0x1c), VGA_TEXT_OK);
	require_eq(int, vga_text_get(&vga, 79, 24, &character, &attribute), VGA_TEXT_OK);
	check_eq(u32, character, 0xdb);
	check_eq(u32, attribute, 0x1c);
	writes = 0;
	check_eq(int, vga_text_put(&vga, 80, 0, 'x', 7), VGA_TEXT_BOUNDS);
	check_eq(int, vga_text_put(&vga, 0, 25, 'x', 7), VGA_TEXT_BOUNDS);
	check_eq(int, vga_text_get(&vga, 80, 0, &character, &attribute), VGA_TEXT_BOUNDS);
	check_eq(int, vga_text_fill(&vga, 1, 0, 80, 'x', 7), VGA_TEXT_BOUNDS);
	check_eq(int, vga_text_label(&vga, 0, 25, 7, "x"), VGA_TEXT_BOUNDS);
	check_eq(u32, writes, 0);
	require_eq(int, vga_text_label(&vga, 77, 0, 7, "cut off"), VGA_TEXT_OK);
	check_eq(u32, writes, 3);
	check_eq(str, row(1), "");
}

/* The text modes that bimetal/vga.h sets. */
Test(vga_text, screens_of_other_sizes_wrap_and_scroll_at_their_own_edges)
{
	static const struct {
		unsigned columns, rows;
	} sizes[] = { { 40, 25 }, { 40, 50 }, { 80, 25 }, { 80, 50 } };

	for (unsigned i = 0; i < 4; i++) {
		const unsigned columns = sizes[i].columns, rows = sizes[i].rows;
		memset(screen, 0, sizeof(screen));
		require_eq(int,
			   vga_text_init_size(&vga, io_memory(&cpu, VGA_TEXT_MEMORY, 1),
					      io_port(&cpu, VGA_TEXT_CRTC), columns, rows),
			   VGA_TEXT_OK);
		require_eq(int, vga_text_clear(&vga), VGA_TEXT_OK);
		for (unsigned n = 0; n < columns * rows + 1; n++)
			print((const char[]){ (char)('a' + n / columns % 26), 0 });
		check_eq(u32, (uint8_t)screen[0], 'b', "%ux%u", columns, rows);
		check_eq(u32, (uint8_t)screen[columns - 1], 'b');
		check_eq(u32, (uint8_t)screen[columns], 'c');
		check_eq(u32, (uint8_t)screen[columns * (rows - 1)], 'a' + rows % 26);
		check_eq(u32, (uint8_t)screen[columns * (rows - 1) + 1], ' ');
		check_eq(u32, cursor(), columns * (rows - 1) + 1);
		check_eq(int, vga_text_put(&vga, columns, 0, 'x', 7), VGA_TEXT_BOUNDS);
		check_eq(int, vga_text_put(&vga, 0, rows, 'x', 7), VGA_TEXT_BOUNDS);
		check_eq(int, vga_text_put(&vga, columns - 1, rows - 1, 'x', 7), VGA_TEXT_OK);
		check_eq(u32, screen[columns * rows - 1], 0x0700 | 'x');
		check_eq(int, vga_text_window(&vga, rows - 1, 2), VGA_TEXT_BOUNDS);
	}
}

Test(vga_text, screens_must_have_a_size)
{
	static const unsigned bad[][2] = {
		{ 0, 25 }, { 80, 0 }, { 256, 1 }, { 1, 256 }, { 200, 100 }
	};

	for (unsigned i = 0; i < 5; i++)
		check_eq(int,
			 vga_text_init_size(&vga, io_memory(&cpu, VGA_TEXT_MEMORY, 1),
					    io_port(&cpu, VGA_TEXT_CRTC), bad[i][0], bad[i][1]),
			 VGA_TEXT_BOUNDS);
}

Test(vga_text, the_cursor_is_hidden_and_shown)
{
	crtc[0x0a] = 0x0d;
	start();
	require_eq(int, vga_text_show_cursor(&vga, false), VGA_TEXT_OK);
	check_eq(u32, crtc[0x0a], 0x2d);
	require_eq(int, vga_text_show_cursor(&vga, true), VGA_TEXT_OK);
	check_eq(u32, crtc[0x0a], 0x0d);
}

Test(vga_text, null_pointers_are_told)
{
	uint8_t byte;

	start();
	check_eq(int, vga_text_print(NULL, "x"), VGA_TEXT_NULL);
	check_eq(int, vga_text_print(&vga, NULL), VGA_TEXT_NULL);
	check_eq(int, vga_text_write(&vga, NULL, 1), VGA_TEXT_NULL);
	check_eq(int, vga_text_write(&vga, NULL, 0), VGA_TEXT_OK);
	check_eq(int, vga_text_clear(NULL), VGA_TEXT_NULL);
	check_eq(int, vga_text_move(NULL, 0, 0), VGA_TEXT_NULL);
	check_eq(int, vga_text_window(NULL, 0, 1), VGA_TEXT_NULL);
	check_eq(int, vga_text_colour(NULL, VGA_RED, VGA_BLACK), VGA_TEXT_NULL);
	check_eq(int, vga_text_put(NULL, 0, 0, 0, 0), VGA_TEXT_NULL);
	check_eq(int, vga_text_get(&vga, 0, 0, NULL, &byte), VGA_TEXT_NULL);
	check_eq(int, vga_text_label(&vga, 0, 0, 0, NULL), VGA_TEXT_NULL);
	check_eq(int, vga_text_fill(NULL, 0, 0, 1, 0, 0), VGA_TEXT_NULL);
	check_eq(int, vga_text_show_cursor(NULL, true), VGA_TEXT_NULL);
}
