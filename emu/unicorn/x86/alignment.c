/* SPDX-License-Identifier: MIT */
/* #AC: in ring 3, with CR0.AM and RFLAGS.AC set, operands must be aligned to their type (unread:
 * SDM Vol. 3A exception 17, table 6-7). */
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/operands.h"
#include "emu/unicorn/x86/sites.h"

/* The alignment of an operand of this size; 1: none, or not checked here. */
static unsigned boundary(const struct insn *insn, unsigned bytes)
{
	enum { BOUND = 0x62 };
	if (insn->map == INSN_ONE_BYTE && insn->opcode == BOUND) return bytes / 2;
	switch (bytes) {
	case 2:
	case 4:
	case 8: return bytes;
	case 6: return 4;  /* a far pointer */
	case 10: return 8; /* an 80-bit real or BCD number; a far pointer */
	case 14:
	case 94: return 2; /* FSTENV, FSAVE with 16-bit operands */
	case 28:
	case 108: return 4;
	default: return 1; /* for SSE: insn_alignment() */
	}
}

static bool faults(const struct cpu *cpu, const struct paging_mode *mode, const struct operand *o)
{
	enum page_access access = o->access & INSN_WRITE ? PAGE_WRITE : PAGE_READ;
	return !paging_walk(mode, cpu->mem, o->linear, access, true, false).present;
}

bool alignment_counts(const struct cpu *cpu)
{
	const struct env *env = cpu->live;
	return (env->cr[0] & CR0_AM) && (env->eflags & FL_AC) && (env->hflags & HF_CPL) == HF_CPL;
}

void alignment_check(struct cpu *cpu)
{
	enum { MASKMOV = 0xf7, MASKMOV_BOUNDARY = 8 };
	struct operand operand[OPERANDS_MAX];
	struct paging_mode mode = cpu_paging_mode(cpu);
	struct insn insn;
	if (!alignment_counts(cpu) || !cpu_decode(cpu, cpu->site_linear, &insn)) return;
	if (fpu_prevents_access(cpu, &insn)) return;
	unsigned n = operands_of(cpu->live, &insn, cpu->live->eip, operand);
	for (unsigned i = 0; i < n; i++) {
		unsigned unit = boundary(&insn, operand[i].bytes);
		if (insn.map == INSN_0F && insn.opcode == MASKMOV) unit = MASKMOV_BOUNDARY;
		/* #GP and #SS have priority, and are raised by the access itself. */
		if (!paging_canonical(&mode, operand[i].linear)) return;
		if (operand[i].linear & (unit - 1)) {
			cpu_raise(cpu, VEC_AC, true, 0);
			return;
		}
		if (faults(cpu, &mode, &operand[i]))
			return; /* its fault comes before the next operand's #AC */
	}
}
