/* SPDX-License-Identifier: MIT */
/* The engine's CPU state, as laid out in its saved context. The engine does not document this
 * layout. So it is located and checked at start-up; a library with another layout is refused. */
#ifndef EMU_UNICORN_X86_CONTEXT_H
#define EMU_UNICORN_X86_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <unicorn/unicorn.h>

#include "emu/x86/bits.h"

struct env_segment {
	uint32_t selector;
	uint64_t base;
	uint32_t limit, flags; /* flags: high word of the descriptor */
};

/* The start of the state; later members are found by offset. */
struct env {
	uint64_t regs[16], eip, eflags, cc_dst, cc_src, cc_src2;
	uint32_t cc_op;
	int32_t df;
	uint32_t hflags, hflags2;
	struct env_segment segs[6], ldt, tr, gdt, idt;
	uint64_t cr[5];
	int32_t a20_mask;
};

/* --- the x87 and SSE, from EFER on */

struct env_extended { /* an 80-bit floating-point number; the low 64 bits are the MMX register */
	uint64_t significand;
	uint16_t exponent; /* with the sign bit */
	uint16_t unused[3];
};

/* Rounding and exceptions in the engine's arithmetic: bits as in MXCSR and the status word, except
 * DE. */
struct env_rounding {
	int8_t tininess, mode;
	uint8_t flags;
	int8_t precision;
	uint8_t flush_results, flush_operands, default_nan, snan_bit_is_one;
};
enum env_float_flag { ENV_FLUSHED_OPERAND = 1 << 6, ENV_FLUSHED_RESULT = 1 << 7 };

struct env_xmm {
	uint64_t low, high, beyond[6];
};

struct env_float {
	uint64_t efer;
	uint32_t init_marker;
	uint32_t top;
	uint16_t status; /* without TOP */
	uint16_t control;
	uint8_t empty[8]; /* per physical register: 1 is empty */
	struct env_extended reg[8];
	uint16_t opcode, code_selector, data_selector;
	uint64_t ip, dp;
	struct env_rounding x87;
	struct env_extended operand;
	struct env_rounding three_dnow, sse;
	uint32_t mxcsr;
	struct env_xmm xmm[32];
};

/* Exception bits of the status word and of MXCSR, and mask bits of the control word. The mask bits
 * of MXCSR are MXCSR_MASKS bits higher (unread: SDM Vol. 1 8.1.3, 8.1.5, 10.2.3). */
enum float_exception {
	FLOAT_IE = 1,
	FLOAT_DE = 2,
	FLOAT_ZE = 4,
	FLOAT_OE = 8,
	FLOAT_UE = 16,
	FLOAT_PE = 32,
	FLOAT_ALL = 63,
	FLOAT_BEFORE = FLOAT_IE | FLOAT_DE | FLOAT_ZE /* detected before the result is computed */
};
enum { MXCSR_MASKS = 7, MXCSR_DAZ = 1 << 6, MXCSR_FTZ = 1 << 15 };

enum hflag {
	HF_CPL = 3,
	HF_SOFTMMU = 1 << 2,
	HF_INHIBIT_IRQ = 1 << 3,
	HF_CS32 = 1 << 4,
	HF_SS32 = 1 << 5,
	HF_ADDSEG = 1 << 6,
	HF_PE = 1 << 7,
	HF_TF = 1 << 8,
	HF_MP = 1 << 9,
	HF_EM = 1 << 10,
	HF_TS = 1 << 11,
	HF_IOPL = 3 << 12,
	HF_LMA = 1 << 14,
	HF_CS64 = 1 << 15,
	HF_RF = 1 << 16,
	HF_VM = 1 << 17,
	HF_AC = 1 << 18,
	HF_GUEST =
		1 << 21, /* between VMRUN and #VMEXIT; the engine finds no intercepts of its own */
	HF_OSFXSR = 1 << 22,
	HF_SMAP = 1 << 23,
	/* Flags that the engine stores but does not use. Blocks are translated separately for each
	 * combination. */
	HF_UNMASKED = 1 << 26, /* an x87 or SSE exception is not masked */
	HF_CHECK_SHIFT = 27,   /* ES, CS, SS, DS, FS or GS: offsets must be checked */
};

enum { HF2_NMI_MASK = 1 << 2, CC_OP_EFLAGS = 1 };

/* Offsets from the start of struct env, found at start-up. */
struct context_layout {
	size_t env;        /* of struct env in the uc_context */
	size_t size;       /* bytes of state from `env` on */
	size_t efer, star; /* star; lstar is +16, fmask +32 */
	size_t error_code; /* i32; exception_is_int +4, exception_next_eip +8 */
	size_t dr, old_exception;
};

/* Find the layout in a fresh engine of UC_MODE_64, and verify it by a known-answer test. Returns
 * NULL or a static message. The engine must not have run, nor have memory mapped at 0x1000 or a
 * hook. Afterwards it is as new. */
const char *context_probe(uc_engine *uc, struct context_layout *layout);

static inline struct env *context_env(uc_context *ctx, const struct context_layout *l)
{
	return (struct env *)(void *)((uint8_t *)ctx + l->env);
}

/* The live state inside the engine's CPU object, which context_probe() made the engine use; NULL:
 * not found. */
struct env *context_live(uc_engine *uc, void *engine_cpu);

struct env_float *context_float(struct env *env, const struct context_layout *l);
/* Set HF_UNMASKED according to the control word and MXCSR. */
void context_update_unmasked(struct env *env, const struct context_layout *l);

/* 64-bit and 32-bit fields by offset. */
uint64_t context_get64(const struct env *env, size_t offset);
void context_set64(struct env *env, size_t offset, uint64_t value);
uint32_t context_get32(const struct env *env, size_t offset);
void context_set32(struct env *env, size_t offset, uint32_t value);

/* The bit of hflags for a segment whose offsets must be checked. */
static inline uint32_t context_check_bit(unsigned segment)
{
	enum { FS = 4 };
	return UINT32_C(1) << (HF_CHECK_SHIFT + (segment < FS ? segment : FS));
}

/* Store RFLAGS in the engine's lazy form; hflags stay. */
void context_put_rflags(struct env *env, uint64_t rflags);
/* Recompute hflags (mode, CPL, sizes, segments to check, ...) from CR0, CR4, EFER, RFLAGS and the
 * segments. */
void context_update_hflags(struct env *env, const struct context_layout *l, uint64_t rflags);

#endif
