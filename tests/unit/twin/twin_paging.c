/* SPDX-License-Identifier: MIT */
/* Page tables in use: on the metal, this code itself runs by them. */
#include "twin_paging.h"

enum { VECTOR_PF = 14 };
#define PATTERN UINT64_C(0x0123456789abcdef)

/* ---- over an offset ---- */

TWIN(paging, a_mapped_page_is_its_frame)
{
	struct paging p;
	struct frame frame, was;
	struct phys at;

	paging_begin(&p);
	frame = paging_take(&p);
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
	paging_end(&p);
}

TWIN(paging, a_page_that_moves_is_seen_at_once)
{
	struct paging p;
	struct frame first, second, was;

	paging_begin(&p);
	first = paging_take(&p);
	second = paging_take(&p);
	linear_store64(p.memory, first.start.value, 1);
	linear_store64(p.memory, second.start.value, 2);
	twin_assert_eq(flush_page(mapper_map(&p.m, page_at(HIGH), first, RW, &p.frames)),
		       MAPPER_OK);
	twin_expect_eq(linear_load64(twin_linear(), HIGH), 1);
	twin_assert_eq(flush_page(mapper_unmap(&p.m, page_at(HIGH), &was)), MAPPER_OK);
	twin_assert_eq(flush_page(mapper_map(&p.m, page_at(HIGH), second, RW, &p.frames)),
		       MAPPER_OK);
	twin_expect_eq(linear_load64(twin_linear(), HIGH), 2);
	paging_end(&p);
}

TWIN(paging, a_large_page_has_the_same_bytes)
{
	struct paging p;
	struct page page = { VIRT(0xffffc00000000000), PAGE_2M };
	struct frame frame = { PHYS(LARGE * 4), PAGE_2M }, was;

	paging_begin(&p);
	twin_assert_eq(flush_page(mapper_map(&p.m, page, frame, RW, &p.frames)), MAPPER_OK);
	linear_store64(p.memory, p.walk.next, PATTERN);
	uint64_t offset = p.walk.next - frame.start.value;
	twin_expect_eq(linear_load64(twin_linear(), page.start.value + offset), PATTERN);
	twin_expect_eq(flush_page(mapper_unmap(&p.m, page, &was)), MAPPER_OK);
	paging_end(&p);
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

	paging_begin(&p);
	fault.frame = paging_take(&p);
	linear_store64(p.memory, fault.frame.start.value + 0x18, PATTERN);
	twin_on_interrupt(VECTOR_PF, on_fault, &fault);
	twin_expect_eq(linear_load64(twin_linear(), HIGH + 0x18), PATTERN);
	twin_expect_eq(fault.n, 1);
	twin_expect_eq(fault.address, HIGH + 0x18);
	twin_expect_eq(linear_load64(twin_linear(), HIGH + 0x18), PATTERN);
	twin_expect_eq(fault.n, 1);
	paging_end(&p);
}

TWIN(paging, a_lowered_permission_holds_at_once)
{
	struct paging p;
	struct fault fault = { .paging = &p };

	paging_begin(&p);
	twin_on_interrupt(VECTOR_PF, on_fault, &fault);
	twin_assert_eq(flush_page(mapper_map(&p.m, page_at(HIGH), paging_take(&p), RW, &p.frames)),
		       MAPPER_OK);
	linear_store64(twin_linear(), HIGH, 1);
	twin_assert_eq(flush_page(mapper_update_flags(&p.m, page_at(HIGH), PTE_PRESENT)),
		       MAPPER_OK);
	twin_expect_eq(linear_load64(twin_linear(), HIGH), 1);
	twin_expect_eq(fault.n, 0);
	linear_store64(twin_linear(), HIGH, 2);
	twin_expect_eq(fault.n, 1);
	twin_expect_eq(linear_load64(twin_linear(), HIGH), 2);
	paging_end(&p);
}

TWIN(paging, flags_of_a_table_hold_for_all_pages_below)
{
	struct paging p;
	struct fault fault = { .paging = &p };
	struct page first = page_at(HIGH);

	paging_begin(&p);
	twin_assert_eq(
		flush_page(mapper_map(&p.m, first, paging_take(&p), RW | PTE_GLOBAL, &p.frames)),
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
	paging_end(&p);
}

TWIN(paging, empty_tables_are_given_back)
{
	struct paging p;
	struct page_range all;
	struct frame was;
	uint64_t freed;

	paging_begin(&p);
	twin_assert_eq(flush_page(mapper_map(&p.m, page_at(HIGH), paging_take(&p), RW, &p.frames)),
		       MAPPER_OK);
	linear_store64(twin_linear(), HIGH, 1);
	twin_assert_eq(flush_page(mapper_unmap(&p.m, page_at(HIGH), &was)), MAPPER_OK);
	twin_assert_eq(page_range_inclusive(page_at(0), page_at(UINT64_MAX), &all), PAGE_OK);
	twin_expect_eq(mapper_clean_up(&p.m, all, &p.frames, &freed), MAPPER_OK);
	twin_expect_eq(freed, 3);
	twin_expect_eq(linear_load64(p.memory, p.root.value + 288 * ENTRY),
		       0); /* the entry of HIGH */
	paging_end(&p);
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

	paging_begin(&p);
	frame = paging_take(&p);
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
	paging_end(&p);
}

TWIN(paging, recursive_tables_at_300) { use_recursive(300); }

/* Historical: the table's end is the end of the address space. */
TWIN(paging, recursive_tables_at_511) { use_recursive(511); }

TWIN(paging, recursive_tables_at_1) { use_recursive(1); }
