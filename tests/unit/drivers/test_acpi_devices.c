/* SPDX-License-Identifier: MIT */
/* HPET and MCFG, made by hand. */
#include "bimetal/acpi_devices.h"

#include "tests/unit/drivers/acpi_fixture.h"

static void clear(void)
{
	memset(image, 0, sizeof(image));
	hole = 0;
}

TestSuite(acpi_devices, .init = clear, .timeout = 60);

Test(acpi_devices, the_hpet_lies_in_memory)
{
	struct acpi_hpet h;
	put(TABLE + 36, 4, 0x8086a301);
	put_gas(TABLE + 40, 0, 64, 0, 0xfed00000);
	put(TABLE + 52, 1, 1);
	put(TABLE + 53, 2, 0x1234);
	put(TABLE + 55, 1, 2);
	struct acpi_sdt sdt = only_table("HPET", 56);
	require_eq(int, acpi_read_hpet(&memory, &sdt, &h), ACPI_OK);
	check(h.id == 0x8086a301 && h.at.address == 0xfed00000 && h.number == 1);
	check(h.min_tick == 0x1234 && h.protection == 2);
	put_gas(TABLE + 40, 1, 64, 0, 0xfed00000);
	sdt = only_table("HPET", 56);
	check_eq(int, acpi_read_hpet(&memory, &sdt, &h), ACPI_BAD_VALUE);
	put_gas(TABLE + 40, 0, 64, 0, 0);
	sdt = only_table("HPET", 56);
	check_eq(int, acpi_read_hpet(&memory, &sdt, &h), ACPI_BAD_VALUE);
	check_eq(int, acpi_read_hpet(&memory, &sdt, NULL), ACPI_NULL);
	sdt = only_table("HPET", 55);
	check_eq(int, acpi_read_hpet(&memory, &sdt, &h), ACPI_BAD_LENGTH);
	sdt = only_table("HPEX", 56);
	check_eq(int, acpi_read_hpet(&memory, &sdt, &h), ACPI_BAD_SIGNATURE);
}

Test(acpi_devices, configuration_space_comes_in_segments)
{
	struct acpi_ecam e;
	put(TABLE + 44, 8, 0xb0000000);
	put(TABLE + 55, 1, 255);
	put(TABLE + 60, 8, UINT64_C(0x4000000000));
	put(TABLE + 68, 2, 7);
	put(TABLE + 70, 1, 16);
	put(TABLE + 71, 1, 31);
	struct acpi_sdt sdt = only_table("MCFG", 76);
	require_eq(int, acpi_read_ecam(&memory, &sdt, 0, &e), ACPI_OK);
	check(e.base == 0xb0000000 && e.segment == 0 && e.first_bus == 0 && e.last_bus == 255);
	require_eq(int, acpi_read_ecam(&memory, &sdt, 1, &e), ACPI_OK);
	check(e.base == UINT64_C(0x4000000000) && e.segment == 7);
	check(e.first_bus == 16 && e.last_bus == 31);
	check_eq(int, acpi_read_ecam(&memory, &sdt, 2, &e), ACPI_END);
	check_eq(int, acpi_read_ecam(&memory, &sdt, UINT32_MAX, &e), ACPI_END);
	check_eq(int, acpi_read_ecam(&memory, &sdt, 0, NULL), ACPI_NULL);
	put(TABLE + 71, 1, 15);
	check_eq(int, acpi_read_ecam(&memory, &sdt, 1, &e), ACPI_BAD_VALUE, "no buses");
	put(TABLE + 44, 8, 0);
	check_eq(int, acpi_read_ecam(&memory, &sdt, 0, &e), ACPI_BAD_VALUE);
	sdt = only_table("MCFG", 75);
	check_eq(int, acpi_read_ecam(&memory, &sdt, 0, &e), ACPI_BAD_LENGTH, "half an entry");
	sdt = only_table("MCFG", 43);
	check_eq(int, acpi_read_ecam(&memory, &sdt, 0, &e), ACPI_BAD_LENGTH);
	sdt = only_table("MCFG", 44);
	check_eq(int, acpi_read_ecam(&memory, &sdt, 0, &e), ACPI_END, "none at all");
}
