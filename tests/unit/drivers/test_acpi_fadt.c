/* SPDX-License-Identifier: MIT */
/* The FADT, made by hand. */
#include "bimetal/acpi_fadt.h"

#include "emu/array.h"
#include "tests/unit/drivers/acpi_fixture.h"

static void clear(void)
{
	memset(image, 0, sizeof(image));
	hole = 0;
}

TestSuite(acpi_fadt, .init = clear, .timeout = 60);

static int read_fadt(uint32_t length, struct acpi_fadt *fadt)
{
	struct acpi_sdt sdt = only_table("FACP", length);
	return (int)acpi_read_fadt(&memory, &sdt, fadt);
}

static void acpi_1_fields(void)
{
	put(TABLE + 36, 4, 0x7ff000);
	put(TABLE + 40, 4, 0x7fe000);
	put(TABLE + 45, 1, 4);
	put(TABLE + 46, 2, 9);
	put(TABLE + 48, 4, 0xb2);
	put(TABLE + 52, 1, 0xa0);
	put(TABLE + 53, 1, 0xa1);
	for (unsigned i = 0; i < 8; i++) put(TABLE + 56 + 4 * i, 4, 0x400 + 0x10 * i);
	static const uint8_t lengths[] = { 4, 2, 1, 4, 8, 0xff, 0x20 };
	memcpy(image + TABLE + 88, lengths, sizeof(lengths));
	put(TABLE + 106, 1, 0x0d);
	put(TABLE + 107, 1, 0x7e);
	put(TABLE + 108, 1, 0x32);
	put(TABLE + 109, 2, 3);
	put(TABLE + 112, 4, 0x4a5);
}

Test(acpi_fadt, the_fadt_of_acpi_1_has_ports)
{
	struct acpi_fadt f;
	memset(&f, 0xee, sizeof(f));
	acpi_1_fields();
	put_gas(TABLE + 116, 1, 8, 1, 0xcf9); /* beyond the end of the table */
	require_eq(int, read_fadt(116, &f), ACPI_OK);
	check(f.facs == 0x7ff000 && f.dsdt == 0x7fe000 && f.pm_profile == 4);
	check(f.sci_irq == 9 && f.smi_command == 0xb2);
	check(f.acpi_enable == 0xa0 && f.acpi_disable == 0xa1);
	const struct acpi_block *blocks[] = { &f.pm1a_event,   &f.pm1b_event,  &f.pm1a_control,
					      &f.pm1b_control, &f.pm2_control, &f.pm_timer,
					      &f.gpe0,         &f.gpe1 };
	static const uint8_t lengths[] = { 4, 4, 2, 2, 1, 4, 8, 0xff };
	for (unsigned i = 0; i < 8; i++) {
		check_eq(u64, blocks[i]->at.address, 0x400 + 0x10 * i);
		check_eq(u8, blocks[i]->at.space, ACPI_SPACE_PORT);
		check_eq(u8, blocks[i]->length, lengths[i]);
		check_eq(u8, blocks[i]->at.bits, i == 7 ? 255 : 8 * lengths[i]);
		check(blocks[i]->at.access == 0 && blocks[i]->at.offset == 0);
	}
	check(f.gpe1_base == 0x20 && f.day_alarm == 0x0d && f.month_alarm == 0x7e);
	check(f.century == 0x32 && f.boot_flags == 3 && f.flags == 0x4a5);
	check(ACPI_FADT_WBINVD == 1 && ACPI_FADT_RESET_REG_SUP == 0x400);
	check(ACPI_FADT_TMR_VAL_EXT == 0x100 && ACPI_FADT_HW_REDUCED == 0x100000);
	check(!f.can_reset);
	check_eq(u64, f.reset.address, 0);
}

Test(acpi_fadt, later_fields_win_where_they_are_set)
{
	struct acpi_fadt f;
	acpi_1_fields();
	put(TABLE + 132, 8, UINT64_C(0x100000000));
	put(TABLE + 140, 8, UINT64_C(0x200000000));
	put_gas(TABLE + 148, 0, 32, 3, UINT64_C(0xfed80800));
	put_gas(TABLE + 172, 1, 16, 2, 0x804);
	put_gas(TABLE + 208, 1, 32, 3, 0x808);
	require_eq(int, read_fadt(276, &f), ACPI_OK);
	check(f.facs == UINT64_C(0x100000000) && f.dsdt == UINT64_C(0x200000000));
	check(f.pm1a_event.at.space == 0 && f.pm1a_event.at.address == 0xfed80800);
	check(f.pm1a_event.at.access == 3 && f.pm1a_event.length == 4);
	check(f.pm1a_control.at.address == 0x804 && f.pm_timer.at.address == 0x808);
	check_eq(u64, f.pm1b_event.at.address, 0x410, "the old field");
	require_eq(int, read_fadt(140, &f), ACPI_OK);
	check(f.facs == UINT64_C(0x100000000) && f.dsdt == 0x7fe000, "cut off between");
	check_eq(u64, f.pm1a_event.at.address, 0x400);
}

Test(acpi_fadt, every_block_has_a_later_field)
{
	struct acpi_fadt f;
	static const unsigned at[] = { 148, 160, 172, 184, 196, 208, 220, 232 };
	acpi_1_fields();
	for (unsigned i = 0; i < 8; i++) {
		put_gas(TABLE + at[i], 0, 8 + i, 1, UINT64_C(0xfed00000) + i);
		put(TABLE + at[i] + 2, 1, 20 + i); /* offset of the bits */
	}
	require_eq(int, read_fadt(276, &f), ACPI_OK);
	const struct acpi_block *blocks[] = { &f.pm1a_event,   &f.pm1b_event,  &f.pm1a_control,
					      &f.pm1b_control, &f.pm2_control, &f.pm_timer,
					      &f.gpe0,         &f.gpe1 };
	for (unsigned i = 0; i < 8; i++) {
		check_eq(u64, blocks[i]->at.address, 0xfed00000 + i);
		check_eq(u8, blocks[i]->at.bits, 8 + i);
		check_eq(u8, blocks[i]->at.offset, 20 + i);
	}
}

Test(acpi_fadt, can_reset_by_a_byte_in_one_of_three_spaces)
{
	static const struct {
		unsigned space, bits, address;
		bool can;
	} cases[] = { { 1, 8, 0xcf9, true },  { 0, 8, 0xfed0, true },  { 2, 8, 0x10, true },
		      { 3, 8, 0xcf9, false }, { 1, 16, 0xcf9, false }, { 1, 8, 0, false },
		      { 127, 8, 1, false } };
	struct acpi_fadt f;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		put(TABLE + 112, 4, ACPI_FADT_RESET_REG_SUP);
		put_gas(TABLE + 116, cases[i].space, cases[i].bits, 1, cases[i].address);
		put(TABLE + 128, 1, 6);
		require_eq(int, read_fadt(276, &f), ACPI_OK);
		check(f.can_reset == cases[i].can, "%u", i);
		check_eq(u8, f.reset_value, 6);
		put(TABLE + 112, 4, 0);
		require_eq(int, read_fadt(276, &f), ACPI_OK);
		check(!f.can_reset, "the flag says no");
	}
}

Test(acpi_fadt, is_only_read_from_a_table_of_its_kind)
{
	struct acpi_fadt f;
	check_eq(int, read_fadt(115, &f), ACPI_BAD_LENGTH);
	struct acpi_sdt sdt = only_table("APIC", 276);
	check_eq(int, acpi_read_fadt(&memory, &sdt, &f), ACPI_BAD_SIGNATURE);
	sdt = only_table("FACP", 276);
	check_eq(int, acpi_read_fadt(&memory, &sdt, NULL), ACPI_NULL);
	check_eq(int, acpi_read_fadt(NULL, &sdt, &f), ACPI_NULL);
	check_eq(int, acpi_read_fadt(&memory, NULL, &f), ACPI_NULL);
	hole = TABLE + 200;
	check_eq(int, acpi_read_fadt(&memory, &sdt, &f), ACPI_UNREADABLE);
}
