/* SPDX-License-Identifier: MIT */
/* An MMU on the host: random operations of the mapper in a machine's memory, held against a
 * dictionary and against the machine's own page walk. */
#include "tests/unit/drivers/x86_tables_fixture.h"
#include "tests/unit/emu/random.h"

enum { N_SLOTS = 24, /* 6 shapes at 4 bases */ OPERATIONS = 6000, CHECK_EVERY = 16 };

/* The dictionary: for each page that may be mapped, what it is mapped to. Slots overlap. */
struct slot {
	uint64_t page;
	enum page_size size;
	bool mapped;
	uint64_t frame, flags;
};
static struct slot slot[N_SLOTS];
static const struct {
	uint64_t offset;
	enum page_size size;
} shape[] = { { 0, PAGE_4K },        { 0x1000, PAGE_4K },   { 0x201000, PAGE_4K },
	      { 0x405000, PAGE_4K }, { 0x400000, PAGE_2M }, { 0, PAGE_1G } };
enum { N_SHAPES = sizeof(shape) / sizeof(shape[0]) };
static uint64_t seed;

static void set_up(void)
{
	static const uint64_t base[] = { 0, 0x7fffc0000000, 0xffff800000000000,
					 0xffffffffc0000000 };

	tables_power_on();
	seed = 0xd1c7;
	for (unsigned i = 0; i < N_SLOTS; i++)
		slot[i] = (struct slot){ .page = base[i / N_SHAPES] + shape[i % N_SHAPES].offset,
					 .size = shape[i % N_SHAPES].size };
	/* The last page of all. */
	slot[N_SLOTS - N_SHAPES].page = 0xfffffffffffff000;
}

TestSuite(x86_mmu, .init = set_up, .fini = host_power_off, .timeout = 60);

static bool overlap(const struct slot *a, const struct slot *b)
{
	return a->page <= b->page + (page_bytes(b->size) - 1) &&
	       b->page <= a->page + (page_bytes(a->size) - 1);
}

static const struct slot *mapped_over(const struct slot *s)
{
	for (unsigned i = 0; i < N_SLOTS; i++)
		if (slot[i].mapped && overlap(&slot[i], s)) return &slot[i];
	return NULL;
}

static uint64_t random_flags(void)
{
	static const uint64_t some[] = { PTE_WRITABLE, PTE_USER, PTE_NO_EXECUTE, PTE_GLOBAL,
					 PTE_NO_CACHE };
	uint64_t bits = random_next(&seed), flags = PTE_PRESENT;

	for (unsigned i = 0; i < 5; i++)
		if (bits >> i & 1) flags |= some[i];
	return flags;
}

static void try_map(struct slot *s)
{
	uint64_t frame =
		random_next(&seed) % (UINT64_C(1) << PAGING_PHYS_BITS) & ~(page_bytes(s->size) - 1);
	uint64_t flags = random_flags();
	const struct slot *there = mapped_over(s);
	enum mapper_status status = map(s->page, frame, s->size, flags);

	if (there) {
		require_eq(int, status, there->size > s->size ? MAPPER_HUGE_PARENT : MAPPER_MAPPED);
	} else if (status == MAPPER_MAPPED) {
		require_ne(int, s->size, PAGE_4K, "an empty table is left there");
	} else {
		require_eq(int, status, MAPPER_OK);
		*s = (struct slot){ s->page, s->size, true, frame, flags };
	}
}

static void try_unmap(struct slot *s)
{
	const struct slot *there = mapped_over(s);
	struct frame frame;
	enum mapper_status status = unmap(s->page, s->size, &frame);

	if (s->mapped) {
		require_eq(int, status, MAPPER_OK);
		require_eq(u64, frame.start.value, s->frame);
		s->mapped = false;
	} else {
		require_eq(int, status,
			   there && there->size > s->size ? MAPPER_HUGE_PARENT : MAPPER_NOT_MAPPED);
	}
}

static void try_update(struct slot *s)
{
	uint64_t flags = random_flags();
	/* Parents keep the rights that they were given when pages were mapped. */
	flags &= s->flags | PTE_NO_EXECUTE | PTE_GLOBAL | PTE_NO_CACHE | PTE_PRESENT;
	enum mapper_status status =
		flush_page(mapper_update_flags(&mapper, page_at(s->page, s->size), flags));

	require_eq(int, status == MAPPER_OK, s->mapped);
	if (s->mapped) s->flags = flags;
}

static void check_rights(const struct slot *s, uint64_t address)
{
	bool user = s->flags & PTE_USER, writable = s->flags & PTE_WRITABLE;
	bool executable = !(s->flags & PTE_NO_EXECUTE);

	require_eq(int, walk_as(address, PAGE_READ, true).present, user);
	require_eq(int, walk_as(address, PAGE_WRITE, false).present, writable);
	require_eq(int, walk_as(address, PAGE_WRITE, true).present, user &&writable);
	require_eq(int, walk_as(address, PAGE_FETCH, false).present, executable);
}

static void check_slot(const struct slot *s)
{
	uint64_t offset = random_next(&seed) & (page_bytes(s->size) - 1),
		 address = s->page + offset;
	const struct slot exact = { .page = address, .size = PAGE_4K };
	const struct slot *there = NULL;
	struct translation t;
	enum mapper_status status = mapper_translate(&mapper, virt_unchecked(address), &t);
	struct page_walk w = walk(address);

	for (unsigned i = 0; i < N_SLOTS; i++)
		if (slot[i].mapped && exact.page - slot[i].page < page_bytes(slot[i].size))
			there = &slot[i];
	require_eq(int, status, there ? MAPPER_OK : MAPPER_NOT_MAPPED);
	require_eq(int, w.present, there != NULL);
	if (!there) return;
	require_eq(u64, t.frame.start.value, there->frame);
	require_eq(int, t.frame.size, there->size);
	require_eq(u64, t.flags & ~(there->size ? PTE_LARGE : 0), there->flags);
	require_eq(u64, w.pa, t.frame.start.value + t.offset);
	require_eq(u64, w.page_size, page_bytes(there->size));
	check_rights(there, address);
}

static void clean_everything(void)
{
	struct page_range all;

	require_eq(int,
		   page_range_inclusive(page_at(0, PAGE_4K), page_at(0xfffffffffffff000, PAGE_4K),
					&all),
		   PAGE_OK);
	require_eq(int, mapper_clean_up(&mapper, all, &frames, NULL), MAPPER_OK);
}

static void play(enum mapper_reach reach)
{
	make_mapper(reach);
	for (unsigned i = 0; i < OPERATIONS; i++) {
		struct slot *s = &slot[random_next(&seed) % N_SLOTS];

		switch (random_next(&seed) % 8) {
		case 0:
		case 1:
		case 2: try_map(s); break;
		case 3:
		case 4: try_unmap(s); break;
		case 5: try_update(s); break;
		case 6: clean_everything(); break;
		default: check_slot(s); break;
		}
		for (unsigned k = 0; i % CHECK_EVERY == 0 && k < N_SLOTS; k++) check_slot(&slot[k]);
	}
	for (unsigned i = 0; i < N_SLOTS; i++)
		if (slot[i].mapped) try_unmap(&slot[i]);
	clean_everything();
	require_eq(u64, bitmap.n_free, N_FRAMES, "all tables came back");
	for (unsigned i = 0; i < PTE_PER_TABLE; i++) require_eq(u64, entry_at(ROOT, i), 0);
}

Test(x86_mmu, random_operations_agree_with_a_dictionary_and_the_machine) { play(MAPPER_BY_OFFSET); }

Test(x86_mmu, and_over_pointers) { play(MAPPER_BY_POINTER); }
