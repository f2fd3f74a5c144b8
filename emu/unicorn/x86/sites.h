/* SPDX-License-Identifier: MIT */
/* Sites: instructions that the engine carries out too leniently, wrongly or not at all. In front of
 * each a call is translated, which checks it, carries it out, or leaves it to the engine. */
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
	SITE_STORE_TABLE, /* SGDT, SIDT with an operand size of 16 bits, which they have not */
	SITE_SMSW,        /* of a register of 32 bits: all of them are stored */
	SITE_PORT,
	SITE_CLFLUSH,
	SITE_LAHF,
	SITE_SAHF,
	SITE_CMPXCHG,
	SITE_SKIP,  /* PAUSE and HLT under TF: the trap behind them is all that is left of them */
	SITE_PROBE, /* its operand is to fault before its flags are made */
	SITE_ENTER,
	SITE_FLAGS,    /* LOOPE and LOOPNE: those of the instruction before are to be up to date */
	SITE_FAR_LOAD, /* LSS, LFS, LGS with REX.W, on Intel */
	SITE_LOAD_SS,  /* MOV SS and POP SS, while breakpoints are armed */
	SITE_BREAKPOINT, /* on the instruction, by DR0 to DR3 */
	SITE_OPERAND     /* of a segment that is not flat: what is told behind the kind is packed */
};

/* Beside the kind: a breakpoint on data or ports is armed; operands are to be checked against their
 * segments; and, in ring 3 with AC, against their boundaries. */
enum { SITE_WATCHED = 0x80, SITE_CHECKED = 0x40, SITE_ALIGNED = 0x20, SITE_KIND_BITS = 8 };

/* What the call is told: it fits a register. */
struct site {
	uint8_t kind; /* enum site_kind */
	uint8_t length;
	uint8_t opcode;
	uint8_t reg, rm; /* of the ModRM byte, REX applied */
	uint8_t imm;     /* ports: immediate port number */
	uint8_t width;   /* ports: bytes; else of the operand */
	uint8_t stepped; /* stop before it: cpu_step() */
};

/* Is it a site? `flags` as the engine's block has them. */
struct site site_of(const struct insn *insn, uint32_t flags);

/* It is about to run, at cpu->site_linear; cpu->live holds the registers before it. */
void cpu_run_privileged(struct cpu *cpu, const struct site *site);
void cpu_run_unprivileged(struct cpu *cpu, const struct site *site);
/* --- far_load.c */
bool far_load_is_wide(const struct cpu *cpu, const struct insn *insn);
void far_load_run(struct cpu *cpu, const struct site *site);
/* --- site_memory.c: access to an operand with the rights of the code that runs. False: an
 * exception was raised; `segment` decides between #SS and #GP. */
bool site_read(struct cpu *cpu, unsigned segment, uint64_t linear, void *to, size_t bytes);
bool site_write(struct cpu *cpu, unsigned segment, uint64_t linear, const void *from, size_t bytes);
/* Would a write fault? Then it does now. */
bool site_writable(struct cpu *cpu, unsigned segment, uint64_t linear, size_t bytes);
/* --- alignment.c: #AC, if an operand in memory of the instruction at cpu->site_linear lies wrong
 * and CR0.AM is set (unread: SDM Vol. 3A exception 17, table 6-7). */
void alignment_check(struct cpu *cpu);
bool alignment_counts(const struct cpu *cpu);
/* --- enter.c */
void enter_run(struct cpu *cpu, const struct site *site);
/* We carried it out: leave it behind. The rest of its block, if it has one, is not a new block. */
void cpu_skip(struct cpu *cpu, const struct site *site);

#endif
