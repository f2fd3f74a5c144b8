/* SPDX-License-Identifier: MIT */
/* How x87 instructions use the register stack, and stack faults (unread: SDM Vol. 1 8.5.1.1). The
 * engine computes with whatever an empty register holds. */
#ifndef EMU_UNICORN_X86_X87_H
#define EMU_UNICORN_X86_X87_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/unicorn/x86/context.h"
#include "emu/x86/insn.h"

struct cpu;

/* The result when the stack faults and IE is masked. */
enum x87_class {
	X87_NONE,    /* does not use the stack */
	X87_PUSH,    /* pushes the indefinite */
	X87_RESULT,  /* ST(d) becomes the indefinite */
	X87_COMPARE, /* sets "unordered" in the status word */
	X87_COMPARE_FLAGS,
	X87_STORE, /* stores the indefinite of its type */
	X87_EXCHANGE,
	X87_SPLIT /* FXTRACT, FPTAN, FSINCOS: two indefinites */
};

enum { X87_NO_REGISTER = 8, X87_STAYS };

/* The properties of an instruction; fits 64 bits. */
struct x87_insn {
	uint8_t class;           /* enum x87_class */
	uint8_t needs[2];        /* numbers i of ST(i) that must not be empty, or X87_NO_REGISTER */
	uint8_t destination : 3; /* d */
	uint8_t pops : 2;
	uint8_t pushes : 1;  /* ST(7) must be empty */
	uint8_t waits : 1;   /* raises #MF for a pending exception */
	uint8_t settles : 1; /* reads or replaces the recorded exceptions */
	uint8_t computes;    /* its computation can cause exceptions */
	uint8_t kind;        /* enum fpu_quick */
	uint8_t mmx;      /* the register that it writes as MMX; X87_NO_REGISTER; X87_STAYS: none */
	uint8_t slow : 1; /* always needs a call before it */
	uint8_t bcd : 1;  /* FBSTP */
};

/* False: not an instruction of x87, MMX, FXSAVE, STMXCSR and the like. */
bool x87_describe(const struct insn *insn, struct x87_insn *how);
/* Does it switch to MMX state (SDM Vol. 1 9.6.2)? how->mmx is the register that it writes. */
bool x87_is_mmx(const struct insn *insn, struct x87_insn *how);

/* A NaN, or a format that is not supported: such an operand is reported, and a denormal other one
 * is not (SDM Vol. 1 4.9.2). */
static inline bool x87_precedes_denormal(const struct env_extended *r)
{
	enum { EXPONENT = 0x7fff };
	unsigned exponent = r->exponent & EXPONENT;
	bool nan = exponent == EXPONENT && r->significand << 1;
	return nan || (exponent && !(r->significand >> 63));
}

/* True if no register that it needs is empty, and none that it pushes onto is full. */
static inline bool x87_stack_fits(const struct env_float *f, const struct x87_insn *how)
{
	for (unsigned i = 0; i < 2; i++)
		if (how->needs[i] < X87_NO_REGISTER && f->empty[(f->top + how->needs[i]) & 7])
			return false;
	return !how->pushes || f->empty[(f->top - 1) & 7];
}

/* The engine's arithmetic, with separate rounding and exception state. */
int32_t bimetal_unicorn_floatx80_to_int32(struct env_extended a, struct env_rounding *r);
int64_t bimetal_unicorn_floatx80_to_int64(struct env_extended a, struct env_rounding *r);
int32_t bimetal_unicorn_floatx80_to_int32_chop(struct env_extended a, struct env_rounding *r);
int64_t bimetal_unicorn_floatx80_to_int64_chop(struct env_extended a, struct env_rounding *r);
uint32_t bimetal_unicorn_floatx80_to_float32(struct env_extended a, struct env_rounding *r);
uint64_t bimetal_unicorn_floatx80_to_float64(struct env_extended a, struct env_rounding *r);

/* Set ES and B from the exceptions and their masks (unread: SDM Vol. 1 8.1.3.3). */
void x87_summarise(struct env_float *f);
/* Add the exceptions recorded by the engine's arithmetic to the status word, and to MXCSR. */
void x87_settle(struct env_float *f);
void sse_settle(struct env_float *f);

/* Stores at cpu->site_linear. FBSTP is executed here completely. FST, FSTP, FIST, FISTP and FISTTP
 * to memory: if an unmasked exception suppresses the store, set its flags and skip the instruction;
 * otherwise leave it to the engine. */
void x87_store(struct cpu *cpu, const struct x87_insn *how);
/* FPREM; `nearest`: FPREM1. */
void x87_remainder(struct env_float *f, bool nearest);

/* Does an unmasked exception suppress this store (not FBSTP)? *met: all exceptions it causes. */
bool x87_keeps_back(const struct env_float *f, const struct insn *insn, unsigned *met);
/* Handle a stack fault of the instruction at cpu->site_linear. If IE is masked it is executed;
 * otherwise only flags are set. Its operand may fault, too. */
void x87_stack_fault(struct cpu *cpu, const struct x87_insn *how);

#endif
