/* SPDX-License-Identifier: MIT */
/* Memory of devices, and its windows. */
#include "emu/mem_device.h"
#include "tests/unit/emu/mem_fixture.h"

enum { SIZE = 64 << 10, FILL = 0xcc };
static struct mem_device *device;
static struct mem_window *window;

static void start(struct mem *m)
{
	require(mem_init(m, 2 * MIB, HOLE) == NULL);
	require(mem_add_device(m, "test memory", SIZE, FILL, &device) == NULL);
	window = mem_device_add_window(device);
	require(window != NULL);
}

static unsigned changes;

static void changed(void *ctx)
{
	(void)ctx;
	changes++;
}

Test(mem, a_device_starts_with_its_fill_and_untouched)
{
	uint8_t page[MEM_PAGE];

	start(&mem);
	check_eq(u32, mem_device_word(device, 0x1000), 0xccccccccu);
	check_eq(u64, mem_device_load(device, SIZE - 8, 64), UINT64_C(0xcccccccccccccccc));
	mem_device_read(device, 0, page, sizeof page);
	check_eq(u8, page[MEM_PAGE - 1], FILL);
	check_eq(u8, device->flags[0], 0);
	check_eq(u8, mem_device_page(device, 0x2fff)[0], FILL);
	check_eq(u8, device->flags[2], MEM_TOUCHED);
}

Test(mem, sizes_of_device_memory_are_checked)
{
	require(mem_init(&mem, 2 * MIB, HOLE) == NULL);
	check(mem_add_device(&mem, "none", 0, 0, &device) != NULL);
	check(device == NULL);
	check(mem_add_device(&mem, "odd", MEM_PAGE + 1, 0, &device) != NULL);
	check(mem_add_device(&mem, "large", MEM_DEVICE_MAX + (uint64_t)MEM_PAGE, 0, &device) !=
	      NULL);
	for (unsigned i = 0; i < MEM_MAX_DEVICES; i++)
		require(mem_add_device(&mem, "one", MEM_DEVICE_MAX, 0, &device) == NULL);
	check(mem_add_device(&mem, "more", MEM_PAGE, 0, &device) != NULL);
	for (unsigned i = 0; i < MEM_MAX_WINDOWS; i++)
		require(mem_device_add_window(mem.device[0]) != NULL);
	check(mem_device_add_window(mem.device[0]) == NULL);
}

Test(mem, a_device_gets_another_size)
{
	start(&mem);
	mem_device_set_word(device, 0, 1);
	require(mem_window_show(window, LEGACY, 0, SIZE, MEM_WINDOW_ALL));
	require(mem_device_resize(device, 4 * SIZE) == NULL);
	check_eq(u64, device->size, 4 * SIZE);
	check_eq(u64, window->size, 0);
	check_eq(u32, mem_device_word(device, 0), 0xccccccccu);
	mem_device_set_word(device, 4 * SIZE - 4, 2);
	check(mem_window_show(window, LEGACY, 3 * SIZE, SIZE, MEM_WINDOW_ALL));
	check(mem_device_resize(device, 1) != NULL);
	check_eq(u32, mem_device_word(device, 4 * SIZE - 4), 2, "a refusal changes nothing");
}

Test(mem, stores_into_a_device_fill_and_mark_their_pages)
{
	start(&mem);
	mem_device_set_word(device, 0x1ffc, 0x11223344);
	check_eq(u8, device->flags[1], MEM_TOUCHED | MEM_DIRTY | MEM_DEVICE_CHANGED);
	check_eq(u8, device->flags[2], 0);
	check_eq(u32, mem_device_word(device, 0x1ff8), 0xccccccccu);
	check_eq(u32, mem_device_word(device, 0x1ffc), 0x11223344u);
	mem_device_store(device, 0x2ffe, 32, 0xa1b2c3d4);
	check_eq(u64, mem_device_load(device, 0x2ffd, 64), UINT64_C(0xcccccca1b2c3d4cc));
	check(device->flags[2] & MEM_DIRTY);
	check(device->flags[3] & MEM_DIRTY);
	mem_device_set(device, 0x4000, 7, 2 * MEM_PAGE);
	check_eq(u64, mem_device_load(device, 0x5fff, 16), 0xcc07);
	mem_device_reset(device);
	check_eq(u32, mem_device_word(device, 0x1ffc), 0xccccccccu);
	check_eq(u8, mem_device_page(device, 0x1000)[0xffc], FILL, "old contents do not come back");
}

Test(mem, accesses_outside_a_device_do_nothing)
{
	uint8_t buf[4] = { 1, 2, 3, 4 };

	start(&mem);
	mem_device_write(device, SIZE - 2, buf, 4);
	mem_device_write(device, UINT64_MAX, buf, 4);
	mem_device_set(device, SIZE, 1, 1);
	mem_device_mark(device, UINT64_MAX - 1, 4);
	mem_device_read(device, SIZE - 2, buf, 4);
	check_eq(u8, buf[0], FILL);
	check_eq(u8, buf[3], FILL);
	check_eq(u8, device->flags[SIZE / MEM_PAGE - 1], 0);
	check_eq(u64, mem_device_load(device, SIZE - 1, 16), 0xcccc);
}

Test(mem, a_hidden_window_shows_nothing)
{
	uint8_t b = 0;

	start(&mem);
	check(!mem_read(&mem, LEGACY, &b, 1));
	check(!mem_write(&mem, LEGACY, &b, 1));
	check_eq(int, mem_kind_at(&mem, LEGACY), MEM_NONE);
	check(mem_window_at(&mem, 0, MEM_WINDOW_READ) == NULL);
}

Test(mem, a_window_shows_a_part_of_the_memory_and_moves)
{
	uint32_t v = 0;

	start(&mem);
	mem.windows_changed = changed;
	changes = 0;
	mem_device_set_word(device, 0x3008, 0x12345678);
	require(mem_window_show(window, LEGACY, 0x3000, 0x2000, MEM_WINDOW_ALL));
	check_eq(uint, changes, 1);
	check_eq(int, mem_kind_at(&mem, LEGACY + 0x1fff), MEM_DEVICE);
	check_eq(int, mem_kind_at(&mem, LEGACY + 0x2000), MEM_NONE);
	check(mem_region_at(&mem, LEGACY) == NULL);
	check(mem_flags(&mem, LEGACY) == NULL);
	check(mem_touch(&mem, LEGACY) == NULL);
	require(mem_read32(&mem, LEGACY + 8, &v));
	check_eq(u32, v, 0x12345678);
	require(mem_write32(&mem, LEGACY + 0xffe, 0xaabbccdd));
	check_eq(u64, mem_device_load(device, 0x3ffe, 32), 0xaabbccdd);
	check(device->flags[3] & MEM_DEVICE_STORED);
	check(device->flags[4] & MEM_DEVICE_STORED);
	check(mem_window_show(window, LEGACY, 0x3000, 0x2000, MEM_WINDOW_ALL));
	check_eq(uint, changes, 1, "nothing changed");
	require(mem_window_show(window, UINT64_C(0xfd000000), 0x3000, 0x1000, MEM_WINDOW_ALL));
	check_eq(uint, changes, 2);
	check(!mem_read32(&mem, LEGACY + 8, &v));
	require(mem_read32(&mem, 0xfd000008, &v));
	check_eq(u32, v, 0x12345678);
	mem_window_hide(window);
	check_eq(uint, changes, 3);
	check(!mem_read32(&mem, 0xfd000008, &v));
}

Test(mem, windows_that_do_not_fit_are_hidden)
{
	start(&mem);
	check(!mem_window_show(window, LEGACY + 1, 0, MEM_PAGE, MEM_WINDOW_ALL));
	check(!mem_window_show(window, LEGACY, 0x10, MEM_PAGE, MEM_WINDOW_ALL));
	check(!mem_window_show(window, LEGACY, 0, SIZE + MEM_PAGE, MEM_WINDOW_ALL));
	check(!mem_window_show(window, LEGACY, SIZE, MEM_PAGE, MEM_WINDOW_ALL));
	check(!mem_window_show(window, LEGACY, UINT64_MAX - MEM_PAGE + 1, MEM_PAGE,
			       MEM_WINDOW_ALL));
	check(!mem_window_show(window, (UINT64_C(1) << 52) - MEM_PAGE, 0, 2 * MEM_PAGE,
			       MEM_WINDOW_ALL));
	check_eq(u64, window->size, 0);
	require(mem_window_show(window, LEGACY, 0, SIZE, MEM_WINDOW_ALL));
	check(!mem_window_show(window, 1, 0, SIZE, MEM_WINDOW_ALL));
	check_eq(u64, window->size, 0, "the old place is given up");
}

Test(mem, ram_hides_a_window_page_by_page)
{
	uint8_t buf[2 * MEM_PAGE] = { 0 };

	start(&mem);
	/* The last page of conventional memory, and the first of the legacy window. */
	require(mem_window_show(window, LEGACY - MEM_PAGE, 0, 2 * MEM_PAGE, MEM_WINDOW_ALL));
	check_eq(int, mem_kind_at(&mem, LEGACY - 1), MEM_RAM);
	check_eq(int, mem_kind_at(&mem, LEGACY), MEM_DEVICE);
	check(mem_window_at(&mem, LEGACY - 1, MEM_WINDOW_READ) == NULL);
	memset(buf, 0x55, sizeof buf);
	require(mem_write(&mem, LEGACY - MEM_PAGE, buf, sizeof buf));
	check_eq(u8, device->flags[0], 0);
	check_eq(u32, mem_device_word(device, 0x1000), 0x55555555u);
	check(touched(&mem, LEGACY - 1));
	memset(buf, 0, sizeof buf);
	require(mem_read(&mem, LEGACY - MEM_PAGE, buf, sizeof buf));
	check_eq(u8, buf[sizeof buf - 1], 0x55);
}

Test(mem, a_window_lets_through_what_it_says)
{
	uint8_t b = 1;
	const struct mem_window *w;

	start(&mem);
	require(mem_window_show(window, LEGACY, 0, SIZE, MEM_WINDOW_WRITE));
	check(!mem_read(&mem, LEGACY, &b, 1));
	check(mem_write(&mem, LEGACY, &b, 1));
	check_eq(int, mem_kind_at(&mem, LEGACY), MEM_NONE);
	check(mem_window_at(&mem, LEGACY, MEM_WINDOW_ALL) == NULL);
	w = mem_window_at(&mem, LEGACY, MEM_WINDOW_WRITE);
	check(w == window);
	require(mem_window_show(window, LEGACY, 0, SIZE, MEM_WINDOW_READ));
	check(mem_read(&mem, LEGACY, &b, 1));
	check(!mem_write(&mem, LEGACY, &b, 1));
	check(!mem_set(&mem, LEGACY, 2, MEM_PAGE));
}

Test(mem, of_two_windows_the_first_that_lets_through_answers)
{
	struct mem_window *second;
	uint32_t v = 0;

	start(&mem);
	second = mem_device_add_window(device);
	require(second != NULL);
	mem_device_set_word(device, 0, 1);
	mem_device_set_word(device, 0x1000, 2);
	require(mem_window_show(second, LEGACY, 0x1000, MEM_PAGE, MEM_WINDOW_ALL));
	require(mem_read32(&mem, LEGACY, &v));
	check_eq(u32, v, 2);
	require(mem_window_show(window, LEGACY, 0, MEM_PAGE, MEM_WINDOW_WRITE));
	require(mem_read32(&mem, LEGACY, &v));
	check_eq(u32, v, 2);
	require(mem_write32(&mem, LEGACY, 3));
	check_eq(u32, mem_device_word(device, 0), 3);
	check_eq(u32, mem_device_word(device, 0x1000), 2);
	/* Both show the same page, and see each other's writes. */
	require(mem_window_show(second, LEGACY + MEM_PAGE, 0, MEM_PAGE, MEM_WINDOW_ALL));
	require(mem_read32(&mem, LEGACY + MEM_PAGE, &v));
	check_eq(u32, v, 3);
}

/* ---- copies ---- */

static struct mem other;

static void lose_other(void) { mem_free(&other); }

/* `to` is written behind its back where a copy would show: such a page was not copied. */
static bool was_copied(struct mem_device *to, uint64_t page)
{
	return to->host[page * MEM_PAGE + 100] != 0x99;
}

static void spoil(struct mem_device *to)
{
	for (uint64_t i = 0; i < to->size / MEM_PAGE; i++) to->host[i * MEM_PAGE + 100] = 0x99;
}

Test(mem, a_copy_has_the_contents_and_the_places, .fini = lose_other)
{
	struct mem_device *copy;

	start(&other);
	copy = device;
	start(&mem);
	mem_device_set_word(copy, 0x5000, 5); /* goes away */
	mem_device_set_word(device, 0x1000, 0x77);
	require(mem_window_show(window, LEGACY, 0, SIZE, MEM_WINDOW_ALL));
	require(mem_write32(&mem, LEGACY + 0x2000, 0x88));
	mem_copy(&other, &mem);
	check_eq(u32, mem_device_word(copy, 0x1000), 0x77);
	check_eq(u32, mem_device_word(copy, 0x2000), 0x88);
	check_eq(u32, mem_device_word(copy, 0x5000), 0xccccccccu);
	check_eq(u8, copy->flags[5] & MEM_TOUCHED, 0);
	check_eq(u8, copy->flags[2], MEM_TOUCHED | MEM_DIRTY | MEM_DEVICE_STORED);
	check_eq(u64, other.window[0].base, LEGACY);
	check_eq(u64, other.window[0].size, SIZE);
	check(other.window[0].device == copy);
	mem_window_hide(window);
	mem_device_reset(device);
	mem_copy(&other, &mem);
	check_eq(u64, other.window[0].size, 0);
	check_eq(u32, mem_device_word(copy, 0x1000), 0xccccccccu);
	check_eq(u8, mem_device_page(copy, 0x1000)[0], FILL);
}

Test(mem, a_copy_moves_only_pages_that_differ, .fini = lose_other)
{
	struct mem_device *copy;

	start(&other);
	copy = device;
	start(&mem);
	mem_device_set(device, 0, 1, 4 * MEM_PAGE);
	mem_copy(&other, &mem);
	spoil(copy);
	mem_copy(&other, &mem);
	for (uint64_t i = 0; i < 4; i++) check(!was_copied(copy, i), "page %lu", i);
	mem_device_set_word(copy, 0x1000, 2);   /* written in the copy */
	mem_device_set_word(device, 0x2000, 3); /* and in the original */
	mem_copy(&other, &mem);
	check(!was_copied(copy, 0));
	check(was_copied(copy, 1));
	check(was_copied(copy, 2));
	check(!was_copied(copy, 3));
	check_eq(u32, mem_device_word(copy, 0x1000), 0x01010101u);
	check_eq(u32, mem_device_word(copy, 0x2000), 3);
	/* Back: what the copy now holds is known to be equal. */
	spoil(device);
	mem_copy(&mem, &other);
	check(!was_copied(device, 1));
	check(!was_copied(device, 2));
}

Test(mem, a_page_touched_after_a_copy_is_equal_to_the_fill, .fini = lose_other)
{
	struct mem_device *copy;

	start(&other);
	copy = device;
	start(&mem);
	mem_device_page(device, 0x1000);
	mem_copy(&other, &mem);
	check_eq(u32, mem_device_word(copy, 0x1000), 0xccccccccu);
	check_eq(u8, copy->host[0x1fff], FILL);
}

Test(mem, memories_of_different_devices_are_not_alike, .fini = lose_other)
{
	start(&mem);
	require(mem_init(&other, 2 * MIB, HOLE) == NULL);
	check(!mem_alike(&mem, &other));
	require(mem_add_device(&other, "smaller", SIZE / 2, FILL, &device) == NULL);
	require(mem_device_add_window(device) != NULL);
	check(!mem_alike(&mem, &other));
}

static unsigned n_stored;
static uint64_t last_stored;

static void stored(void *ctx, size_t number, uint64_t offset, const uint8_t *page)
{
	(void)ctx;
	check_eq(sz, number, 0);
	check_eq(ptr, page, mem.device[0]->host + offset);
	n_stored++;
	last_stored = offset;
}

Test(mem, only_pages_that_a_window_wrote_are_visited)
{
	start(&mem);
	n_stored = 0;
	mem_device_set_word(device, 0x1000, 1);
	mem_for_stored(&mem, stored, NULL);
	check_eq(uint, n_stored, 0);
	require(mem_window_show(window, LEGACY, 0, SIZE, MEM_WINDOW_ALL));
	require(mem_write32(&mem, LEGACY + 0x3ffc, 1));
	mem_for_stored(&mem, stored, NULL);
	check_eq(uint, n_stored, 1);
	check_eq(u64, last_stored, 0x3000);
}
