/* SPDX-License-Identifier: MIT */
/* Frames, mapper, heap. */
#include "bimetal/heap_bump.h"
#include "bimetal/heap_list.h"
#include "machine.h"
#include "memory.h"
#include "selftest.h"

enum { PAGE_BYTES = 4096, SMALL = 8, ARENA = 4096 };
#define SPARE_PAGE VIRT(0x0000500000000000)

static void frames(void)
{
	const uint64_t before = memory.frames.n_free;
	struct frame a, b;

	selftest_case("frames.take", frame_bitmap_take(&memory.frames, PAGE_4K, &a), FRAMES_OK);
	selftest_case("frames.take_again", frame_bitmap_take(&memory.frames, PAGE_4K, &b),
		      FRAMES_OK);
	selftest_case("frames.differ", a.start.value != b.start.value, true);
	selftest_case("frames.not_the_kernel",
		      a.start.value >= address_of(kernel_end) &&
			      b.start.value >= address_of(kernel_end),
		      true);
	selftest_case("frames.give", frame_bitmap_give(&memory.frames, a), FRAMES_OK);
	selftest_case("frames.give_twice", frame_bitmap_give(&memory.frames, a), FRAMES_FREE);
	selftest_case("frames.give_other", frame_bitmap_give(&memory.frames, b), FRAMES_OK);
	selftest_case("frames.all_back", memory.frames.n_free, before);
}

static void mapper(void)
{
	const struct frame_source source = frame_bitmap_source(&memory.frames);
	const uint64_t flags =
		PTE_PRESENT | PTE_WRITABLE | (memory.no_execute ? PTE_NO_EXECUTE : 0);
	const struct page page = page_containing(SPARE_PAGE, PAGE_4K);
	const uint64_t before = memory.frames.n_free;
	struct page_range range;
	struct phys physical = { 0 };
	struct frame frame, back;

	const enum frames_status taken = frame_bitmap_take(&memory.frames, PAGE_4K, &frame);
	selftest_case("mapper.frame", taken, FRAMES_OK);
	if (taken != FRAMES_OK) return;
	selftest_case("mapper.map",
		      flush_page(mapper_map(&memory.mapper, page, frame, flags, &source)),
		      MAPPER_OK);
	*(volatile uint64_t *)(uintptr_t)page.start.value = 0x1122334455667788;
	const volatile uint64_t *same = memory_at(frame.start.value, PAGE_BYTES);
	selftest_case("mapper.same_memory", same ? *same : 0, 0x1122334455667788);
	(void)!mapper_translate_address(&memory.mapper, page.start, &physical);
	selftest_case("mapper.translate", physical.value, frame.start.value);
	selftest_case("mapper.unmap", flush_page(mapper_unmap(&memory.mapper, page, &back)),
		      MAPPER_OK);
	selftest_case("mapper.unmapped",
		      mapper_translate_address(&memory.mapper, page.start, &physical),
		      MAPPER_NOT_MAPPED);
	selftest_case("mapper.range", page_range_inclusive(page, page, &range), PAGE_OK);
	selftest_case("mapper.clean_up", mapper_clean_up(&memory.mapper, range, &source, NULL),
		      MAPPER_OK);
	selftest_case("mapper.give", frame_bitmap_give(&memory.frames, back), FRAMES_OK);
	selftest_case("mapper.all_back", memory.frames.n_free, before);
}

/* blog_os, "heap_allocation": a value, a large array, many blocks, and many while one lives long.
 */
static void heap(void)
{
	const size_t before = memory.heap_used;
	uint64_t *one = memory_allocate(sizeof *one), *two = memory_allocate(sizeof *two), sum = 0;
	uint64_t bad = 0;

	if (one && two) *one = 41, *two = 13;
	selftest_case("heap.values", one && two ? *one * 100 + *two : 0, 4113);
	uint64_t *array = memory_allocate(1000 * sizeof *array);
	for (uint64_t i = 0; array && i < 1000; i++) array[i] = i;
	for (uint64_t i = 0; array && i < 1000; i++) sum += array[i];
	selftest_case("heap.large_array", sum, 999 * 1000 / 2);
	if (array) memory_free(array, 1000 * sizeof *array);
	for (uint64_t i = 0; i < HEAP_BYTES / SMALL; i++) { /* more than fit at once */
		uint64_t *block = memory_allocate(SMALL);
		if (!block) {
			bad++;
			continue;
		}
		*block = i;
		if (*block != i) bad++;
		memory_free(block, SMALL);
	}
	selftest_case("heap.many_blocks_while_two_live", bad, 0);
	selftest_case("heap.values_stay", one && two ? *one * 100 + *two : 0, 4113);
	if (one) memory_free(one, sizeof *one);
	if (two) memory_free(two, sizeof *two);
	selftest_case("heap.too_large", memory_allocate(HEAP_BYTES + 1) == NULL, true);
	selftest_case("heap.all_back", memory.heap_used, before);
}

static void other_heaps(void)
{
	uint8_t *arena = memory_allocate(ARENA);
	struct heap_list list;
	struct heap_bump bump;
	void *a = NULL, *b = NULL;

	selftest_case("heap_bump.arena", arena != NULL, true);
	if (!arena) return;
	selftest_case("heap_bump.init", heap_bump_init(&bump, arena, ARENA), HEAP_OK);
	selftest_case("heap_bump.a", heap_bump_allocate(&bump, 100, 8, &a), HEAP_OK);
	selftest_case("heap_bump.b", heap_bump_allocate(&bump, 100, 64, &b), HEAP_OK);
	selftest_case("heap_bump.aligned", address_of(b) % 64, 0);
	selftest_case("heap_list.init", heap_list_init(&list, arena, ARENA), HEAP_OK);
	const size_t whole = heap_list_largest(&list);
	selftest_case("heap_list.a", heap_list_allocate(&list, 100, 8, &a), HEAP_OK);
	selftest_case("heap_list.b", heap_list_allocate(&list, 100, 8, &b), HEAP_OK);
	selftest_case("heap_list.free_a", heap_list_free(&list, a, 100, 8), HEAP_OK);
	selftest_case("heap_list.free_b", heap_list_free(&list, b, 100, 8), HEAP_OK);
	selftest_case("heap_list.merged", heap_list_largest(&list), whole);
	memory_free(arena, ARENA);
}

void selftest_memory(void)
{
	frames();
	mapper();
	heap();
	other_heaps();
}
