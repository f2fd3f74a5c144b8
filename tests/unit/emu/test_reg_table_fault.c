/* SPDX-License-Identifier: MIT */
/* The self-check of register tables must find each kind of fault; each test puts one into a valid
 * table.
 */
#include <string.h>

#include "emu/array.h"
#include "emu/regs.h"
#include "tests/check.h"

enum { CTRL, DATA, STATUS, PORT, LOW, WIDE, N };

static const struct reg_field ctrl_fields[] = {
	{ "EN", 0, 0, REG_RW }, { "RSVD", 3, 1, REG_RSVDP }, { "MODE", 7, 4, REG_RW }, { 0 }
};
static const struct reg_field data_fields[] = { { "DATA", 7, 0, REG_WO }, { 0 } };
static const struct reg_field status_fields[] = { { "BUSY", 0, 0, REG_RO },
						  { "ERR", 7, 7, REG_RC },
						  { 0 } };
static const struct reg_field port_fields[] = { { "CSC", 17, 17, REG_W1C },
						{ "PED", 1, 1, REG_RW1S },
						{ 0 } };
static const struct reg_field wide_fields[] = { { "BASE", 63, 6, REG_RW }, { 0 } };

static const struct reg_desc sound[N] = {
	[CTRL] = { .name = "CTRL",
		   .offset = 0,
		   .width = 8,
		   .dir = REG_DIR_RW,
		   .reset = 0x12,
		   .spec = "X 1",
		   .fields = ctrl_fields },
	[DATA] = { .name = "DATA",
		   .offset = 1,
		   .width = 8,
		   .dir = REG_DIR_W,
		   .spec = "X 2",
		   .fields = data_fields },
	[STATUS] = { .name = "STATUS",
		     .offset = 1,
		     .width = 8,
		     .dir = REG_DIR_R,
		     .spec = "X 3",
		     .fields = status_fields },
	[PORT] = { .name = "PORT",
		   .offset = 0x10,
		   .width = 32,
		   .dir = REG_DIR_RW,
		   .spec = "X 4",
		   .fields = port_fields,
		   .count = 4,
		   .stride = 16 },
	[LOW] = { .name = "LOW",
		  .offset = 0x14,
		  .width = 32,
		  .dir = REG_DIR_RW,
		  .spec = "X 5",
		  .fields = port_fields,
		  .count = 4,
		  .stride = 16,
		  .widths = REG_W8 | REG_W16 },
	[WIDE] = { .name = "WIDE",
		   .offset = 0x60,
		   .width = 64,
		   .dir = REG_DIR_RW,
		   .spec = "X 6",
		   .fields = wide_fields,
		   .widths = REG_HALVES },
};

static struct reg_desc table[N];
static struct reg_field fields[4];

static void start(void) { memcpy(table, sound, sizeof table); }

TestSuite(reg_table_fault, .init = start, .timeout = 60);

static void expect_fault(unsigned row, const char *says)
{
	const struct reg_desc *where = NULL;
	const char *fault = reg_table_fault(table, N, &where);

	require(fault != NULL, "no fault found, want: %s", says);
	check(strstr(fault, says) != NULL, "%s, want: %s", fault, says);
	check_eq(ptr, where, &table[row], "found in %s", where ? where->name : "nothing");
}

/* CTRL with its first field changed. */
static struct reg_field *own_fields(void)
{
	memcpy(fields, ctrl_fields, sizeof fields);
	table[CTRL].fields = fields;
	return fields;
}

Test(reg_table_fault, a_sound_table_has_no_fault)
{
	const struct reg_desc *where = &table[0];
	const char *fault = reg_table_fault(table, N, &where);

	check(fault == NULL, "%s", fault);
	check_eq(ptr, where, NULL);
	check(reg_table_fault(table, 0, &where) == NULL);
}

Test(reg_table_fault, an_unused_row_is_passed_over)
{
	const struct reg_desc *where;

	memset(&table[DATA], 0, sizeof table[DATA]);
	memset(&table[LOW], 0, sizeof table[LOW]);
	check(reg_table_fault(table, N, &where) == NULL);
}

Test(reg_table_fault, a_missing_citation)
{
	table[STATUS].spec = NULL;
	expect_fault(STATUS, "citation");
	table[STATUS].spec = "";
	expect_fault(STATUS, "citation");
}

Test(reg_table_fault, an_empty_name)
{
	table[DATA].name = "";
	expect_fault(DATA, "empty name");
}

Test(reg_table_fault, a_name_used_twice)
{
	table[LOW].name = "PORT";
	expect_fault(LOW, "name used twice");
}

Test(reg_table_fault, a_width_no_bus_has)
{
	static const uint8_t bad[] = { 0, 1, 7, 9, 12, 24, 48, 65, 128, 255 };

	for (size_t i = 0; i < sizeof bad; i++) {
		table[CTRL].width = bad[i];
		expect_fault(CTRL, "width");
	}
}

Test(reg_table_fault, an_invalid_direction)
{
	table[CTRL].dir = 0;
	expect_fault(CTRL, "direction");
	table[CTRL].dir = 4;
	expect_fault(CTRL, "direction");
}

Test(reg_table_fault, an_offset_off_its_alignment)
{
	table[WIDE].offset = 0x64;
	expect_fault(WIDE, "offset is not aligned");
}

Test(reg_table_fault, a_stride_smaller_than_the_register)
{
	table[PORT].stride = 2;
	expect_fault(PORT, "stride is smaller");
	table[PORT].stride = 0;
	expect_fault(PORT, "stride is smaller");
}

Test(reg_table_fault, a_stride_off_its_alignment)
{
	table[PORT].stride = 18;
	expect_fault(PORT, "stride is not aligned");
}

Test(reg_table_fault, a_stride_without_a_count)
{
	table[PORT].count = 0;
	expect_fault(PORT, "without a count");
}

Test(reg_table_fault, an_invalid_access_width)
{
	table[LOW].widths = 0x40;
	expect_fault(LOW, "unknown access width");
}

Test(reg_table_fault, halves_of_a_register_without_halves)
{
	table[LOW].widths = REG_HALVES;
	expect_fault(LOW, "halves");
}

Test(reg_table_fault, no_fields_at_all)
{
	table[CTRL].fields = NULL;
	expect_fault(CTRL, "no fields");
	table[CTRL].fields = &ctrl_fields[3];
	expect_fault(CTRL, "no fields");
}

Test(reg_table_fault, a_field_outside_the_register)
{
	own_fields()[2].msb = 8;
	expect_fault(CTRL, "outside");
}

Test(reg_table_fault, a_field_the_wrong_way_round)
{
	own_fields()[2].lsb = 7;
	fields[2].msb = 4;
	expect_fault(CTRL, "msb is below its lsb");
}

Test(reg_table_fault, overlapping_fields)
{
	own_fields()[2].lsb = 3;
	expect_fault(CTRL, "overlap");
}

Test(reg_table_fault, a_field_name_used_twice)
{
	own_fields()[2].name = "EN";
	expect_fault(CTRL, "field name used twice");
}

Test(reg_table_fault, reserved_fields_may_share_a_name)
{
	const struct reg_desc *where;

	own_fields()[2] = (struct reg_field){ "RSVD", 7, 5, REG_RSVDZ };
	table[CTRL].reset = 0x02;
	check(reg_table_fault(table, N, &where) == NULL);
}

Test(reg_table_fault, an_invalid_field_access)
{
	own_fields()[0].access = REG_RSVDZ + 1;
	expect_fault(CTRL, "unknown access");
}

Test(reg_table_fault, a_reset_value_in_bits_no_field_names)
{
	table[STATUS].reset = 0x02;
	expect_fault(STATUS, "reset");
	table[STATUS].reset = 0x100;
	expect_fault(STATUS, "reset");
}

Test(reg_table_fault, a_reset_value_in_bits_reserved_as_zero)
{
	own_fields()[1].access = REG_RSVDZ; /* reset is 0x12: bit 1 */
	expect_fault(CTRL, "reset");
}

Test(reg_table_fault, a_writable_field_in_a_read_only_register)
{
	static const enum reg_access bad[] = { REG_RW, REG_WO, REG_W1C, REG_RW1S };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		table[STATUS].fields = fields;
		fields[0] = (struct reg_field){ "X", 0, 0, bad[i] };
		expect_fault(STATUS, "writable field");
	}
}

Test(reg_table_fault, a_field_cleared_by_reading_that_nobody_can_read)
{
	table[DATA].fields = status_fields;
	expect_fault(DATA, "cleared-by-read");
}

Test(reg_table_fault, two_rows_at_one_offset)
{
	table[DATA].dir = REG_DIR_RW;
	table[DATA].fields = ctrl_fields;
	expect_fault(STATUS, "overlaps");
}

Test(reg_table_fault, rows_that_share_some_bytes)
{
	table[WIDE].offset = 0x40; /* over PORT[3] and LOW[3] */
	expect_fault(WIDE, "overlaps");
	table[WIDE] = sound[WIDE];
	table[DATA].offset = 0x47; /* the last byte of LOW[3] */
	expect_fault(LOW, "overlaps");
	table[DATA].offset = 0x48; /* and the byte after it */
	check(reg_table_fault(table, N, &(const struct reg_desc *){ NULL }) == NULL);
}

Test(reg_table_fault, an_array_ends_with_its_last_cell)
{
	table[DATA].offset = 0x54; /* where LOW[4] would be */
	check(reg_table_fault(table, N, &(const struct reg_desc *){ NULL }) == NULL);
}

Test(reg_table_fault, arrays_that_run_into_each_other)
{
	table[LOW].offset = 0x40; /* LOW[0] on PORT[3] */
	expect_fault(LOW, "overlaps");
	table[LOW].offset = 0; /* LOW[1] on PORT[0], LOW[0] on CTRL */
	expect_fault(LOW, "overlaps");
	table[LOW].offset = 0x1c; /* interleaved without overlap, and beyond the end of PORT */
	check(reg_table_fault(table, N, &(const struct reg_desc *){ NULL }) == NULL);
}

Test(reg_table_fault, an_array_whose_later_cells_cover_a_single_register)
{
	table[PORT].count = 6; /* PORT[5] at 0x60 */
	expect_fault(WIDE, "overlaps");
}

Test(reg_table_fault, windows_may_share_an_offset_but_not_with_every_window)
{
	const struct reg_desc *where;

	table[DATA].dir = table[STATUS].dir = REG_DIR_RW;
	table[DATA].fields = table[STATUS].fields = ctrl_fields;
	table[DATA].bank = 1;
	table[STATUS].bank = 2;
	check(reg_table_fault(table, N, &where) == NULL);
	table[STATUS].bank = 1;
	expect_fault(STATUS, "overlaps");
	table[STATUS].bank = 0;
	expect_fault(STATUS, "overlaps");
}
