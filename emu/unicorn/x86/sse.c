/* SPDX-License-Identifier: MIT */
#include "emu/unicorn/x86/sse.h"

#include <string.h>

#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/operands.h"

enum { SSE_BYTES = 16, DIVIDE = 0x5e };

bool sse_computes(const struct insn *insn)
{
	uint8_t op = insn->opcode, prefix = insn_mandatory(insn);
	if (insn->map == INSN_0F3A)
		return (op >= 0x08 && op <= 0x0b) || op == 0x40 || op == 0x41; /* ROUNDPx, DPPx */
	if (insn->map != INSN_0F) return false;
	switch (op) {
	case 0x2a:
	case 0x2c:
	case 0x2d:
	case 0x2e:
	case 0x2f:
	case 0x51:
	case 0x58:
	case 0x59:
	case 0x5a:
	case 0x5b:
	case 0x5c:
	case 0x5d:
	case 0x5e:
	case 0x5f:
	case 0xc2: return true;
	case 0x7c:
	case 0x7d:
	case 0xd0: return prefix == 0x66 || prefix == 0xf2;
	case 0xe6: return true;
	default: return false;
	}
}

/* --- denormal operands */

/* Conversions from and to integers and ROUNDPx do not have this exception. */
static bool has_denormals(const struct insn *insn)
{
	uint8_t op = insn->opcode;
	if (insn->map == INSN_0F3A) return op == 0x40 || op == 0x41;
	return op != 0x2a && op != 0x2c && op != 0x2d && op != 0x5b && op != 0xe6;
}

static bool of_doubles(const struct insn *insn)
{
	uint8_t prefix = insn_mandatory(insn), op = insn->opcode;
	if (insn->map == INSN_0F3A) return op == 0x41;
	if (op == 0x7c || op == 0x7d || op == 0xd0) return prefix == 0x66;
	return prefix == 0x66 || prefix == 0xf2;
}

static unsigned bytes_of(const struct insn *insn)
{
	uint8_t prefix = insn_mandatory(insn), op = insn->opcode;
	bool whole = insn->map != INSN_0F || op == 0x7c || op == 0x7d || op == 0xd0;
	if (op == 0x2e || op == 0x2f) return prefix == 0x66 ? 8 : 4;
	if (op == 0x5a && !prefix) return 8;
	if (!whole && prefix == 0xf3) return 4;
	return !whole && prefix == 0xf2 ? 8 : SSE_BYTES;
}

struct found {
	bool nan, denormal;
};

static void look(struct found *found, const uint8_t *value, unsigned bytes, bool doubles)
{
	for (unsigned i = 0; i < bytes; i += doubles ? 8 : 4) {
		uint64_t v = 0, exponent = doubles ? UINT64_C(0x7ff) << 52 : 0x7f800000;
		uint64_t fraction = doubles ? (UINT64_C(1) << 52) - 1 : 0x7fffff;
		memcpy(&v, value + i, doubles ? 8 : 4);
		if ((v & exponent) == exponent && (v & fraction)) found->nan = true;
		if (!(v & exponent) && (v & fraction)) found->denormal = true;
	}
}

struct sse_result sse_result_of(const struct insn *insn)
{
	enum { SCALAR_DOUBLE = 0xf2, CONVERT = 0x5a, SINGLE_BYTES = 4 };
	bool doubles = of_doubles(insn);
	struct sse_result r = { (uint8_t)bytes_of(insn), doubles };
	if (insn->map != INSN_0F) return has_denormals(insn) ? r : (struct sse_result){ 0, false };
	switch (insn->opcode) {
	case 0x58:
	case 0x59:
	case 0x5c:
	case DIVIDE:
	case 0x7c:
	case 0x7d:
	case 0xd0: return r;
	case CONVERT: /* to singles, if at all */
		if (!doubles) return (struct sse_result){ 0, false };
		if (insn_mandatory(insn) == SCALAR_DOUBLE) r.bytes = SINGLE_BYTES;
		r.doubles = false;
		return r;
	default: return (struct sse_result){ 0, false };
	}
}

bool sse_is_tiny(struct sse_result result, const void *value)
{
	struct found found = { false, false };
	look(&found, value, result.bytes, result.doubles);
	return found.denormal;
}

static bool is_horizontal(const struct insn *insn)
{
	return insn->map == INSN_0F && (insn->opcode == 0x7c || insn->opcode == 0x7d);
}

/* Horizontal operations: neighbouring elements of one register. */
static bool pairs_meet(const uint8_t *value, unsigned element)
{
	for (unsigned i = 0; i < SSE_BYTES; i += 2 * element) {
		struct found found = { false, false };
		look(&found, value + i, 2 * element, element == 8);
		if (found.denormal && !found.nan) return true;
	}
	return false;
}

/* Of either sign. */
static bool is_zero(const uint8_t *value, unsigned bytes)
{
	uint64_t v = 0;
	memcpy(&v, value, bytes);
	return !(v << (65 - 8 * bytes));
}

bool sse_meets_denormal(struct cpu *cpu, const struct insn *insn)
{
	const struct env_float *f = context_float(cpu->live, &cpu->layout);
	uint8_t source[SSE_BYTES], destination[SSE_BYTES];
	bool doubles = of_doubles(insn), one_operand = insn->opcode == 0x51 || insn->opcode == 0x5a;
	unsigned bytes = bytes_of(insn);
	if (!has_denormals(insn) || (f->mxcsr & MXCSR_DAZ)) return false;
	memcpy(destination, &f->xmm[insn_reg(insn)], sizeof destination);
	if (insn->memory) {
		uint64_t linear = operand_linear(cpu->live, operand_segment(insn),
						 operand_offset(cpu->live, insn, cpu->live->eip));
		if (cpu_peek(cpu, linear, source, bytes) != bytes) return false;
	} else {
		memcpy(source, &f->xmm[insn_rm(insn)], sizeof source);
	}
	unsigned element = doubles ? 8 : 4;
	if (is_horizontal(insn))
		return pairs_meet(source, element) || pairs_meet(destination, element);
	for (unsigned i = 0; i < bytes; i += element) {
		struct found found = { false, false };
		look(&found, source + i, element, doubles);
		if (!one_operand) look(&found, destination + i, element, doubles);
		bool by_zero = insn->opcode == DIVIDE && is_zero(source + i, element);
		if (found.denormal && !found.nan && !by_zero) return true;
	}
	return false;
}
