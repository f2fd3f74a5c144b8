/* SPDX-License-Identifier: MIT */
/* Page tables of a twin test's own, with the kernel in them, and frames for more. */
#ifndef TESTS_UNIT_TWIN_TWIN_PAGING_H
#define TESTS_UNIT_TWIN_TWIN_PAGING_H

#include "bimetal/twin.h"
#include "bimetal/x86/control.h"
#include "bimetal/x86/mapper.h"
#include "bimetal/x86/msrs.h"
#include "bimetal/x86/tlb.h"

enum {
	AREA = 0x40000,     /* bytes for tables and pages */
	KERNEL = 0x1000000, /* the first 16 MiB, with the kernel, are mapped to themselves */
	LARGE = 0x200000,
	ENTRY = 8
};
#define RW   (PTE_PRESENT | PTE_WRITABLE)
#define HIGH UINT64_C(0xffff900000000000)

/* A test's processor, tables and frames. */
struct paging {
	struct x86_cpu cpu;
	struct tlb tlb;
	struct pte_rules rules;
	struct linear memory;
	struct phys root;
	struct memory_region map[1];
	struct frame_walk walk;
	struct frame_source frames;
	struct mapper m; /* at offset 0 */
	uint64_t old_cr3, old_efer;
};

static inline struct page page_at(uint64_t address)
{
	return page_containing(virt_truncate(address), PAGE_4K);
}

/* Make tables with the kernel in them. */
static inline void paging_make(struct paging *p)
{
	struct dma area = twin_dma(AREA);

	p->cpu = twin_x86();
	p->tlb = tlb_of_cpu(&p->cpu);
	p->old_efer = msr_read(p->cpu.msrs, X86_EFER);
	msr_write(p->cpu.msrs, X86_EFER, p->old_efer | X86_EFER_NXE);
	p->rules = pte_rules_of_cpu(p->cpu);
	p->memory = linear_up_to(twin_linear(), KERNEL);
	p->map[0] = (struct memory_region){ area.bus, AREA, true };
	twin_assert_eq(frame_walk_init(&p->walk, p->map, 1), FRAMES_OK);
	p->frames = frame_walk_source(&p->walk);

	struct frame root;
	twin_assert_eq(frame_walk_take(&p->walk, &root), FRAMES_OK);
	p->root = root.start;
	for (unsigned i = 0; i < PTE_PER_TABLE; i++)
		linear_store64(p->memory, p->root.value + i * (uint64_t)ENTRY, 0);
	twin_assert_eq(mapper_at_offset(&p->m, p->memory, p->root, &p->rules, &p->tlb), MAPPER_OK);
	for (uint64_t at = 0; at < KERNEL; at += LARGE) {
		struct frame frame = { { at }, PAGE_2M };
		twin_assert_eq(
			flush_page_ignored(mapper_map_identity(&p->m, frame, RW, &p->frames)),
			MAPPER_OK);
	}
}

static inline void paging_begin(struct paging *p)
{
	paging_make(p);
	p->old_cr3 = x86_cr3(p->cpu);
	x86_set_cr3(p->cpu, p->root.value);
}

static inline void paging_end(struct paging *p)
{
	x86_set_cr3(p->cpu, p->old_cr3);
	msr_write(p->cpu.msrs, X86_EFER, p->old_efer);
}

static inline struct frame paging_take(struct paging *p)
{
	struct frame frame = { { 0 }, PAGE_4K };

	twin_assert_eq(frame_walk_take(&p->walk, &frame), FRAMES_OK);
	return frame;
}

#endif
