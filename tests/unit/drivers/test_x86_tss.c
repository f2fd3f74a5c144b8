/* SPDX-License-Identifier: MIT */
/* Offsets from SDM Vol. 3A figure 7-11. */
#include "bimetal/x86/tss.h"

#include <string.h>

#include "tests/check.h"

/* As a kernel lays them out: the map behind the TSS, in one object. */
static struct {
	struct tss tss;
	uint8_t map[TSS_MAP_MAX_BYTES + 1];
} task;

static void set_up(void) { tss_init(&task.tss); }

TestSuite(x86_tss, .init = set_up, .timeout = 60);

static uint64_t bytes(unsigned offset, unsigned n)
{
	uint64_t value = 0;
	memcpy(&value, (const uint8_t *)&task.tss + offset, n);
	return value;
}

Test(x86_tss, it_has_the_size_and_the_offsets_of_the_manual)
{
	check_eq(sz, sizeof(struct tss), 0x68);
	for (unsigned ring = 0; ring < 3; ring++)
		check_eq(int, tss_set_rsp(&task.tss, ring, UINT64_C(0x1111222233330000) + ring),
			 TSS_OK);
	for (unsigned n = 1; n <= 7; n++)
		check_eq(int, tss_set_ist(&task.tss, n, UINT64_C(0x4444555566660000) + n), TSS_OK);
	check_eq(u64, bytes(0x00, 4), 0);
	check_eq(u64, bytes(0x04, 8), UINT64_C(0x1111222233330000));
	check_eq(u64, bytes(0x0c, 8), UINT64_C(0x1111222233330001));
	check_eq(u64, bytes(0x14, 8), UINT64_C(0x1111222233330002));
	check_eq(u64, bytes(0x1c, 8), 0);
	for (unsigned n = 1; n <= 7; n++) {
		check_eq(u64, bytes(0x24 + 8 * (n - 1), 8), UINT64_C(0x4444555566660000) + n);
		check_eq(u64, tss_ist(&task.tss, n), UINT64_C(0x4444555566660000) + n);
	}
	check_eq(u64, bytes(0x5c, 8), 0);
	check_eq(u64, bytes(0x64, 2), 0);
	check_eq(u64, tss_rsp(&task.tss, 2), UINT64_C(0x1111222233330002));
}

/* With a base of 0 the processor takes the TSS itself for the map, and its zeroes allow ports. */
Test(x86_tss, a_new_one_has_no_io_map)
{
	check_eq(u64, bytes(0x66, 2), 0x68);
	check_eq(uint, tss_iomap_base(&task.tss), sizeof(struct tss));
}

Test(x86_tss, stacks_that_are_not_there_are_refused)
{
	check_eq(int, tss_set_rsp(&task.tss, 3, 1), TSS_BAD_RING);
	check_eq(int, tss_set_ist(&task.tss, 0, 1), TSS_BAD_IST);
	check_eq(int, tss_set_ist(&task.tss, 8, 1), TSS_BAD_IST);
	check_eq(int, tss_set_rsp(NULL, 0, 1), TSS_NULL_POINTER);
	check_eq(int, tss_set_ist(NULL, 1, 1), TSS_NULL_POINTER);
	check_eq(u64, tss_rsp(&task.tss, 3), 0);
	check_eq(u64, tss_ist(&task.tss, 0), 0);
	check_eq(u64, tss_ist(&task.tss, 8), 0);
	check_eq(uint, tss_iomap_base(&task.tss), 0x68);
}

Test(x86_tss, an_io_map_lies_behind_it_and_ends_with_ones)
{
	uint32_t limit = 0;
	tss_io_map_init(task.map, TSS_MAP_MAX_BYTES);
	check_eq(int, tss_set_io_map(&task.tss, task.map, TSS_MAP_MAX_BYTES, &limit), TSS_OK);
	check_eq(uint, tss_iomap_base(&task.tss), 0x68);
	check_eq(u32, limit, 0x68 + 8193 - 1);
	check_eq(int, tss_set_io_map(&task.tss, task.map + 8, 1, &limit), TSS_OK);
	check_eq(uint, tss_iomap_base(&task.tss), 0x70);
	check_eq(u32, limit, 0x70);
}

Test(x86_tss, a_bad_io_map_is_refused_by_name_and_changes_nothing)
{
	uint32_t limit = 7;
	uint8_t *start = (uint8_t *)&task;
	tss_io_map_init(task.map, sizeof(task.map));
	check_eq(int, tss_set_io_map(&task.tss, start + 0x67, 9, &limit), TSS_MAP_BEFORE);
	check_eq(int, tss_set_io_map(&task.tss, start - 1, 9, &limit), TSS_MAP_BEFORE);
	check_eq(int, tss_set_io_map(&task.tss, task.map, TSS_MAP_MAX_BYTES + 1, &limit),
		 TSS_MAP_TOO_LONG);
	check_eq(int, tss_set_io_map(&task.tss, task.map, 0, &limit), TSS_MAP_NOT_ENDED);
	task.map[8] = 0x7f;
	check_eq(int, tss_set_io_map(&task.tss, task.map, 9, &limit), TSS_MAP_NOT_ENDED);
	check_eq(int, tss_set_io_map(&task.tss, NULL, 9, &limit), TSS_NULL_POINTER);
	check_eq(uint, tss_iomap_base(&task.tss), 0x68);
	check_eq(u32, limit, 7);
}

Test(x86_tss, an_io_map_begins_at_most_dfff_from_it)
{
	static struct {
		struct tss tss;
		uint8_t map[0x10000];
	} far;
	uint32_t limit = 0;
	tss_init(&far.tss);
	tss_io_map_init(far.map, sizeof(far.map));
	uint8_t *start = (uint8_t *)&far;
	check_eq(int, tss_set_io_map(&far.tss, start + 0xe000, 9, &limit), TSS_MAP_TOO_FAR);
	check_eq(int, tss_set_io_map(&far.tss, start + 0xdfff, 9, &limit), TSS_OK);
	check_eq(uint, tss_iomap_base(&far.tss), 0xdfff);
	check_eq(u32, limit, 0xdfff + 8);
}

Test(x86_tss, ports_are_allowed_one_by_one)
{
	uint8_t map[9];
	tss_io_map_init(map, sizeof(map));
	check_eq(int, tss_allow_port(map, sizeof(map), 0x3b, true), TSS_OK);
	check_eq(uint, map[7], 0xf7);
	check(tss_port_allowed(map, sizeof(map), 0x3b));
	check(!tss_port_allowed(map, sizeof(map), 0x3a));
	check_eq(int, tss_allow_port(map, sizeof(map), 0x3b, false), TSS_OK);
	check_eq(uint, map[7], 0xff);
	/* The last byte is no port's. */
	check_eq(int, tss_allow_port(map, sizeof(map), 0x40, true), TSS_MAP_BAD_PORT);
	check_eq(int, tss_allow_port(map, 0, 0, true), TSS_MAP_BAD_PORT);
	check_eq(int, tss_allow_port(NULL, 9, 0, true), TSS_NULL_POINTER);
	check(!tss_port_allowed(map, sizeof(map), 0x40));
	check(!tss_port_allowed(NULL, 9, 0));
	check_eq(uint, map[8], 0xff);
}
