/* SPDX-License-Identifier: MIT */
/* Instructions that the engine lacks, or for which it asks the host: RDRAND and INVPCID. CPUs have
 * them only if they are added (--cpu +rdrand,+invpcid); else the engine raises #UD. */
#include <string.h>

#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/operands.h"
#include "emu/unicorn/x86/sites.h"
#include "emu/unicorn/x86/tlb_watch.h"

/* ---- RDRAND (unread: SDM Vol. 2B "RDRAND") ---- */

/* splitmix64 */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* There always is a number: CF is set, the other flags are clear. */
static void run_rdrand(struct cpu *cpu, const struct site *site, const struct insn *insn)
{
	uint64_t *reg = &cpu->live->regs[site->rm], value = next_random(&cpu->s.random);

	if (insn->operand_bytes == 2)
		*reg = (*reg & ~(uint64_t)UINT16_MAX) | (uint16_t)value;
	else
		*reg = insn->operand_bytes == 4 ? (uint32_t)value : value;
	cpu_put_arithmetic_flags(cpu, FL_CF);
	cpu_skip(cpu, site);
	cpu->s.continuation = false; /* as of RDTSCP: what follows is a new block */
}

/* ---- INVPCID (SDM Vol. 2A "INVPCID") ---- */

enum invpcid { ADDRESS, ONE_PCID, ALL, ALL_BUT_GLOBAL };

struct descriptor {
	uint64_t pcid, address;
};

/* Without CR4.PCIDE, which this CPU does not have, the only PCID is 0. */
static bool is_valid(const struct cpu *cpu, uint64_t kind, const struct descriptor *d)
{
	const uint64_t pcid_max = 0xfff;
	struct paging_mode mode = cpu_paging_mode(cpu);

	if (kind > ALL_BUT_GLOBAL || d->pcid > pcid_max) return false;
	if (kind <= ONE_PCID && d->pcid) return false;
	return kind != ADDRESS || paging_canonical(&mode, d->address);
}

static void forget(struct cpu *cpu, uint64_t kind, uint64_t address)
{
	cpu_flush_tlb(cpu);
	if (kind == ADDRESS) {
		tlb_watch_invlpg(cpu, address);
	} else if (cpu->tlb) {
		tlb_watch_settle(cpu);
		if (kind == ALL)
			tlb_invalidate_all(&cpu->tlb->model);
		else
			tlb_invalidate_space(&cpu->tlb->model);
	}
}

static void run_invpcid(struct cpu *cpu, const struct site *site, const struct insn *insn)
{
	struct descriptor descriptor;
	const struct env *env = cpu->live;
	unsigned segment = operand_segment(insn);
	uint64_t at = operand_linear(env, segment, operand_offset(env, insn, env->eip));
	uint64_t kind = env->regs[site->reg];

	if (insn->bits != 64) kind = (uint32_t)kind;
	if ((env->eflags & FL_VM) || (env->hflags & HF_CPL)) {
		cpu_raise(cpu, VEC_GP, true, 0);
		return;
	}
	if (!site_read(cpu, segment, at, &descriptor, sizeof descriptor)) return;
	if (!is_valid(cpu, kind, &descriptor)) {
		cpu_raise(cpu, VEC_GP, true, 0);
		return;
	}
	forget(cpu, kind, descriptor.address);
	cpu_skip(cpu, site);
	cpu->s.continuation = false;
}

void added_run(struct cpu *cpu, const struct site *site)
{
	enum { OTHERS = INSN_LOCK | INSN_REP | INSN_REPNE };
	struct insn insn;

	if (!cpu_decode(cpu, cpu->site_linear, &insn) || (insn.prefixes & OTHERS)) return;
	if (site->kind == SITE_RDRAND && cpuid_has(&cpu->features, FEATURE_RDRAND))
		run_rdrand(cpu, site, &insn);
	if (site->kind == SITE_INVPCID && (insn.prefixes & INSN_OPERAND_SIZE) &&
	    cpuid_has(&cpu->features, FEATURE_INVPCID))
		run_invpcid(cpu, site, &insn);
}
