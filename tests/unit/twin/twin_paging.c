/* SPDX-License-Identifier: MIT */
/* Page tables in use: on the metal, this code itself runs by them. */
#include "bimetal/twin.h"
#include "bimetal/x86/control.h"
#include "bimetal/x86/mapper.h"
#include "bimetal/x86/msrs.h"
#include "bimetal/x86/tlb.h"

enum {
	AREA = 0x40000,     /* bytes for tables and pages */
	KERNEL = 0x1000000, /* the first 16 MiB, with the kernel, are mapped to themselves */
	LARGE = 0x200000,
	ENTRY = 8,
	VECTOR_PF = 14
};
#define RW      (PTE_PRESENT | PTE_WRITABLE)
#define HIGH    UINT64_C(0xffff900000000000)
#define PATTERN UINT64_C(0x0123456789abcdef)

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

static struct page page_at(uint64_t address)
{
	return page_containing(virt_truncate(address), PAGE_4K);
}

/* Make tables with the kernel in them. */
static void make_tables(struct paging *p)
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

static void begin(struct paging *p)
{
	make_tables(p);
	p->old_cr3 = x86_cr3(p->cpu);
	x86_set_cr3(p->cpu, p->root.value);
}

static void end(struct paging *p)
{
	x86_set_cr3(p->cpu, p->old_cr3);
	msr_write(p->cpu.msrs, X86_EFER, p->old_efer);
}

static struct frame take(struct paging *p)
{
	struct frame frame = { { 0 }, PAGE_4K };

	twin_assert_eq(frame_walk_take(&p->walk, &frame), FRAMES_OK);
	return frame;
}

/* ---- over an offset ---- */

TWIN(paging, a_mapped_page_is_its_frame)
{
	struct paging p;
	struct frame frame, was;
	struct phys at;

	begin(&p);
	frame = take(&p);
	twin_assert_eq(flush_page(mapper_map(&p.m, page_at(HIGH), frame, RW, &p.frames)),
		       MAPPER_OK);
	linear_store64(twin_linear(), HIGH + 8, PATTERN);
	twin_expect_eq(linear_load64(p.memory, frame.start.value + 8), PATTERN);
	twin_expect_eq(mapper_translate_address(&p.m, virt_truncate(HIGH + 8), &at), MAPPER_OK);
	twin_expect_eq(at.value, frame.start.value + 8);

	struct translation t;
	twin_expect_eq(mapper_translate(&p.m, virt_truncate(HIGH), &t), MAPPER_OK);
	twin_expect_eq(t.flags, RW | PTE_ACCESSED | PTE_DIRTY);
	twin_expect_eq(flush_page(mapper_unmap(&p.m, page_at(HIGH), &was)), MAPPER_OK);
	twin_expect_eq(was.start.value, frame.start.value);
	twin_expect_eq(mapper_translate(&p.m, virt_truncate(HIGH), &t), MAPPER_NOT_MAPPED);
	end(&p);
}

TWIN(paging, a_page_that_moves_is_seen_at_once)
{
	struct paging p;
	struct frame first, second, was;

	begin(&p);
	first = take(&p);
	second = take(&p);
	linear_store64(p.memory, first.start.value, 1);
	linear_store64(p.memory, second.start.value, 2);
	twin_assert_eq(flush_page(mapper_map(&p.m, page_at(HIGH), first, RW, &p.frames)),
		       MAPPER_OK);
	twin_expect_eq(linear_load64(twin_linear(), HIGH), 1);
	twin_assert_eq(flush_page(mapper_unmap(&p.m, page_at(HIGH), &was)), MAPPER_OK);
	twin_assert_eq(flush_page(mapper_map(&p.m, page_at(HIGH), second, RW, &p.frames)),
		       MAPPER_OK);
	twin_expect_eq(linear_load64(twin_linear(), HIGH), 2);
	end(&p);
}

TWIN(paging, a_large_page_has_the_same_bytes)
{
	struct paging p;
	struct page page = { VIRT(0xffffc00000000000), PAGE_2M };
	struct frame frame = { PHYS(LARGE * 4), PAGE_2M }, was;

	begin(&p);
	twin_assert_eq(flush_page(mapper_map(&p.m, page, frame, RW, &p.frames)), MAPPER_OK);
	linear_store64(p.memory, p.walk.next, PATTERN);
	uint64_t offset = p.walk.next - frame.start.value;
	twin_expect_eq(linear_load64(twin_linear(), page.start.value + offset), PATTERN);
	twin_expect_eq(flush_page(mapper_unmap(&p.m, page, &was)), MAPPER_OK);
	end(&p);
}

/* ---- page faults ---- */

struct fault {
	struct paging *paging;
	struct frame frame;
	uint64_t address;
	unsigned n;
};

static void on_fault(void *ctx)
{
	struct fault *fault = ctx;
	struct paging *p = fault->paging;
	struct page page;

	fault->n++;
	fault->address = x86_cr2(p->cpu);
	page = page_at(fault->address);
	enum mapper_status status = flush_page(mapper_update_flags(&p->m, page, RW));
	if (status == MAPPER_NOT_MAPPED)
		status = flush_page(mapper_map(&p->m, page, fault->frame, RW, &p->frames));
	twin_assert_eq(status, MAPPER_OK);
}

TWIN(paging, a_page_is_mapped_when_it_is_first_used)
{
	struct paging p;
	struct fault fault = { .paging = &p };

	begin(&p);
	fault.frame = take(&p);
	linear_store64(p.memory, fault.frame.start.value + 0x18, PATTERN);
	twin_on_interrupt(VECTOR_PF, on_fault, &fault);
	twin_expect_eq(linear_load64(twin_linear(), HIGH + 0x18), PATTERN);
	twin_expect_eq(fault.n, 1);
	twin_expect_eq(fault.address, HIGH + 0x18);
	twin_expect_eq(linear_load64(twin_linear(), HIGH + 0x18), PATTERN);
	twin_expect_eq(fault.n, 1);
	end(&p);
}

TWIN(paging, a_lowered_permission_holds_at_once)
{
	struct paging p;
	struct fault fault = { .paging = &p };

	begin(&p);
	twin_on_interrupt(VECTOR_PF, on_fault, &fault);
	twin_assert_eq(flush_page(mapper_map(&p.m, page_at(HIGH), take(&p), RW, &p.frames)),
		       MAPPER_OK);
	linear_store64(twin_linear(), HIGH, 1);
	twin_assert_eq(flush_page(mapper_update_flags(&p.m, page_at(HIGH), PTE_PRESENT)),
		       MAPPER_OK);
	twin_expect_eq(linear_load64(twin_linear(), HIGH), 1);
	twin_expect_eq(fault.n, 0);
	linear_store64(twin_linear(), HIGH, 2);
	twin_expect_eq(fault.n, 1);
	twin_expect_eq(linear_load64(twin_linear(), HIGH), 2);
	end(&p);
}

TWIN(paging, flags_of_a_table_hold_for_all_pages_below)
{
	struct paging p;
	struct fault fault = { .paging = &p };
	struct page first = page_at(HIGH);

	begin(&p);
	twin_assert_eq(flush_page(mapper_map(&p.m, first, take(&p), RW | PTE_GLOBAL, &p.frames)),
		       MAPPER_OK);
	linear_store64(twin_linear(), HIGH, 1);
	twin_assert_eq(flush_tables(mapper_set_table_flags(&p.m, first, 4, PTE_PRESENT)),
		       MAPPER_OK);
	twin_on_interrupt(VECTOR_PF, on_fault, &fault);
	twin_expect_eq(linear_load64(twin_linear(), HIGH), 1);
	twin_expect_eq(fault.n, 0);
	twin_assert_eq(flush_tables(mapper_set_table_flags(&p.m, first, 4, RW)), MAPPER_OK);
	linear_store64(twin_linear(), HIGH, 2);
	twin_expect_eq(fault.n, 0);
	end(&p);
}

TWIN(paging, empty_tables_are_given_back)
{
	struct paging p;
	struct page_range all;
	struct frame was;
	uint64_t freed;

	begin(&p);
	twin_assert_eq(flush_page(mapper_map(&p.m, page_at(HIGH), take(&p), RW, &p.frames)),
		       MAPPER_OK);
	linear_store64(twin_linear(), HIGH, 1);
	twin_assert_eq(flush_page(mapper_unmap(&p.m, page_at(HIGH), &was)), MAPPER_OK);
	twin_assert_eq(page_range_inclusive(page_at(0), page_at(UINT64_MAX), &all), PAGE_OK);
	twin_expect_eq(mapper_clean_up(&p.m, all, &p.frames, &freed), MAPPER_OK);
	twin_expect_eq(freed, 3);
	twin_expect_eq(linear_load64(p.memory, p.root.value + 288 * ENTRY),
		       0); /* the entry of HIGH */
	end(&p);
}

/* ---- recursive tables ---- */

/* Let entry r lead back, and do all that a mapper does through it. */
static void use_recursive(unsigned r)
{
	struct virt table = virt_of_indices(r, r, r, r, 0);
	struct paging p;
	struct mapper m;
	struct frame frame, was;
	struct phys at;
	uint64_t freed;

	begin(&p);
	frame = take(&p);
	twin_expect_eq(mapper_recursive(&m, twin_linear(), virt_of_indices(r, r, r, r ^ 1, 0),
					p.root, &p.rules, &p.tlb),
		       MAPPER_NOT_RECURSIVE);
	linear_store64(p.memory, p.root.value + r * (uint64_t)ENTRY, p.root.value | RW);
	twin_expect_eq(mapper_recursive(&m, twin_linear(), table, PHYS(0x5000), &p.rules, &p.tlb),
		       MAPPER_NOT_ACTIVE);
	twin_assert_eq(mapper_recursive(&m, twin_linear(), table, p.root, &p.rules, &p.tlb),
		       MAPPER_OK);

	twin_assert_eq(flush_page(mapper_map(&m, page_at(HIGH), frame, PTE_PRESENT, &p.frames)),
		       MAPPER_OK);
	twin_expect_eq(mapper_translate_address(&p.m, virt_truncate(HIGH + 8), &at), MAPPER_OK);
	twin_expect_eq(at.value, frame.start.value + 8);
	twin_expect_eq(mapper_translate_address(&m, virt_truncate(HIGH + 8), &at), MAPPER_OK);
	twin_expect_eq(at.value, frame.start.value + 8);
	twin_expect_eq(flush_page(mapper_update_flags(&m, page_at(HIGH), RW)), MAPPER_OK);
	linear_store64(twin_linear(), HIGH + 8, PATTERN);
	twin_expect_eq(linear_load64(p.memory, frame.start.value + 8), PATTERN);
	twin_expect_eq(mapper_translate_address(&m, table, &at), MAPPER_OK);
	twin_expect_eq(at.value, p.root.value);
	twin_expect_eq(
		flush_page(mapper_map(&m, page_containing(table, PAGE_4K), frame, RW, &p.frames)),
		MAPPER_LOOP);
	twin_expect_eq(flush_page(mapper_unmap(&m, page_at(HIGH), &was)), MAPPER_OK);
	twin_expect_eq(was.start.value, frame.start.value);

	struct page_range range = { page_at(HIGH), 1 };
	twin_expect_eq(mapper_clean_up(&m, range, &p.frames, &freed), MAPPER_OK);
	twin_expect_eq(freed, 3);
	/* The frames of these tables, which are dirty now, are used again elsewhere. */
	twin_assert_eq(flush_page(mapper_map(&m, page_at(HIGH + LARGE), frame, RW, &p.frames)),
		       MAPPER_OK);
	twin_expect_eq(linear_load64(twin_linear(), HIGH + LARGE + 8), PATTERN);
	twin_expect_eq(mapper_translate_address(&m, virt_truncate(HIGH), &at), MAPPER_NOT_MAPPED);
	end(&p);
}

TWIN(paging, recursive_tables_at_300) { use_recursive(300); }

/* Historical: the table's end is the end of the address space. */
TWIN(paging, recursive_tables_at_511) { use_recursive(511); }

TWIN(paging, recursive_tables_at_1) { use_recursive(1); }
