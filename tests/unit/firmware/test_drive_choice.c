/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "harness/firmware/bios/drive_choice.h"
#include "tests/check.h"

enum { KIB = 1024, TABLE = 446, ENTRY = 16 };

static uint8_t *bytes;
static char why[256];

static void init(void) { bytes = calloc(1, 4096 * KIB); }
static void fini(void) { free(bytes); }

TestSuite(drive_choice, .init = init, .fini = fini);

/* Sets entry n: status, type, first sector, number of sectors. */
static void entry(unsigned n, uint8_t status, uint8_t type, uint32_t first, uint32_t count)
{
	uint8_t *e = bytes + TABLE + (size_t)n * ENTRY;

	e[0] = status;
	e[4] = type;
	memcpy(e + 8, &first, sizeof(first));
	memcpy(e + 12, &count, sizeof(count));
}

static enum bios_slot choose(size_t size)
{
	return drive_choose(bytes, size, false, why, sizeof(why));
}

#define SAYS(words) check_ne(ptr, strstr(why, words), NULL, "it says: %s", why)

Test(drive_choice, a_boot_sector_with_something_behind_it_is_a_diskette)
{
	check_eq(int, choose(513), BIOS_FLOPPY);
	SAYS("1.44M (80 cylinders, 2 heads, 18 sectors), drive 00h");
	check_eq(int, choose(1440 * KIB - 1), BIOS_FLOPPY);
	check_eq(int, choose(1440 * KIB + 1), BIOS_FLOPPY);
	SAYS("2.88M");
	check_eq(int, choose(2880 * KIB), BIOS_FLOPPY);
	check_eq(int, choose(2880 * KIB + 1), BIOS_DISK0);
	SAYS("larger than a diskette");
}

Test(drive_choice, a_size_that_only_one_format_has_tells_the_format)
{
	check_eq(int, choose(360 * KIB), BIOS_FLOPPY);
	SAYS("360K (40 cylinders, 2 heads, 9 sectors)");
	check_eq(int, choose(360 * KIB + 1), BIOS_FLOPPY);
	SAYS("1.44M");
}

Test(drive_choice, partitions_make_a_hard_disk)
{
	entry(3, 0x00, 0x83, 1, 100);
	check_eq(int, choose(1440 * KIB), BIOS_DISK0);
	SAYS("partition table");
	check_eq(int, choose(4096 * KIB), BIOS_DISK0);
	SAYS("partition table");
	entry(3, 0x80, 0x83, 1, 100);
	check_eq(int, choose(2000), BIOS_DISK0);
}

Test(drive_choice, bytes_of_boot_code_are_no_partitions)
{
	entry(0, 0x65, 0x83, 1, 100);
	check_eq(int, choose(2000), BIOS_FLOPPY, "no such status");
	entry(0, 0x80, 0x00, 1, 100);
	check_eq(int, choose(2000), BIOS_FLOPPY, "no type");
	entry(0, 0x80, 0x83, 0, 100);
	check_eq(int, choose(2000), BIOS_FLOPPY, "over the table itself");
	entry(0, 0x80, 0x83, 4, 100);
	check_eq(int, choose(2000), BIOS_FLOPPY, "behind the end");
	entry(0, 0x80, 0x83, 3, 0);
	check_eq(int, choose(2000), BIOS_FLOPPY, "empty");
	entry(0, 0x80, 0x83, 3, 1);
	check_eq(int, choose(2000), BIOS_DISK0);
}

Test(drive_choice, a_second_diskette_must_have_the_size_of_one)
{
	check_eq(int, drive_choose(bytes, 2000, true, why, sizeof(why)), BIOS_DISK0);
	SAYS("--floppy");
	check_eq(int, drive_choose(bytes, 1440 * KIB, true, why, sizeof(why)), BIOS_FLOPPY);
}
