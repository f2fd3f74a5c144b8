/* SPDX-License-Identifier: MIT */
/* The CPU states in which boot protocols hand over: real mode, flat protected mode, long mode.
 * What a mode needs in memory (a descriptor table, page tables) is laid down where it is told. */
#ifndef EMU_X86_START_STATE_H
#define EMU_X86_START_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/mem.h"
#include "emu/x86/registers.h"

/* Selectors of the descriptor table: the two that the Linux boot protocol names, used for all. */
enum { START_CS = 0x10, START_DS = 0x18, START_GDT_SIZE = 32 };

/* Where a PC's BIOS begins, in real mode. */
enum { START_RESET = 0xffff0 };

/* General registers that a boot protocol leaves undefined hold this (the low half in 32-bit mode):
 * not an address of anything, not aligned, not zero, and in long mode not canonical. */
#define START_UNDEFINED UINT64_C(0xdeadc0dedeadc0de)
/* Is this an address that a few pushes, or the offset of a field, make of that value? */
bool start_undefined_near(uint64_t value);

/* Real mode at the linear address `entry` (below 1 MiB): CS:IP = (entry & 0xf0000) >> 4 :
 * entry & 0xffff; the other segments 0 with their limit 0xffff; SP = 0x7c00; vectors at 0;
 * general registers undefined; interrupts off. */
void start_state_real(struct cpu_regs *regs, uint32_t entry);
/* Flat 32-bit protected mode without paging: all segments 0..4 GiB, no IDT (limit 0), general
 * registers undefined, interrupts off. Writes START_GDT_SIZE bytes at gdt; false: not RAM. */
bool start_state_protected(struct cpu_regs *regs, struct mem *mem, uint64_t gdt, uint32_t entry);
/* 64-bit mode on the page tables at cr3; the rest as above. */
bool start_state_long(struct cpu_regs *regs, struct mem *mem, uint64_t gdt, uint64_t cr3,
		      uint64_t entry);

/* Page tables under construction, on the host. */
struct page_tables;

/* Tables that map [0, identity) to itself (rounded up to GiB) with 2 MiB pages, all present,
 * writable and executable. NULL: no memory. */
struct page_tables *page_tables_new(uint64_t identity);
void page_tables_free(struct page_tables *tables);
/* Map [va, va + size) to pa on; both share their offset in a 4 KiB page, and va is canonical. A
 * later mapping replaces an earlier one. False: too many tables (64 MiB of them), or no memory. */
bool page_tables_map(struct page_tables *tables, uint64_t va, uint64_t pa, uint64_t size);
/* Bytes that the tables take: a multiple of MEM_PAGE. */
uint64_t page_tables_size(const struct page_tables *tables);
/* Lay them down at `base` (page-aligned), which becomes CR3. False: not RAM. */
bool page_tables_write(const struct page_tables *tables, struct mem *mem, uint64_t base);

#endif
