/* SPDX-License-Identifier: MIT */
#include "tests/unit/emu/mem_fixture.h"

/* ---- sizes and the map ---- */

Test(mem, impossible_sizes_are_refused_with_advice)
{
	static const struct {
		uint64_t size, hole;
		const char *says;
	} bad[] = {
		{ 0, HOLE, "at least 1 MiB" },
		{ MIB - 4 * KIB, HOLE, "at least 1 MiB" },
		{ MIB + 1, HOLE, "multiple of 4096" },
		{ 64 * GIB + 4 * KIB, HOLE, "at most 64 GiB" },
		{ UINT64_MAX & ~UINT64_C(0xfff), HOLE, "at most 64 GiB" },
		{ 16 * MIB, HOLE + 1, "hole" },
		{ 16 * MIB, 0, "hole" },
		{ 16 * MIB, MIB - 4 * KIB, "hole" },
		{ 16 * MIB, 4 * GIB + 4 * KIB, "hole" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *error = mem_init(&mem, bad[i].size, bad[i].hole);
		require(error != NULL, "case %zu", i);
		check(strstr(error, bad[i].says) != NULL, "case %zu: %s", i, error);
		check_eq(sz, mem.n_regions, 0);
		mem_free(&mem); /* allowed after a failure, and twice */
		mem_free(&mem);
	}
}

Test(mem, the_least_memory_is_one_mebibyte)
{
	require(mem_init(&mem, MIB, HOLE) == NULL);
	check_eq(int, mem_kind_at(&mem, 0), MEM_RAM);
	check_eq(int, mem_kind_at(&mem, LEGACY - 1), MEM_RAM);
	check_eq(int, mem_kind_at(&mem, LEGACY), MEM_NONE);
	check_eq(int, mem_kind_at(&mem, MIB), MEM_NONE);
}

Test(mem, the_legacy_window_is_hidden)
{
	require(mem_init(&mem, 2 * MIB, HOLE) == NULL);
	check_eq(int, mem_kind_at(&mem, LEGACY), MEM_NONE);
	check_eq(int, mem_kind_at(&mem, MIB - 1), MEM_NONE);
	check_eq(int, mem_kind_at(&mem, MIB), MEM_RAM);
	check_eq(int, mem_kind_at(&mem, 2 * MIB - 1), MEM_RAM);
	check_eq(int, mem_kind_at(&mem, 2 * MIB), MEM_NONE);
	check_eq(int, mem_kind_at(&mem, UINT64_MAX), MEM_NONE);
	check_eq(ptr, mem_touch(&mem, LEGACY), NULL);
	check_eq(ptr, mem_flags(&mem, MIB - 1), NULL);
}

Test(mem, what_does_not_fit_below_the_hole_goes_on_at_four_gibibytes)
{
	require(mem_init(&mem, 5 * GIB, HOLE) == NULL);
	check_eq(int, mem_kind_at(&mem, HOLE - 1), MEM_RAM);
	check_eq(int, mem_kind_at(&mem, HOLE), MEM_NONE);
	check_eq(int, mem_kind_at(&mem, 4 * GIB - 1), MEM_NONE);
	check_eq(int, mem_kind_at(&mem, 4 * GIB), MEM_RAM);
	check_eq(int, mem_kind_at(&mem, 4 * GIB + (5 * GIB - HOLE) - 1), MEM_RAM);
	check_eq(int, mem_kind_at(&mem, 4 * GIB + (5 * GIB - HOLE)), MEM_NONE);
	check_eq(u64, mem.ram_below_hole, HOLE);
	check_eq(u64, mem.n_pages, 5 * GIB / MEM_PAGE);
	/* The bytes before and behind the hole are different memory. */
	require(mem_write32(&mem, HOLE - 4, 0x11111111));
	require(mem_write32(&mem, 4 * GIB, 0x22222222));
	check_eq(u8, byte_at(&mem, HOLE - 1), 0x11);
	check_eq(u8, byte_at(&mem, 4 * GIB), 0x22);
}

Test(mem, memory_that_ends_at_the_hole_has_no_high_part)
{
	require(mem_init(&mem, 16 * MIB, 16 * MIB) == NULL);
	check_eq(int, mem_kind_at(&mem, 16 * MIB - 1), MEM_RAM);
	check_eq(int, mem_kind_at(&mem, 4 * GIB), MEM_NONE);
}

Test(mem, five_gibibytes_cost_only_what_is_used)
{
	uint64_t seen = 0;

	require(mem_init(&mem, 5 * GIB, HOLE) == NULL);
	for (uint64_t i = 0; i < mem.n_pages; i++) seen += mem.flags[i];
	check_eq(u64, seen, 0);
	require(mem_touch(&mem, 4 * GIB + 123456) != NULL);
	for (uint64_t i = 0; i < mem.n_pages; i++) seen += mem.flags[i];
	check_eq(u64, seen, MEM_TOUCHED);
}

/* ---- the fill ---- */

Test(mem, untouched_memory_is_never_zero_by_accident)
{
	require(mem_init(&mem, 2 * MIB, HOLE) == NULL);
	check_eq(u8, byte_at(&mem, 0), 0xcc);
	check_eq(u8, byte_at(&mem, 2 * MIB - 1), 0xcc);
	check_eq(u8, *mem_touch(&mem, 0x5000), 0xcc);
}

Test(mem, a_pattern_of_any_length_runs_on_over_page_borders)
{
	static const uint8_t pattern[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

	for (size_t len = 1; len <= 8; len++) {
		require(mem_init(&mem, 2 * MIB, HOLE) == NULL);
		mem_set_pattern(&mem, pattern, len);
		for (uint64_t pa = MIB; pa < MIB + 4 * MEM_PAGE; pa++) {
			if (pa % MEM_PAGE == 0 && pa != MIB + MEM_PAGE)
				require(mem_touch(&mem, pa) != NULL);
			require_eq(u8, byte_at(&mem, pa), pattern[pa % len], "len %zu at %lx", len,
				   pa);
		}
		mem_free(&mem);
	}
}

Test(mem, a_pattern_of_no_or_too_many_bytes_changes_nothing)
{
	static const uint8_t pattern[9] = { 0 };

	require(mem_init(&mem, MIB, HOLE) == NULL);
	mem_set_pattern(&mem, pattern, 0);
	mem_set_pattern(&mem, pattern, sizeof pattern);
	check_eq(u8, byte_at(&mem, 0), 0xcc);
}

Test(mem, a_random_fill_depends_on_seed_and_place_not_on_order)
{
	struct mem other;
	uint8_t a[MEM_PAGE] = { 0 }, b[MEM_PAGE] = { 0 };
	unsigned zeros = 0;

	require(mem_init(&mem, 4 * MIB, HOLE) == NULL);
	require(mem_init(&other, 4 * MIB, HOLE) == NULL);
	mem_set_random(&mem, 7);
	mem_set_random(&other, 7);
	for (uint64_t pa = MIB; pa < 2 * MIB; pa += MEM_PAGE) mem_touch(&mem, pa);
	for (uint64_t pa = 2 * MIB; pa > MIB; pa -= MEM_PAGE) mem_touch(&other, pa - MEM_PAGE);
	for (uint64_t pa = MIB; pa < 2 * MIB; pa += MEM_PAGE) {
		require(mem_read(&mem, pa, a, sizeof a));
		require(mem_read(&other, pa, b, sizeof b));
		require_eq(int, memcmp(a, b, sizeof a), 0);
	}
	for (size_t i = 0; i < sizeof a; i++) zeros += a[i] == 0;
	check_lt(uint, zeros, 64); /* 16 are to be expected */

	require(mem_read(&mem, MIB + MEM_PAGE, b, sizeof b));
	check_ne(int, memcmp(a, b, sizeof a), 0); /* another page */
	mem_set_random(&other, 8);
	require(mem_read(&mem, 3 * MIB, a, sizeof a));
	require(mem_read(&other, 3 * MIB, b, sizeof b));
	check_ne(int, memcmp(a, b, sizeof a), 0); /* another seed */
	mem_free(&other);
}

Test(mem, reading_shows_the_fill_without_touching)
{
	uint8_t before[3 * MEM_PAGE], after[3 * MEM_PAGE];

	require(mem_init(&mem, 2 * MIB, HOLE) == NULL);
	mem_set_random(&mem, 42);
	require(mem_read(&mem, 0x1800, before, sizeof before));
	for (uint64_t pa = 0x1000; pa < 0x6000; pa += MEM_PAGE) check(!touched(&mem, pa));
	for (uint64_t pa = 0x1000; pa < 0x6000; pa += MEM_PAGE) mem_touch(&mem, pa);
	require(mem_read(&mem, 0x1800, after, sizeof after));
	check_eq(int, memcmp(before, after, sizeof before), 0);
}

Test(mem, touching_a_page_again_keeps_what_was_written)
{
	require(mem_init(&mem, 2 * MIB, HOLE) == NULL);
	*mem_touch(&mem, 0x3000) = 0x55;
	check_eq(u8, *mem_touch(&mem, 0x3fff), 0x55);
	check_eq(u8, byte_at(&mem, 0x3000), 0x55);
	check_eq(u8, byte_at(&mem, 0x3001), 0xcc);
}

/* ---- bounds ---- */

Test(mem, accesses_that_leave_memory_are_refused_whole)
{
	static const struct {
		uint64_t pa, len;
	} bad[] = {
		{ LEGACY - 1, 2 },      { LEGACY, 1 },      { MIB - 1, 2 },
		{ 0, MIB + 1 },         { 2 * MIB - 1, 2 }, { 2 * MIB, 1 },
		{ UINT64_MAX, 1 },      { UINT64_MAX, 2 },  { UINT64_MAX - 7, 16 },
		{ 0x1000, UINT64_MAX }, { 1, UINT64_MAX },  { 0, UINT64_MAX },
	};
	static uint8_t buf[64];

	require(mem_init(&mem, 2 * MIB, HOLE) == NULL);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		check(!mem_read(&mem, bad[i].pa, buf, bad[i].len), "case %zu", i);
		check(!mem_write(&mem, bad[i].pa, buf, bad[i].len), "case %zu", i);
		check(!mem_load(&mem, bad[i].pa, buf, bad[i].len), "case %zu", i);
		check(!mem_set(&mem, bad[i].pa, 0, bad[i].len), "case %zu", i);
	}
	check(!touched(&mem, LEGACY - 1));
	check(!touched(&mem, 2 * MIB - 1));
	check_eq(u8, byte_at(&mem, LEGACY - 1), 0xcc);
}

Test(mem, an_access_of_0_bytes_is_allowed_everywhere)
{
	require(mem_init(&mem, MIB, HOLE) == NULL);
	check(mem_read(&mem, UINT64_MAX, NULL, 0));
	check(mem_write(&mem, LEGACY, NULL, 0));
	check(mem_set(&mem, MIB, 1, 0));
}

Test(mem, numbers_are_little_endian_and_need_no_alignment)
{
	uint64_t v64 = 0;
	uint32_t v32 = 0;

	require(mem_init(&mem, 2 * MIB, HOLE) == NULL);
	require(mem_write64(&mem, 0x1ffd, UINT64_C(0x8877665544332211)));
	check_eq(u8, byte_at(&mem, 0x1ffc), 0xcc);
	for (unsigned i = 0; i < 8; i++) check_eq(u8, byte_at(&mem, 0x1ffd + i), 0x11 * (i + 1));
	check_eq(u8, byte_at(&mem, 0x2005), 0xcc);
	require(mem_read64(&mem, 0x1ffd, &v64));
	check_eq(u64, v64, UINT64_C(0x8877665544332211));
	require(mem_read32(&mem, 0x1fff, &v32));
	check_eq(u32, v32, 0x66554433);
	require(mem_write32(&mem, 0x1fff, 0xdeadbeef));
	require(mem_read64(&mem, 0x1ffd, &v64));
	check_eq(u64, v64, UINT64_C(0x8877deadbeef2211));
}

Test(mem, numbers_of_pages_that_were_not_touched)
{
	uint64_t v64 = 0;
	uint32_t v32 = 0;

	require(mem_init(&mem, 2 * MIB, HOLE) == NULL);
	require(mem_read64(&mem, 0x3000, &v64));
	check_eq(u64, v64, UINT64_C(0xcccccccccccccccc));
	require(mem_read32(&mem, 0x3004, &v32));
	check_eq(u32, v32, 0xcccccccc);
	/* half of it on such a page */
	require(mem_write64(&mem, 0x1ff8, UINT64_C(0x8877665544332211)));
	require(mem_read64(&mem, 0x1ffc, &v64));
	check_eq(u64, v64, UINT64_C(0xcccccccc88776655));
	require(mem_read32(&mem, 0x1ffe, &v32));
	check_eq(u32, v32, 0xcccc8877);
}

Test(mem, numbers_outside_memory_leave_the_result_alone)
{
	uint64_t v64 = 5;
	uint32_t v32 = 6;

	require(mem_init(&mem, MIB, HOLE) == NULL);
	check(!mem_read64(&mem, LEGACY - 7, &v64));
	check(!mem_read32(&mem, LEGACY - 3, &v32));
	check(!mem_write64(&mem, LEGACY - 7, 0));
	check(!mem_write32(&mem, LEGACY - 3, 0));
	check_eq(u64, v64, 5);
	check_eq(u32, v32, 6);
}

/* ---- ROM ---- */

Test(mem, a_rom_holds_its_image_and_ff)
{
	static const uint8_t image[] = { 0x55, 0xaa, 0x10 };
	uint8_t b = 1;

	require(mem_init(&mem, 2 * MIB, HOLE) == NULL);
	require(mem_add_rom(&mem, 0xc0000, 32 * KIB, image, sizeof image) == NULL);
	check_eq(int, mem_kind_at(&mem, 0xc0000), MEM_ROM);
	check_eq(int, mem_kind_at(&mem, 0xbffff), MEM_NONE);
	check_eq(int, mem_kind_at(&mem, 0xc8000), MEM_NONE);
	check_eq(u8, byte_at(&mem, 0xc0001), 0xaa);
	check_eq(u8, byte_at(&mem, 0xc0003), 0xff);
	check_eq(u8, byte_at(&mem, 0xc7fff), 0xff);
	check(!mem_write(&mem, 0xc0000, &b, 1));
	check(!mem_set(&mem, 0xc7fff, 0, 1));
	check(!mem_write32(&mem, 0xc0000, 0));
	check_eq(u8, byte_at(&mem, 0xc0000), 0x55);
	check(mem_load(&mem, 0xc0000, &b, 1));
	check_eq(u8, byte_at(&mem, 0xc0000), 1);
}

Test(mem, roms_that_do_not_fit_are_refused)
{
	static uint8_t image[2 * MEM_PAGE];
	static const struct {
		uint64_t base, size;
		size_t len;
		const char *says;
	} bad[] = {
		{ 0xf0001, MEM_PAGE, 0, "page" },
		{ 0xf0000, MEM_PAGE + 1, 0, "page" },
		{ 0xf0000, 0, 0, "empty" },
		{ 0xf0000, MEM_PAGE, MEM_PAGE + 1, "larger" },
		{ 0x9f000, 2 * MEM_PAGE, 0, "overlaps RAM" },
		{ 0xff000, 2 * MEM_PAGE, 0, "overlaps RAM" },
		{ 0xe0000, 2 * MEM_PAGE, 0, "overlaps another ROM" },
		{ HOLE, MEM_ROM_MAX, 0, "64 MiB" },
		{ UINT64_MAX - 0xfff, MEM_PAGE, 0, "beyond" },
		{ (UINT64_C(1) << 52) - MEM_PAGE, 2 * MEM_PAGE, 0, "beyond" },
	};

	require(mem_init(&mem, 2 * MIB, HOLE) == NULL);
	require(mem_add_rom(&mem, 0xe1000, MEM_PAGE, NULL, 0) == NULL);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *error = mem_add_rom(&mem, bad[i].base, bad[i].size, image, bad[i].len);
		require(error != NULL, "case %zu", i);
		check(strstr(error, bad[i].says) != NULL, "case %zu: %s", i, error);
	}
	check_eq(sz, mem.n_regions, 3);
}

Test(mem, too_many_roms_are_refused)
{
	uint64_t base = HOLE;

	require(mem_init(&mem, 2 * MIB, HOLE) == NULL);
	while (mem.n_regions < MEM_MAX_REGIONS) {
		require(mem_add_rom(&mem, base, MEM_PAGE, "\x5a", 1) == NULL);
		base += 2 * MEM_PAGE;
	}
	check(mem_add_rom(&mem, base, MEM_PAGE, NULL, 0) != NULL);
	/* The first one is unchanged, at its place. */
	check_eq(u8, byte_at(&mem, HOLE), 0x5a);
	check_eq(u64, mem.n_pages, 2 * MIB / MEM_PAGE + MEM_MAX_REGIONS - 2);
}

Test(mem, an_access_may_run_from_ram_into_rom)
{
	uint8_t buf[8];

	require(mem_init(&mem, 2 * MIB, HOLE) == NULL);
	require(mem_add_rom(&mem, 2 * MIB, MEM_PAGE, "\x11\x22", 2) == NULL);
	require(mem_read(&mem, 2 * MIB - 4, buf, sizeof buf));
	check_eq(u8, buf[3], 0xcc);
	check_eq(u8, buf[5], 0x22);
	check(!mem_write(&mem, 2 * MIB - 4, buf, sizeof buf));
	check(mem_load(&mem, 2 * MIB - 4, "abcdefgh", 8));
	check_eq(u8, byte_at(&mem, 2 * MIB + 3), 'h');
}

/* ---- against a plain array ---- */

/* The same 5 MiB with holes as a plain array of bytes. */
static struct {
	uint8_t byte[5 * MIB];
} naive;
enum { NAIVE_HOLE = 3 << 20, NAIVE_RAM = 4 << 20 }; /* 3 MiB below the hole, 1 MiB above */

static bool naive_at(uint64_t pa, uint64_t *index)
{
	if (pa >= 4 * GIB && pa < 4 * GIB + NAIVE_RAM - NAIVE_HOLE) {
		*index = pa - 4 * GIB + NAIVE_HOLE;
		return true;
	}
	*index = pa;
	return pa < LEGACY || (pa >= MIB && pa < NAIVE_HOLE);
}

static bool naive_all(uint64_t pa, uint64_t len)
{
	uint64_t index;

	for (uint64_t i = 0; i < len; i++)
		if (pa + i < pa || !naive_at(pa + i, &index)) return false;
	return true;
}

static uint64_t somewhere(uint64_t *rng)
{
	static const uint64_t edges[] = { 0,          LEGACY,    MIB,
					  NAIVE_HOLE, 4 * GIB,   4 * GIB + NAIVE_RAM - NAIVE_HOLE,
					  0x5000,     UINT64_MAX };
	uint64_t near = random_next(rng) % 12000;

	return edges[random_next(rng) % 8] + (random_next(rng) % 2 ? near : -near);
}

static void same_op_on_both(uint64_t *rng)
{
	static uint8_t buf[16384], got[16384];
	uint64_t pa = somewhere(rng),
		 len = random_next(rng) % (random_next(rng) % 4 ? 64 : sizeof buf);
	bool inside = naive_all(pa, len);
	uint8_t fill = (uint8_t)random_next(rng);
	uint64_t index = 0, op = random_next(rng) % 3;

	for (uint64_t i = 0; i < len; i++) buf[i] = (uint8_t)(random_next(rng) >> 13);
	if (op == 0) {
		require_eq(int, mem_write(&mem, pa, buf, len), inside, "%lx+%lx", pa, len);
	} else if (op == 1) {
		require_eq(int, mem_set(&mem, pa, fill, len), inside, "%lx+%lx", pa, len);
		memset(buf, fill, len);
	} else {
		require_eq(int, mem_read(&mem, pa, got, len), inside, "%lx+%lx", pa, len);
	}
	for (uint64_t i = 0; inside && i < len; i++) {
		require(naive_at(pa + i, &index));
		if (op == 2) require_eq(u8, got[i], naive.byte[index], "at %lx", pa + i);
		if (op != 2) naive.byte[index] = buf[i];
	}
}

Test(mem, random_operations_agree_with_a_plain_array)
{
	static const uint8_t pattern[] = { 0xde, 0xad, 0x5a };
	uint64_t rng = 0x0123456789abcdef;

	require(mem_init(&mem, NAIVE_RAM, NAIVE_HOLE) == NULL);
	mem_set_pattern(&mem, pattern, sizeof pattern);
	for (uint64_t i = 0; i < NAIVE_RAM; i++) naive.byte[i] = pattern[i % sizeof pattern];
	for (unsigned i = 0; i < 3000; i++) {
		if (i % 7 == 0) mem_touch(&mem, somewhere(&rng));
		same_op_on_both(&rng);
	}
	for (uint64_t pa = 0; pa < NAIVE_HOLE; pa += MEM_PAGE) {
		uint8_t page[MEM_PAGE];
		if (mem_read(&mem, pa, page, sizeof page))
			require_eq(int, memcmp(page, naive.byte + pa, sizeof page), 0);
	}
}
