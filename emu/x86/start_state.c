/* SPDX-License-Identifier: MIT */
/* Bits and layouts: Intel SDM Vol. 3A, 2.5 (control registers), 3.4.5 (segment descriptors),
 * 4.5 (4-level paging), 10.1.1 (state after reset). */
#include "emu/x86/start_state.h"

#include <stdlib.h>
#include <string.h>

/* 0xdeadbeef, a value that programs use themselves, is 495 below START_UNDEFINED and must not count
 * as near it. */
#define NEAR UINT64_C(256)

/* Within the distance of a few pushes, or of fields in a structure. */
bool start_undefined_near(uint64_t value)
{
	const uint64_t low = START_UNDEFINED & UINT32_MAX;

	return value - START_UNDEFINED + NEAR < 2 * NEAR || value - low + NEAR < 2 * NEAR;
}

#define CR0_PE       0x00000001u
#define CR0_ET       0x00000010u
#define CR0_PG       0x80000000u
#define CR4_PAE      0x20u
#define EFER_LME     0x100u
#define EFER_LMA     0x400u
#define RFLAGS_FIXED 0x2u /* bit 1 reads as one */

/* Descriptors of 4 GiB at base 0, present, ring 0, accessed. */
#define DESC_CODE32 UINT64_C(0x00cf9b000000ffff)
#define DESC_CODE64 UINT64_C(0x00af9b000000ffff)
#define DESC_DATA   UINT64_C(0x00cf93000000ffff)

/* Access rights in bits 8..15 of a descriptor's high word. */
#define ACCESS_CODE     0x9b00u
#define ACCESS_DATA     0x9300u
#define ACCESS_LDT      0x8200u
#define ACCESS_BUSY_TSS 0x8b00u
#define DESC_FLAGS_MASK 0x00ffff00u

#define REAL_LIMIT     0xffffu
#define REAL_IDT_LIMIT 0x3ffu
#define REAL_STACK     0x7c00u

#define PTE_PRESENT_WRITABLE 0x3u
#define PTE_LARGE            0x80u /* PS: a 2 MiB page */
#define PTE_UNPLACED \
	0x200u /* a bit that the CPU ignores: the entry holds a table number, not an address */
#define PTE_ADDRESS UINT64_C(0x000ffffffffff000)

enum {
	TABLE_ENTRIES = 512,
	TABLE_INDEX_BITS = 9,
	PAGE_BITS = 12,
	LARGE_BITS = 21,
	GIB_BITS = 30,
	TABLES_MAX = 16384,
	TABLES_FIRST = 16
};

static void start_common(struct cpu_regs *regs)
{
	memset(regs, 0, sizeof(*regs));
	regs->rflags = RFLAGS_FIXED;
	regs->cr0 = CR0_ET;
	regs->ldt = (struct cpu_segment_state){ .limit = REAL_LIMIT, .flags = ACCESS_LDT };
	regs->tr = (struct cpu_segment_state){ .limit = REAL_LIMIT, .flags = ACCESS_BUSY_TSS };
}

static void undefine(struct cpu_regs *regs, uint64_t mask)
{
	for (int i = 0; i < CPU_N_GPR; i++) regs->gpr[i] = START_UNDEFINED & mask;
}

void start_state_real(struct cpu_regs *regs, uint32_t entry)
{
	start_common(regs);
	undefine(regs, UINT32_MAX);
	for (int i = 0; i < CPU_N_SEGMENTS; i++)
		regs->seg[i] =
			(struct cpu_segment_state){ .limit = REAL_LIMIT, .flags = ACCESS_DATA };
	regs->seg[CPU_CS].flags = ACCESS_CODE;
	regs->seg[CPU_CS].selector = (uint16_t)((entry & 0xf0000u) >> 4);
	regs->seg[CPU_CS].base = entry & 0xf0000u;
	regs->rip = entry & 0xffffu;
	regs->gpr[CPU_RSP] = REAL_STACK;
	regs->idt.limit = REAL_IDT_LIMIT;
	regs->gdt.limit = REAL_LIMIT;
	for (int i = CPU_R8; i < CPU_N_GPR; i++) regs->gpr[i] = 0;
}

static struct cpu_segment_state flat(uint16_t selector, uint64_t descriptor)
{
	return (struct cpu_segment_state){
		.limit = UINT32_MAX,
		.flags = (uint32_t)(descriptor >> 32) & DESC_FLAGS_MASK,
		.selector = selector,
	};
}

static bool flat_segments(struct cpu_regs *regs, struct mem *mem, uint64_t gdt, uint64_t code)
{
	for (int i = 0; i < CPU_N_SEGMENTS; i++) regs->seg[i] = flat(START_DS, DESC_DATA);
	regs->seg[CPU_CS] = flat(START_CS, code);
	regs->gdt.base = gdt;
	regs->gdt.limit = START_GDT_SIZE - 1;
	return mem_write64(mem, gdt, 0) && mem_write64(mem, gdt + 8, 0) &&
	       mem_write64(mem, gdt + START_CS, code) &&
	       mem_write64(mem, gdt + START_DS, DESC_DATA);
}

bool start_state_protected(struct cpu_regs *regs, struct mem *mem, uint64_t gdt, uint32_t entry)
{
	start_common(regs);
	undefine(regs, UINT32_MAX);
	for (int i = CPU_R8; i < CPU_N_GPR; i++) regs->gpr[i] = 0;
	regs->rip = entry;
	regs->cr0 |= CR0_PE;
	return flat_segments(regs, mem, gdt, DESC_CODE32);
}

bool start_state_long(struct cpu_regs *regs, struct mem *mem, uint64_t gdt, uint64_t cr3,
		      uint64_t entry)
{
	start_common(regs);
	undefine(regs, UINT64_MAX);
	regs->rip = entry;
	regs->cr0 |= CR0_PE | CR0_PG;
	regs->cr3 = cr3;
	regs->cr4 = CR4_PAE;
	regs->efer = EFER_LME | EFER_LMA;
	return flat_segments(regs, mem, gdt, DESC_CODE64);
}

/* ---- page tables ---- */

struct page_tables {
	uint64_t (*table)[TABLE_ENTRIES]; /* 0 is the PML4 */
	uint64_t n, capacity;
};

/* The number of a new, empty table; 0 (the root's number): no more tables. */
static uint64_t new_table(struct page_tables *t)
{
	if (t->n == t->capacity) {
		uint64_t capacity = t->capacity ? t->capacity * 2 : TABLES_FIRST;
		void *grown;

		if (capacity > TABLES_MAX) return 0;
		grown = realloc(t->table, capacity * sizeof(t->table[0]));
		if (!grown) return 0;
		t->table = grown;
		t->capacity = capacity;
	}
	memset(t->table[t->n], 0, sizeof(t->table[0]));
	return t->n++;
}

static unsigned index_at(uint64_t va, unsigned shift)
{
	return (unsigned)(va >> shift) & (TABLE_ENTRIES - 1);
}

/* Replace a large page by a table of small pages with the same mapping. */
static void split(struct page_tables *t, uint64_t table, uint64_t large)
{
	uint64_t pa = large & PTE_ADDRESS;

	for (unsigned i = 0; i < TABLE_ENTRIES; i++)
		t->table[table][i] = (pa + ((uint64_t)i << PAGE_BITS)) | PTE_PRESENT_WRITABLE;
}

/* The table below entry `index` of `parent`, made if missing; 0: no more tables. */
static uint64_t descend(struct page_tables *t, uint64_t parent, unsigned index)
{
	uint64_t entry = t->table[parent][index];
	uint64_t child;

	if (entry & PTE_UNPLACED) return (entry & PTE_ADDRESS) >> PAGE_BITS;
	child = new_table(t);
	if (!child) return 0;
	if (entry & PTE_LARGE) split(t, child, entry);
	t->table[parent][index] = child << PAGE_BITS | PTE_PRESENT_WRITABLE | PTE_UNPLACED;
	return child;
}

/* Map one page of 1 << bits bytes, bits = PAGE_BITS or LARGE_BITS. */
static bool map_one(struct page_tables *t, uint64_t va, uint64_t pa, unsigned bits)
{
	uint64_t table = 0;

	for (unsigned shift = GIB_BITS + TABLE_INDEX_BITS; shift > bits;
	     shift -= TABLE_INDEX_BITS) {
		table = descend(t, table, index_at(va, shift));
		if (!table) return false;
	}
	t->table[table][index_at(va, bits)] =
		pa | PTE_PRESENT_WRITABLE | (bits == LARGE_BITS ? PTE_LARGE : 0);
	return true;
}

bool page_tables_map(struct page_tables *t, uint64_t va, uint64_t pa, uint64_t size)
{
	const uint64_t large = UINT64_C(1) << LARGE_BITS;
	uint64_t offset = va & (MEM_PAGE - 1);
	uint64_t left = size + offset;

	va -= offset;
	pa -= offset;
	while (left) {
		bool fits = ((va | pa) & (large - 1)) == 0 && left >= large;
		uint64_t step = fits ? large : MEM_PAGE;

		if (!map_one(t, va, pa, fits ? LARGE_BITS : PAGE_BITS)) return false;
		va += step;
		pa += step;
		left -= left < step ? left : step;
	}
	return true;
}

struct page_tables *page_tables_new(uint64_t identity)
{
	const uint64_t gib = UINT64_C(1) << GIB_BITS;
	struct page_tables *t = calloc(1, sizeof(*t));

	if (!t) return NULL;
	new_table(t);
	if (t->n != 1 || !page_tables_map(t, 0, 0, (identity + gib - 1) & ~(gib - 1))) {
		page_tables_free(t);
		return NULL;
	}
	return t;
}

void page_tables_free(struct page_tables *t)
{
	if (!t) return;
	free(t->table);
	free(t);
}

uint64_t page_tables_size(const struct page_tables *t) { return t->n * MEM_PAGE; }

bool page_tables_write(const struct page_tables *t, struct mem *mem, uint64_t base)
{
	uint64_t placed[TABLE_ENTRIES];

	for (uint64_t n = 0; n < t->n; n++) {
		for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
			uint64_t entry = t->table[n][i];

			placed[i] = entry & PTE_UNPLACED ? (entry & ~(uint64_t)PTE_UNPLACED) + base
							 : entry;
		}
		if (!mem_write(mem, base + n * MEM_PAGE, placed, sizeof(placed))) return false;
	}
	return true;
}
