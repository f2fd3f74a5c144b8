/* SPDX-License-Identifier: MIT */
/* What an instruction of the x87 does with its register stack, and stack faults (unread: SDM Vol.
 * 1 8.5.1.1): the engine computes on with whatever an empty register holds. */
#ifndef EMU_UNICORN_X86_X87_H
#define EMU_UNICORN_X86_X87_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/unicorn/x86/context.h"
#include "emu/x86/insn.h"

struct cpu;

/* How it ends when the stack faults and IE is masked. */
enum x87_class {
	X87_NONE,    /* it needs nothing of the stack */
	X87_PUSH,    /* pushes the indefinite */
	X87_RESULT,  /* ST(d) becomes the indefinite */
	X87_COMPARE, /* unordered, in the status word */
	X87_COMPARE_FLAGS,
	X87_STORE, /* the indefinite of its type into memory */
	X87_EXCHANGE,
	X87_SPLIT /* FXTRACT, FPTAN, FSINCOS: two indefinites */
};

enum { X87_NO_REGISTER = 8, X87_STAYS };

/* It fits 64 bits. */
struct x87_insn {
	uint8_t class;           /* enum x87_class */
	uint8_t needs[2];        /* i of ST(i) that must not be empty, or X87_NO_REGISTER */
	uint8_t destination : 3; /* d */
	uint8_t pops : 2;
	uint8_t pushes : 1;  /* ST(7) must be empty */
	uint8_t waits : 1;   /* reports an exception that is pending: #MF */
	uint8_t settles : 1; /* reads or replaces the exceptions met so far */
	uint8_t computes;    /* it may meet exceptions in what it computes */
	uint8_t kind;        /* enum fpu_quick */
	uint8_t mmx; /* the register that becomes one of MMX, or X87_NO_REGISTER; X87_STAYS: none
			does */
	uint8_t slow : 1; /* there is always something to do before it */
	uint8_t bcd : 1;  /* FBSTP */
};

/* False: it is none of the x87, MMX, FXSAVE, STMXCSR and the like. */
bool x87_describe(const struct insn *insn, struct x87_insn *how);
/* One that turns to MMX (SDM Vol. 1 9.6.2): how->mmx is what it writes. */
bool x87_is_mmx(const struct insn *insn, struct x87_insn *how);

/* No register that it needs is empty, and none that it pushes onto is full. */
static inline bool x87_stack_fits(const struct env_float *f, const struct x87_insn *how)
{
	for (unsigned i = 0; i < 2; i++)
		if (how->needs[i] < X87_NO_REGISTER && f->empty[(f->top + how->needs[i]) & 7])
			return false;
	return !how->pushes || f->empty[(f->top - 1) & 7];
}

/* The engine's arithmetic, on a state of its own. */
int32_t bimetal_unicorn_floatx80_to_int32(struct env_extended a, struct env_rounding *r);
int64_t bimetal_unicorn_floatx80_to_int64(struct env_extended a, struct env_rounding *r);
int32_t bimetal_unicorn_floatx80_to_int32_chop(struct env_extended a, struct env_rounding *r);
int64_t bimetal_unicorn_floatx80_to_int64_chop(struct env_extended a, struct env_rounding *r);
uint32_t bimetal_unicorn_floatx80_to_float32(struct env_extended a, struct env_rounding *r);
uint64_t bimetal_unicorn_floatx80_to_float64(struct env_extended a, struct env_rounding *r);

/* ES and B as the exceptions and their masks have it (unread: SDM Vol. 1 8.1.3.3). */
void x87_summarise(struct env_float *f);
/* Add what the engine's arithmetic has met to the status word; and to MXCSR. */
void x87_settle(struct env_float *f);
void sse_settle(struct env_float *f);

/* FBSTP, FST, FSTP, FIST, FISTP and FISTTP of memory at cpu->site_linear, where the engine would be
 * wrong or an exception is not masked: all of FBSTP; of the others, that there is one. */
void x87_store(struct cpu *cpu, const struct x87_insn *how);
/* FPREM; or FPREM1, to the nearest. */
void x87_remainder(struct env_float *f, bool nearest);

/* An exception that is not masked keeps a store (of no BCD) back; *met: all that it meets. */
bool x87_keeps_back(const struct env_float *f, const struct insn *insn, unsigned *met);
/* The instruction at cpu->site_linear meets a stack fault: it is carried out, or nothing but
 * flagged where IE is not masked; or its operand faults. */
void x87_stack_fault(struct cpu *cpu, const struct x87_insn *how);

#endif
