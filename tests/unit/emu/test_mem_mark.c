/* SPDX-License-Identifier: MIT */
/* Marks of memory. */
#include "emu/mem_mark.h"

#include "emu/mem_device.h"
#include "tests/unit/emu/mem_fixture.h"

enum { RAM = 8 << 20, VRAM = 16 * MEM_PAGE, FILL = 0x20, ROUNDS = 300 };
#define BOUND (UINT64_C(64) << 20)

static struct mem_marks *marks;
static struct mem_device *device;
static struct mem_window *window;
static uint64_t told[8];
static unsigned n_told;

static void on_written(void *ctx, uint64_t pa, uint64_t len)
{
	(void)ctx;
	check_eq(u64, len, 64);
	if (n_told < 8) told[n_told] = pa;
	n_told++;
}

static void begin_with(uint64_t bound)
{
	static const uint8_t rom[] = { 0x55, 0xaa };

	require(mem_init(&mem, RAM, HOLE) == NULL);
	require(mem_add_rom(&mem, 0xf0000, 0x10000, rom, sizeof(rom)) == NULL);
	require(mem_add_device(&mem, "video memory", VRAM, FILL, &device) == NULL);
	window = mem_device_add_window(device);
	marks = mem_marks_new(&mem, bound);
	require(marks);
}

static void begin(void) { begin_with(BOUND); }

static struct mem_mark *mark_now(void)
{
	struct mem_mark *mark = mem_mark(marks);

	require(mark);
	return mark;
}

static void set_byte(uint64_t pa, uint8_t byte) { require(mem_set(&mem, pa, byte, 1)); }

Test(mem, a_mark_brings_back_what_was_written_touched_and_loaded)
{
	begin();
	set_byte(0x5000, 1);
	struct mem_mark *mark = mark_now();
	set_byte(0x5000, 2);
	check(*mem_flags(&mem, 0x5000) & MEM_DIRTY, "it is noted once");
	set_byte(0x6000, 2);
	mem_touch(&mem, 0x7000);
	require(mem_load(&mem, 0xf0000, "\x11", 1));
	require(mem_mark_restore(marks, mark));
	check_eq(u8, byte_at(&mem, 0x5000), 1);
	check_eq(u8, *mem_flags(&mem, 0x5000), MEM_TOUCHED | MEM_WRITTEN);
	check_eq(u8, byte_at(&mem, 0x6000), 0xcc);
	check_eq(u8, *mem_flags(&mem, 0x6000), 0);
	check_eq(u8, *mem_flags(&mem, 0x7000), 0);
	check_eq(u8, byte_at(&mem, 0xf0000), 0x55);
	mem_marks_free(marks);
}

/* The grants of the CPU are among the flags. Only the one that says where translations are stays.
 */
Test(mem, a_mark_brings_back_the_flags_of_the_cpu)
{
	begin();
	set_byte(0x5000, 1);
	struct mem_mark *mark = mark_now();
	uint8_t *flags = mem_flags(&mem, 0x5000);
	mem_note(&mem, flags, MEM_CODE | MEM_TRANSLATED | MEM_WGRANT);
	require(mem_mark_restore(marks, mark));
	check_eq(u8, *flags, MEM_TOUCHED | MEM_WRITTEN | MEM_TRANSLATED);
	mem_marks_free(marks);
}

Test(mem, only_the_pieces_of_code_that_differ_are_told)
{
	begin();
	require(mem_set(&mem, 0x5000, 0x90, MEM_PAGE));
	mem_note(&mem, mem_flags(&mem, 0x5000), MEM_TRANSLATED);
	struct mem_mark *mark = mark_now();
	set_byte(0x5001, 1);
	set_byte(0x5100, 1);
	mem.written = on_written;
	require(mem_mark_restore(marks, mark));
	check_eq(uint, n_told, 2);
	check_eq(u64, told[0], 0x5000);
	check_eq(u64, told[1], 0x5100);
	mem.written = NULL;
	mem_marks_free(marks);
}

Test(mem, the_memory_and_the_windows_of_devices_belong_to_a_mark)
{
	begin();
	require(mem_window_show(window, 0xe0000000, 0, VRAM, MEM_WINDOW_ALL));
	mem_device_set_byte(device, 0x1005, 7);
	struct mem_mark *mark = mark_now();
	require(mem_set(&mem, 0xe0001005, 8, 1));
	mem_device_set_byte(device, 0x2000, 9);
	mem_device_reset(device);
	mem_window_hide(window);
	require(mem_mark_restore(marks, mark));
	check_eq(u8, byte_at(&mem, 0xe0001005), 7);
	check_eq(u8, mem_device_byte(device, 0x2000), FILL);
	check(device->flags[1] & MEM_DEVICE_CHANGED, "a copy must not take it for what it was");
	mem_marks_free(marks);
}

/* What differs from a mark costs a page, once for all marks that have it in common. */
Test(mem, marks_share_the_pages_that_they_have_in_common)
{
	begin();
	require(mem_set(&mem, 0x100000, 1, 200 * MEM_PAGE));
	struct mem_mark *mark = mark_now();
	uint64_t first = mem_marks_bytes(marks);
	check_gt(u64, first, 200 * MEM_PAGE);
	(void)mark_now();
	(void)mark_now();
	check_eq(u64, mem_marks_bytes(marks), first);
	set_byte(0x100000, 2);
	struct mem_mark *other = mark_now();
	check_lt(u64, mem_marks_bytes(marks), first + 3 * MEM_PAGE);
	require(mem_mark_restore(marks, mark));
	mem_mark_free(marks, other);
	check_eq(u64, mem_marks_bytes(marks), first);
	mem_marks_free(marks);
}

Test(mem, a_mark_that_does_not_fit_changes_nothing)
{
	begin_with(100 * MEM_PAGE);
	set_byte(0x5000, 1);
	struct mem_mark *mark = mark_now();
	require(mem_set(&mem, 0x100000, 1, 200 * MEM_PAGE));
	check_eq(ptr, mem_mark(marks), NULL);
	check_le(u64, mem_marks_bytes(marks), 100 * MEM_PAGE);
	require(mem_mark_restore(marks, mark));
	check_eq(u8, byte_at(&mem, 0x5000), 1);
	check_eq(u8, byte_at(&mem, 0x100000), 0xcc);
	mem_marks_free(marks);
}

/* A model of all of it: marks are copies of an array, made, restored and freed at random. */
enum { PAGES = 40, MARKS = 12 };

static struct {
	struct mem_mark *mark;
	uint8_t page[PAGES];
} model[MARKS];

static uint64_t address_of(unsigned page) { return 0x100000 + page * UINT64_C(0x21000); }

static void expect_pages(const uint8_t page[PAGES])
{
	for (unsigned i = 0; i < PAGES; i++) check_eq(u8, byte_at(&mem, address_of(i)), page[i]);
}

Test(mem, any_order_of_marks_writes_restores_and_frees_is_right)
{
	uint64_t r = 42;
	uint8_t now[PAGES];

	begin();
	memset(now, 0xcc, sizeof(now));
	for (unsigned i = 0; i < ROUNDS * 10; i++) {
		unsigned which = (unsigned)(random_next(&r) % MARKS),
			 page = (unsigned)(random_next(&r) % PAGES);
		switch (random_next(&r) % 6) {
		case 0:
			if (model[which].mark) mem_mark_free(marks, model[which].mark);
			model[which].mark = mark_now();
			memcpy(model[which].page, now, sizeof(now));
			break;
		case 1:
			if (!model[which].mark) break;
			require(mem_mark_restore(marks, model[which].mark));
			memcpy(now, model[which].page, sizeof(now));
			expect_pages(now);
			break;
		case 2:
			mem_mark_free(marks, model[which].mark);
			model[which].mark = NULL;
			break;
		default:
			now[page] = (uint8_t)random_next(&r);
			set_byte(address_of(page), now[page]);
		}
	}
	expect_pages(now);
	mem_marks_free(marks);
}

static struct mem_mark *built;

static bool copy_page(void *ctx, const struct mem_mark_page *page)
{
	(void)ctx;
	return mem_mark_set(marks, built, page);
}

Test(mem, a_mark_is_made_anew_from_its_pages)
{
	begin();
	set_byte(0x5000, 1);
	set_byte(0x700000, 2);
	mem_device_set_byte(device, 3, 3);
	struct mem_mark *mark = mark_now();
	built = mem_mark_empty(marks);
	require(built);
	set_byte(0x5000, 9);
	require(mem_mark_visit(marks, mark, copy_page, NULL));
	mem_mark_free(marks, mark);
	require(mem_mark_restore(marks, built));
	check_eq(u8, byte_at(&mem, 0x5000), 1);
	check_eq(u8, byte_at(&mem, 0x700000), 2);
	check_eq(u8, mem_device_byte(device, 3), 3);
	check(!mem_mark_set(marks, built, &(struct mem_mark_page){ .number = UINT32_MAX }));
	mem_marks_free(marks);
}
