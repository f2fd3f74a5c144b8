/* SPDX-License-Identifier: MIT */
/* The registers of an x86 processor, as software names them. */
#ifndef EMU_X86_REGISTERS_H
#define EMU_X86_REGISTERS_H

#include <stdint.h>

enum cpu_segment { CPU_ES, CPU_CS, CPU_SS, CPU_DS, CPU_FS, CPU_GS, CPU_N_SEGMENTS };

struct cpu_segment_state {
	uint64_t base;
	uint32_t limit; /* last valid offset in bytes, granularity applied */
	uint32_t flags; /* bits 8..23 of the descriptor's high word, unshifted */
	uint16_t selector;
};

enum cpu_gpr {
	CPU_RAX,
	CPU_RCX,
	CPU_RDX,
	CPU_RBX,
	CPU_RSP,
	CPU_RBP,
	CPU_RSI,
	CPU_RDI,
	CPU_R8,
	CPU_R9,
	CPU_R10,
	CPU_R11,
	CPU_R12,
	CPU_R13,
	CPU_R14,
	CPU_R15,
	CPU_N_GPR
};

/* All registers that software can name. Plain data. */
struct cpu_regs {
	uint64_t gpr[CPU_N_GPR], rip, rflags;
	struct cpu_segment_state seg[CPU_N_SEGMENTS], ldt, tr;
	struct {
		uint64_t base;
		uint32_t limit;
	} gdt, idt;
	uint64_t cr0, cr2, cr3, cr4, efer;
};

enum { CPU_N_DEBUG_REGS = 8 };

#endif
