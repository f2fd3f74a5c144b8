/* SPDX-License-Identifier: MIT */
/* The CPU states in which boot protocols start a kernel: real mode, flat protected mode, long mode.
 * The caller chooses where the needed memory (a descriptor table, page tables) goes. */
#ifndef EMU_X86_START_STATE_H
#define EMU_X86_START_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/mem.h"
#include "emu/x86/registers.h"

/* Selectors of the descriptor table: those of the Linux boot protocol, used for all protocols. */
enum { START_CS = 0x10, START_DS = 0x18, START_GDT_SIZE = 32 };

/* Where a PC's BIOS starts, in real mode. */
enum { START_RESET = 0xffff0 };

/* The value of general registers that a boot protocol leaves undefined (its low half in 32-bit
 * mode). It is no valid address, not aligned, not zero, and in long mode not canonical. */
#define START_UNDEFINED UINT64_C(0xdeadc0dedeadc0de)
/* Is this value near START_UNDEFINED: a few pushes, or a field offset, away? */
bool start_undefined_near(uint64_t value);

/* Real mode at the linear address `entry` (below 1 MiB): CS:IP = (entry & 0xf0000) >> 4 : entry &
 * 0xffff. Other segments are 0 with limit 0xffff, SP = 0x7c00, vectors at 0, general registers
 * undefined, interrupts off. */
void start_state_real(struct cpu_regs *regs, uint32_t entry);
/* Flat 32-bit protected mode without paging: all segments 0..4 GiB, no IDT (limit 0), general
 * registers undefined, interrupts off. Writes START_GDT_SIZE bytes at gdt; false: not RAM. */
bool start_state_protected(struct cpu_regs *regs, struct mem *mem, uint64_t gdt, uint32_t entry);
/* 64-bit mode with the page tables at cr3; otherwise as above. */
bool start_state_long(struct cpu_regs *regs, struct mem *mem, uint64_t gdt, uint64_t cr3,
		      uint64_t entry);

/* Page tables being built, in host memory. */
struct page_tables;

/* Make tables that map [0, identity), rounded up to a GiB, to the same physical addresses, with 2
 * MiB pages, all present, writable and executable. NULL: out of memory. */
struct page_tables *page_tables_new(uint64_t identity);
void page_tables_free(struct page_tables *tables);
/* Map [va, va + size) to pa. Both have the same offset in a 4 KiB page; va is canonical. A later
 * mapping replaces an earlier one. False: more than 64 MiB of tables, or out of memory. */
bool page_tables_map(struct page_tables *tables, uint64_t va, uint64_t pa, uint64_t size);
/* The size of the tables in bytes, a multiple of MEM_PAGE. */
uint64_t page_tables_size(const struct page_tables *tables);
/* Write the tables to guest memory at `base` (page-aligned), the value for CR3. False: not RAM. */
bool page_tables_write(const struct page_tables *tables, struct mem *mem, uint64_t base);

#endif
