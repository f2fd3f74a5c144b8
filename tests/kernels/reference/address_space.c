/* SPDX-License-Identifier: MIT */
/* The kernel's own page tables. */
#include "bimetal/x86/control.h"
#include "bimetal/x86/tlb.h"
#include "layout.h"
#include "machine.h"
#include "memory.h"
#include "panic.h"

enum { PAGE_BYTES = 4096, LARGE_BYTES = 1 << 21, LOW_MEMORY = 0x100000 };

#define READ       (PTE_PRESENT | PTE_NO_EXECUTE)
#define READ_WRITE (READ | PTE_WRITABLE)
#define EXECUTE    PTE_PRESENT

/* ---- mapping ---- */

static bool map(uint64_t virtual, uint64_t physical, enum page_size size, uint64_t flags)
{
	const struct frame_source source = frame_bitmap_source(&memory.frames);
	struct virt address;
	struct page page;
	struct frame frame;

	/* Without NXE the bit is reserved, and each access would be a page fault. */
	if (!memory.no_execute) flags &= ~PTE_NO_EXECUTE;
	if (virt_make(virtual, &address) != ADDRESS_OK ||
	    page_from_start(address, size, &page) != PAGE_OK ||
	    frame_from_start((struct phys){ physical }, size, &frame) != PAGE_OK)
		return false;
	return flush_page(mapper_map(&memory.mapper, page, frame, flags, &source)) == MAPPER_OK;
}

static bool map_as_it_is(uint64_t start, uint64_t end, uint64_t flags)
{
	for (uint64_t at = start; at < end; at += PAGE_BYTES)
		if (at != address_of(boot_stack_guard) && !map(at, at, PAGE_4K, flags))
			return false;
	return true;
}

static bool map_window(void)
{
	const uint64_t end = memory.frames.count * PAGE_BYTES;

	for (; memory.window < end; memory.window += LARGE_BYTES)
		if (!map(PHYS_WINDOW + memory.window, memory.window, PAGE_2M, READ_WRITE))
			return false;
	return true;
}

static bool map_kernel(void)
{
	return map_as_it_is(PAGE_BYTES, LOW_MEMORY, READ_WRITE) &&
	       map_as_it_is(KERNEL_BASE, address_of(text_end), EXECUTE) &&
	       map_as_it_is(address_of(text_end), address_of(rodata_end), READ) &&
	       map_as_it_is(address_of(rodata_end), address_of(kernel_end), READ_WRITE);
}

/* A frame of zeros, reached by the tables of boot.S. */
static bool take_root(struct phys *root)
{
	struct frame frame;

	if (frame_bitmap_take(&memory.frames, PAGE_4K, &frame) != FRAMES_OK) return false;
	struct page_table *table = (struct page_table *)(uintptr_t)frame.start.value;
	for (unsigned i = 0; i < PTE_PER_TABLE; i++) table->entry[i] = 0;
	*root = frame.start;
	return true;
}

bool memory_make_tables(const char **why)
{
	const struct tlb not_in_use = { 0 }, tlb = tlb_of_cpu(&kernel.cpu);
	const struct pte_rules rules = pte_rules_of_cpu(kernel.cpu);
	const uint64_t four_gib = UINT64_C(1) << 32;
	struct cr3 cr3 = { 0 };
	struct phys root;

	memory.no_execute = rules.no_execute;
	*why = "no frame for a page table";
	if (!take_root(&root)) return false;
	*why = "the new page tables cannot be made";
	if (mapper_at_offset(&memory.mapper, linear_memory(0, four_gib), root, &rules,
			     &not_in_use) != MAPPER_OK ||
	    !map_kernel() || !map_window())
		return false;
	cr3.table = root.value;
	*why = "the new page tables cannot be loaded";
	if (cr3_write(kernel.cpu, &cr3) != CONTROL_OK) return false;
	return mapper_at_offset(&memory.mapper, linear_memory(PHYS_WINDOW, memory.window), root,
				&rules, &tlb) == MAPPER_OK;
}

/* ---- what is mapped ---- */

void *memory_at(uint64_t physical, uint64_t bytes)
{
	if (physical >= memory.window || bytes > memory.window - physical) return NULL;
	return (void *)(uintptr_t)(PHYS_WINDOW + physical);
}

void *memory_map_device(uint64_t physical)
{
	const uint64_t page = physical & ~(uint64_t)(PAGE_BYTES - 1);

	if (physical < memory.window) return NULL;
	if (!map(PHYS_WINDOW + page, page, PAGE_4K, READ_WRITE | PTE_NO_CACHE | PTE_WRITE_THROUGH))
		return NULL;
	return (void *)(uintptr_t)(PHYS_WINDOW + physical);
}

/* ---- the heap ---- */

bool memory_make_heap(const char **why)
{
	struct frame frame;

	*why = "no frames for the heap";
	for (uint64_t at = 0; at < HEAP_BYTES; at += PAGE_BYTES)
		if (frame_bitmap_take(&memory.frames, PAGE_4K, &frame) != FRAMES_OK ||
		    !map(HEAP_START + at, frame.start.value, PAGE_4K, READ_WRITE))
			return false;
	*why = "the heap cannot begin";
	return heap_blocks_init(&memory.heap, (void *)(uintptr_t)HEAP_START, HEAP_BYTES) == HEAP_OK;
}

void *memory_allocate(size_t size)
{
	void *block = NULL;

	if (heap_blocks_allocate(&memory.heap, size, sizeof(uint64_t), &block) != HEAP_OK)
		return NULL;
	memory.heap_used += size;
	return block;
}

void memory_free(void *block, size_t size)
{
	const enum heap_status status =
		heap_blocks_free(&memory.heap, block, size, sizeof(uint64_t));

	if (status != HEAP_OK) panic(heap_status_text(status));
	memory.heap_used -= size;
}
