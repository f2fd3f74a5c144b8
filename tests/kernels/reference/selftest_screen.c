/* SPDX-License-Identifier: MIT */
/* The screen's cells after text was written. */
#include "console.h"
#include "screen.h"
#include "selftest.h"
#include "text.h"

enum { MANY_LINES = 30, LAST_ROW = SHELL_ROW + SHELL_ROWS - 1 };

static uint8_t character_at(unsigned column, unsigned row)
{
	uint8_t character = 0, attribute = 0;

	(void)!vga_text_get(&console.vga, column, row, &character, &attribute);
	return character;
}

/* The last two digits of the number that stands in a row: "line 27". */
static unsigned number_in(unsigned row)
{
	return (character_at(5, row) - '0') * 10u + (character_at(6, row) - '0');
}

void selftest_screen(void)
{
	char line[16];

	selftest_case("console.serial", console.has_uart, true);
	selftest_case("console.screen", console.has_vga, true);
	if (!console.has_vga) return;
	const uint8_t title = character_at(2, 0);
	(void)!vga_text_print(&console.vga, "\na\x01");
	selftest_case("screen.unprintable", character_at(1, SHELL_ROW + console.vga.row),
		      VGA_TEXT_UNPRINTABLE);
	(void)!vga_text_print(&console.vga, "\n");
	for (unsigned i = 0; i < MANY_LINES; i++) {
		(void)text_format(line, sizeof line, "line %02u\n", i);
		(void)!vga_text_print(&console.vga, line);
	}
	for (unsigned row = SHELL_ROW; row < LAST_ROW; row++) {
		const unsigned want = MANY_LINES - (LAST_ROW - row);
		if (number_in(row) != want)
			selftest_case("screen.scroll.row", number_in(row), want);
	}
	selftest_case("screen.scroll.first", number_in(SHELL_ROW), MANY_LINES - SHELL_ROWS + 1);
	selftest_case("screen.scroll.last", character_at(0, LAST_ROW), ' ');
	selftest_case("screen.scroll.outside", character_at(2, 0), title);
	(void)!vga_text_clear(&console.vga);
}
