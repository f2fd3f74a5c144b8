/* SPDX-License-Identifier: MIT */
/* A guest as reports see it: registers, memory (read without side effects), and names for
 * addresses. All functions are safe and bounded, whatever the guest's memory holds. */
#ifndef HARNESS_DIAGNOSIS_GUEST_VIEW_H
#define HARNESS_DIAGNOSIS_GUEST_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "emu/x86/registers.h"
#include "emu/x86/walk.h"

enum { GUEST_SYMBOL_SIZE = 256, GUEST_INSN_MAX = 15 /* bytes of the longest instruction */ };

struct guest_view {
	const struct cpu_regs *regs;
	bool halted; /* in HLT: the program counter is already behind it */
	/* Read guest memory at a linear address; returns the bytes copied. */
	size_t (*peek)(void *ctx, uint64_t linear, void *buf, size_t len);
	/* Describe a code address as "function+0x12 (file.c:33)"; buf "" if it is not known.
	 * May be NULL. */
	void (*symbol)(void *ctx, uint64_t addr, char *buf, size_t size);
	/* Does the code of a function lie at this address? May be NULL. */
	bool (*in_function)(void *ctx, uint64_t addr);
	/* The page walk of an access. May be NULL: then reports show no walks. */
	struct page_explanation (*explain)(void *ctx, uint64_t linear, enum page_access access,
					   bool user);
	/* What raises an interrupt of this vector as the controllers are programmed now, "IRQ 1,
	 * keyboard"; buf "" if it is not known. May be NULL. */
	void (*source)(void *ctx, uint8_t vector, char *buf, size_t size);
	void *ctx;
};

/* Operand size of the code segment: 16, 32 or 64. */
unsigned guest_code_mode(const struct cpu_regs *regs);
/* "real mode, 16-bit code", "long mode, 64-bit code", "protected mode, ..." */
const char *guest_mode_name(const struct cpu_regs *regs);
/* The privilege level: 0 in real mode, 3 in virtual-8086 mode. */
unsigned guest_cpl(const struct cpu_regs *regs);
/* Linear addresses of the next instruction, and of an offset in the stack segment. */
uint64_t guest_code_addr(const struct cpu_regs *regs);
uint64_t guest_stack_addr(const struct cpu_regs *regs, uint64_t offset);
/* Linear address of the instruction that the guest stands at: the next one, or the HLT in which it
 * sleeps. Names and source lines of the place belong to this address. */
uint64_t guest_stands_at(const struct guest_view *g);
/* A little-endian word of `size` bytes, 1 to 8; false: no memory there. */
bool guest_word(const struct guest_view *g, uint64_t linear, size_t size, uint64_t *value);
/* The name of a code address, "" where it has none; returns buf. */
const char *guest_symbol(const struct guest_view *g, uint64_t addr, char *buf, size_t size);
/* "0x1000 main+0x10 (main.c:3)", or the address alone; returns buf. */
const char *guest_place(const struct guest_view *g, uint64_t addr, char *buf, size_t size);
/* Whether a call instruction ends at `addr`, so that it may be a return address. */
bool guest_after_call(const struct guest_view *g, uint64_t addr);

/* Print the instructions around `pc`, at most `before` of them before it and `after` after it. The
 * one at pc is marked, and source lines are printed where they change. Returns false, and prints
 * nothing, if no instruction can be read. */
bool guest_print_code(const struct guest_view *g, uint64_t pc, unsigned before, unsigned after,
		      FILE *out);

#endif
