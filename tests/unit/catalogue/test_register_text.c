/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/register_text.h"
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

static char buf[REGISTER_TEXT_SIZE];

static const struct reg_desc ctrl = { .name = "CTRL",
				      .offset = 4,
				      .width = 32,
				      .dir = REG_DIR_RW,
				      .reset = 0x1f,
				      .widths = REG_W8 | REG_W16,
				      REG_FIELDS({ "EN", 0, 0, REG_RW }, { "N", 9, 4, REG_RO }) };
static const struct reg_desc array = { .name = "ISR",
				       .offset = 0x100,
				       .width = 64,
				       .dir = REG_DIR_R,
				       .count = 8,
				       .stride = 16,
				       .widths = REG_HALVES,
				       REG_FIELDS({ "ALL", 63, 0, REG_RO }) };
static const struct about_table outer = { &ctrl, 1, ABOUT_BY_OFFSET, NULL, NULL };
static const struct about_table inner = { &ctrl, 1, ABOUT_INNER, NULL, NULL };

Test(register_text, a_single_register)
{
	check_eq(str, register_offset(&ctrl, buf), "0x04");
	check_eq(str, register_name(&ctrl, buf), "CTRL");
	check_eq(str, register_reset(&ctrl, buf), "0x0000001f");
	check_eq(str, register_dir(&ctrl), "rw");
	check_eq(str, register_widths(&outer, &ctrl, buf), "8,16,32");
	check_eq(str, register_widths(&inner, &ctrl, buf), "-");
	check(register_window(&outer, &ctrl) == NULL);
	check_eq(u64, register_unnamed(&ctrl), 0xfffffc0e);
}

Test(register_text, an_array)
{
	check_eq(str, register_offset(&array, buf), "0x100+0x10n");
	check_eq(str, register_name(&array, buf), "ISR[8]");
	check_eq(str, register_reset(&array, buf), "0x0000000000000000");
	check_eq(str, register_dir(&array), "r");
	check_eq(str, register_widths(&outer, &array, buf), "32,64");
	check_eq(u64, register_unnamed(&array), 0);
}

Test(register_text, bits_are_ranges_from_the_top)
{
	check_eq(str, register_bits(0, buf), "");
	check_eq(str, register_bits(1, buf), "0");
	check_eq(str, register_bits(0xf1, buf), "7:4, 0");
	check_eq(str, register_bits(UINT64_MAX, buf), "63:0");
	check_eq(str, register_bits(UINT64_C(1) << 63 | 6, buf), "63, 2:1");
	/* The longest text is truncated; the buffer does not overflow. */
	check(strlen(register_bits(UINT64_C(0x5555555555555555), buf)) < REGISTER_TEXT_SIZE);
}

Test(register_text, places_name_each_space_once)
{
	static const struct catalogue_place places[] = { { 0x60, 1, BUS_PORT, { 0 } },
							 { 0x3f8, 8, BUS_PORT, { 0 } },
							 { 0xa0000, 0x20000, BUS_MEMORY, { 0 } },
							 { 0 } };
	static const struct catalogue_model m = { .place = places };
	static const struct catalogue_model none = { .place = &places[3] };

	check_eq(str, register_places(&m, NULL, buf),
		 "ports 0x60, 0x3f8-0x3ff; memory 0xa0000-0xbffff");
	check_eq(str, register_places(&none, NULL, buf), "");
}

Test(register_text, every_access_has_a_name_of_its_own)
{
	for (unsigned a = REG_RO; a <= REG_RSVDZ; a++) {
		check(register_access_meaning((enum reg_access)a)[0] != '\0');
		for (unsigned b = REG_RO; b < a; b++)
			check_ne(str, register_access((enum reg_access)a),
				 register_access((enum reg_access)b));
	}
}

static char *wrapped(const char *label, unsigned indent, const char *text)
{
	char *out = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&out, &len);

	print_wrapped(file, label, indent, text);
	fclose(file);
	return out;
}

Test(register_text, text_is_broken_between_words)
{
	char text[400] = "";
	for (int i = 0; i < 60; i++) strcat(text, i % 2 ? "abcd " : "xyz ");
	char *out = wrapped("label", 13, text);

	check_eq(int, strncmp(out, "  label      xyz", 16), 0);
	for (char *line = strtok(out, "\n"); line; line = strtok(NULL, "\n"))
		check(strlen(line) < REGISTER_TEXT_COLUMNS, "%s", line);
	free(out);
}

Test(register_text, a_word_longer_than_a_line_stands_alone)
{
	char text[200];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	text[100] = ' ';
	char *out = wrapped("", 4, text);
	check_eq(sz, strlen(out), 4 + 100 + 1 + 4 + 98 + 1);
	free(out);
	out = wrapped("l", 4, "");
	check_eq(str, out, "  l \n");
	free(out);
}
