/* SPDX-License-Identifier: MIT */
/* The x86 registers of the processor that native drivers run on, and what was done with them. It
 * stands in 64-bit mode, in ring 0, with paging; nothing is translated. Plain data. */
#ifndef BIMETAL_X86_STATE_H
#define BIMETAL_X86_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HOST_X86_DEBUG_REGS = 8, HOST_X86_SEGMENTS = 6, HOST_X86_RECORD = 64 };

/* An instruction that was executed: a write of a register, or one of enum bimetal_x86_instruction.
 */
struct host_x86_done {
	enum host_x86_what {
		HOST_X86_WRITE,     /* of register `which` (enum bimetal_x86_register), to a */
		HOST_X86_WRITE_MSR, /* of MSR `which`, to a */
		HOST_X86_WRITE_XCR,
		HOST_X86_LGDT, /* base a, limit b */
		HOST_X86_LIDT,
		HOST_X86_DO /* instruction `which` with a, b, c */
	} what;
	uint32_t which;
	uint64_t a, b, c;
};

struct host_x86_msrs {
	uint64_t efer, star, lstar, cstar, sfmask, fs_base, gs_base, kernel_gs_base, u_cet, s_cet;
};

struct host_x86_state {
	uint64_t cr0, cr2, cr3, cr4, cr8, dr[HOST_X86_DEBUG_REGS];
	uint64_t rflags; /* without IF, which is host_cpu_state.interrupts_on */
	uint64_t xcr0;
	uint32_t mxcsr;
	struct host_x86_table {
		uint64_t base;
		uint16_t limit;
	} gdt, idt;
	uint16_t segment[HOST_X86_SEGMENTS], tr; /* in the order of BIMETAL_X86_ES to _GS */
	struct host_x86_msrs msrs;
	uint64_t random; /* of RDRAND: the same numbers in every run */
	uint64_t n_done; /* how many instructions; the last HOST_X86_RECORD are kept */
	struct host_x86_done done[HOST_X86_RECORD];
	uint64_t faults; /* how many were refused */
	uint8_t fault;   /* the vector of the last */
};

/* As a kernel finds it that a loader put into 64-bit mode: no tables, interrupts off. */
void host_x86_reset(struct host_x86_state *s);
/* Keep an instruction in the record. */
void host_x86_note(struct host_x86_state *s, struct host_x86_done done);
/* The nth last instruction, 0 for the last; all zeroes if there were fewer. */
struct host_x86_done host_x86_last(const struct host_x86_state *s, unsigned n);
/* The values of all registers, for a digest: not the record. */
void host_x86_visit(const struct host_x86_state *s,
		    void (*fn)(void *ctx, const void *data, size_t len), void *ctx);
/* The register behind an MSR; NULL: it is none of these. */
uint64_t *host_x86_msr(struct host_x86_state *s, uint32_t msr);

#endif
