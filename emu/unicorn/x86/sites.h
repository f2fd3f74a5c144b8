/* SPDX-License-Identifier: MIT */
/* Intercepted instructions ("sites" in names): those that the engine executes wrongly, too
 * leniently or not at all. A call is translated before each. It checks the instruction, executes
 * it, or leaves it to the engine. */
#ifndef EMU_UNICORN_X86_SITES_H
#define EMU_UNICORN_X86_SITES_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/x86/insn.h"

struct cpu;

enum site_kind {
	SITE_NONE,
	SITE_RDMSR,
	SITE_WRMSR,
	SITE_RDTSCP,
	SITE_RDPMC,
	SITE_ICEBP,
	SITE_READ_CR,
	SITE_WRITE_CR,
	SITE_READ_DR,
	SITE_WRITE_DR,
	SITE_LOAD_TABLE,  /* LGDT, LIDT in 64-bit mode */
	SITE_STORE_TABLE, /* SGDT, SIDT with a 16-bit operand size, which they ignore */
	SITE_SMSW,        /* to a 32-bit register: stores all 32 bits */
	SITE_PORT,
	SITE_SVM, /* VMRUN and its kin */
	SITE_CLFLUSH,
	SITE_LAHF,
	SITE_SAHF,
	SITE_CMPXCHG,
	SITE_SKIP,  /* PAUSE and HLT under TF: only the trap after them is left */
	SITE_PROBE, /* its operand must fault before its flags are computed */
	SITE_ENTER,
	SITE_FLAGS,    /* LOOPE and LOOPNE: the flags must be up to date */
	SITE_FAR_LOAD, /* LSS, LFS, LGS with REX.W, on Intel */
	SITE_LOAD_SS,  /* MOV SS and POP SS, while breakpoints are armed */
	SITE_RDRAND,
	SITE_INVPCID,
	SITE_BREAKPOINT, /* an instruction breakpoint, DR0 to DR3 */
	SITE_OPERAND     /* an operand in a segment that is not flat, packed above the kind */
};

/* Added to the kind: a data or port breakpoint is armed; operands must be checked against segment
 * limits; or, in ring 3 with AC, for alignment. */
enum { SITE_WATCHED = 0x80, SITE_CHECKED = 0x40, SITE_ALIGNED = 0x20, SITE_KIND_BITS = 8 };

enum site_also {
	SITE_STEPPED = 1, /* stop before it: cpu_step() */
	SITE_GUEST = 2    /* a hypervisor may intercept it: svm_instruction() */
};

/* The argument of the call: fits into a register. */
struct site {
	uint8_t kind; /* enum site_kind */
	uint8_t length;
	uint8_t opcode;
	uint8_t reg, rm; /* from the ModRM byte, extended by REX */
	uint8_t imm;     /* ports: immediate port number */
	uint8_t width;   /* ports: bytes; else of the operand */
	uint8_t also;    /* enum site_also */
};

/* Is it intercepted? `flags` as in the engine's block. */
struct site site_of(const struct insn *insn, uint32_t flags);

/* Execute the instruction at cpu->site_linear; cpu->live holds the registers before it. */
void cpu_run_privileged(struct cpu *cpu, const struct site *site);
/* Raise #GP if IN, OUT, INS or OUTS is not permitted by IOPL and the TSS. */
void cpu_check_port(struct cpu *cpu, const struct site *site);
void cpu_run_unprivileged(struct cpu *cpu, const struct site *site);
/* --- far_load.c */
bool far_load_is_wide(const struct cpu *cpu, const struct insn *insn);
void far_load_run(struct cpu *cpu, const struct site *site);
/* --- site_memory.c: access to an operand with the rights of the running code. False: an exception
 * was raised; `segment` selects #SS or #GP. */
bool site_read(struct cpu *cpu, unsigned segment, uint64_t linear, void *to, size_t bytes);
bool site_write(struct cpu *cpu, unsigned segment, uint64_t linear, const void *from, size_t bytes);
/* Raise the fault of a write there, if it would fault. */
bool site_writable(struct cpu *cpu, unsigned segment, uint64_t linear, size_t bytes);
/* --- alignment.c: raises #AC if CR0.AM is set and a memory operand of the instruction at
 * cpu->site_linear is misaligned (unread: SDM Vol. 3A exception 17, table 6-7). */
void alignment_check(struct cpu *cpu);
bool alignment_counts(const struct cpu *cpu);
/* --- added.c: RDRAND and INVPCID. Where nothing is done, the engine raises #UD. */
void added_run(struct cpu *cpu, const struct site *site);
/* --- enter.c */
void enter_run(struct cpu *cpu, const struct site *site);
/* We have executed it: continue after it. The rest of its block does not count as a new block. */
void cpu_skip(struct cpu *cpu, const struct site *site);

#endif
