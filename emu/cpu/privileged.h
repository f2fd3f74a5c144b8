/* SPDX-License-Identifier: MIT */
/* Instructions that the engine carries out too leniently, or not at all, and gives no hook for:
 * MSRs, control and debug registers, port permission, RDTSCP, RDPMC, ICEBP, LTR. A code hook on
 * each lets us check it, carry it out, or leave it to the engine. */
#ifndef EMU_CPU_PRIVILEGED_H
#define EMU_CPU_PRIVILEGED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cpu;

enum privileged_kind {
	PRIV_NONE,
	PRIV_RDMSR,
	PRIV_WRMSR,
	PRIV_RDTSCP,
	PRIV_RDPMC,
	PRIV_ICEBP,
	PRIV_READ_CR,
	PRIV_WRITE_CR,
	PRIV_READ_DR,
	PRIV_WRITE_DR,
	PRIV_LTR,
	PRIV_PORT
};

enum { PRIVILEGED_MAX_BYTES = 15 };

struct privileged {
	enum privileged_kind kind;
	uint8_t length;
	uint64_t linear; /* where it lies; set by who runs it */
	uint8_t reg, rm; /* of the ModRM byte, REX applied */
	uint8_t opcode;  /* ports: which of IN, OUT, INS, OUTS */
	uint8_t imm;     /* ports: immediate port number */
	uint8_t width;   /* ports: bytes */
};

/* Is it a prefix other than REX? */
bool privileged_is_prefix(uint8_t byte);
/* Could such an instruction be in these bytes? Cheap, and mostly no. `user`: code of CPL 3, where
 * port instructions count as well. */
bool privileged_candidate(const uint8_t *code, size_t size, bool user);
/* Which one starts here? Looks at the CPU's mode only where a prefix makes it matter. */
struct privileged privileged_decode(struct cpu *cpu, const uint8_t *code, size_t size);
/* It is about to run: from a code hook. */
void cpu_run_privileged(struct cpu *cpu, struct privileged insn);

#endif
