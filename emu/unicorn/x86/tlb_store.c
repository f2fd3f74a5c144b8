/* SPDX-License-Identifier: MIT */
/* Stores into page tables, of which struct tlb_watch must know. */
#include "emu/bytes.h"
#include "emu/unicorn/x86/cpu_internal.h"

enum { PAGE_SHIFT = 12, PAGE_OFFSET = 0xfff };

void tlb_watch_drop(struct cpu *cpu, uint64_t linear)
{
	if (cpu->dead) return;
	if (cpu->tlb->beyond)
		cpu_flush_tlb(cpu);
	else
		engine_tlb_drop_page(cpu->engine_cpu, linear);
}

/* The engine must not use what it took from this entry. */
static void drop(struct cpu *cpu, const struct tlb_table *table, uint64_t pa)
{
	uint64_t index = (pa & PAGE_OFFSET) / table->entry_bytes;
	if (table->many || table->shift > PAGE_SHIFT) {
		cpu_flush_tlb(cpu);
	} else {
		tlb_watch_drop(cpu, table->linear + (index << table->shift));
	}
}

/* Remember the instruction of the store. */
static void place_store(struct cpu *cpu)
{
	struct tlb_watch *w = cpu->tlb;
	if (w->store.placed) return;
	engine_tlb_place();
	w->store.pc = cpu_pc(cpu);
	w->store.placed = true;
}

bool tlb_watch_store(struct cpu *cpu, uint64_t pa, unsigned bytes)
{
	struct tlb_watch *w = cpu->tlb;
	struct tlb_table table;
	tlb_watch_settle(cpu);
	if (!tlb_table_in_use(&w->model, pa) || !tlb_table_at(&w->model, pa, &table)) return false;
	uint64_t mask = table.entry_bytes - 1;
	if (!bytes || bytes > TLB_STORE_BYTES) bytes = TLB_STORE_BYTES;
	uint64_t first = pa & ~mask, end = (pa + bytes + mask) & ~mask;
	uint64_t page_end = (pa | PAGE_OFFSET) + 1;
	if (end > page_end) end = page_end;
	w->store.any = true;
	w->store.placed = false;
	w->store.pa = first;
	w->store.len = end - first;
	mem_read(cpu->mem, first, w->store.old, w->store.len);
	if (engine_tlb_will_tell()) return true;
	/* What it stores is not known in time. */
	place_store(cpu);
	for (uint64_t at = first; at < end; at += table.entry_bytes) drop(cpu, &table, at);
	return true;
}

static uint64_t get_entry(const uint8_t *from, unsigned bytes)
{
	return bytes == 8 ? get_le64(from) : get_le32(from);
}

void tlb_watch_settle(struct cpu *cpu)
{
	struct tlb_watch *w = cpu->tlb;
	struct tlb_table table;
	uint8_t now[sizeof w->store.old];
	if (!w->store.any) return;
	w->store.any = false;
	if (!tlb_table_at(&w->model, w->store.pa, &table)) return;
	mem_read(cpu->mem, w->store.pa, now, w->store.len);
	for (uint64_t i = 0; i < w->store.len; i += table.entry_bytes) {
		uint64_t old = get_entry(w->store.old + i, table.entry_bytes);
		if (!tlb_takes_away(&table, old, get_entry(now + i, table.entry_bytes))) continue;
		place_store(cpu);
		tlb_note_write(&w->model, w->store.pa + i,
			       &(struct tlb_write){ .pc = w->store.pc,
						    .ns = clock_now(cpu->clock),
						    .by = TLB_WRITER_CODE });
		drop(cpu, &table, w->store.pa + i);
	}
	w->store.placed = false;
}

void tlb_watch_written(struct cpu *cpu, uint64_t pa, uint64_t len)
{
	struct tlb_watch *w = cpu->tlb;
	bool any = false;
	if (w->marking) return;
	tlb_watch_settle(cpu);
	for (uint64_t page = pa & ~(uint64_t)PAGE_OFFSET; page < pa + len; page += MEM_PAGE) {
		const uint8_t *flags = mem_flags(cpu->mem, page);
		if (!flags || !(*flags & MEM_TABLE)) continue;
		any = true;
		tlb_note_write(&w->model, page,
			       &(struct tlb_write){ .pc = cpu_pc(cpu),
						    .ns = clock_now(cpu->clock),
						    .by = TLB_WRITER_DEVICE });
	}
	if (any) cpu_flush_tlb(cpu);
}
