/* SPDX-License-Identifier: MIT */
/* Intercepted instructions that any ring may execute, and that the engine executes wrongly. */
#include <string.h>

#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/debug.h"
#include "emu/unicorn/x86/operands.h"
#include "emu/unicorn/x86/sites.h"

/* A REX prefix has no effect on LAHF and SAHF (the engine then uses SPL instead of AH). */
static void run_lahf(struct cpu *cpu, const struct site *site)
{
	enum { KEPT = FL_SF | FL_ZF | FL_AF | FL_PF | FL_CF };
	uint64_t ah = (cpu_rflags(cpu) & KEPT) | FL_ONE;
	uint64_t *rax = &cpu->live->regs[CPU_RAX];
	*rax = (*rax & ~UINT64_C(0xff00)) | ah << 8;
	cpu_skip(cpu, site);
}

static void run_sahf(struct cpu *cpu, const struct site *site)
{
	enum { LOADED = FL_SF | FL_ZF | FL_AF | FL_PF | FL_CF };
	uint64_t ah = cpu->live->regs[CPU_RAX] >> 8 & LOADED;
	cpu_put_arithmetic_flags(cpu, (cpu_rflags(cpu) & FL_OF) | ah);
	cpu_skip(cpu, site);
}

static bool odd_parity(uint32_t v) { return __builtin_popcount(v & 0xff) & 1; }

/* Flags of a - b, 32 bits (SDM Vol. 1 3.4.3.1). */
static uint64_t flags_of_compare(uint32_t a, uint32_t b)
{
	uint32_t r = a - b;
	uint64_t flags = a < b ? FL_CF : 0;
	if (!odd_parity(r)) flags |= FL_PF;
	if ((a ^ b ^ r) & 0x10) flags |= FL_AF;
	if (!r) flags |= FL_ZF;
	if (r >> 31) flags |= FL_SF;
	return ((a ^ b) & (a ^ r)) >> 31 ? flags | FL_OF : flags;
}

/* CMPXCHG r32, r32 writes either its destination or EAX: the upper half of the other stays. */
static void run_cmpxchg(struct cpu *cpu, const struct site *site)
{
	uint64_t *regs = cpu->live->regs;
	uint32_t accumulator = (uint32_t)regs[CPU_RAX];
	uint32_t destination = (uint32_t)regs[site->rm];
	if (accumulator == destination)
		regs[site->rm] = (uint32_t)regs[site->reg];
	else
		regs[CPU_RAX] = destination;
	cpu_put_arithmetic_flags(cpu, flags_of_compare(accumulator, destination));
	cpu_skip(cpu, site);
}

/* CLFLUSH faults like a load of one byte (SDM Vol. 2A "CLFLUSH"). */
static void run_clflush(struct cpu *cpu)
{
	struct paging_mode mode = cpu_paging_mode(cpu);
	struct insn insn;
	if (!cpu_decode(cpu, cpu->site_linear, &insn)) return;
	unsigned segment = operand_segment(&insn);
	uint64_t linear = operand_linear(cpu->live, segment,
					 operand_offset(cpu->live, &insn, cpu->live->eip));
	if (!paging_canonical(&mode, linear)) {
		cpu_raise(cpu, segment == CPU_SS ? VEC_SS : VEC_GP, true, 0);
		return;
	}
	bool user = (cpu->live->hflags & HF_CPL) == HF_CPL;
	struct page_walk walk = cpu_walk(cpu, &mode, linear, PAGE_READ, user, true);
	if (walk.present) return;
	cpu_raise(cpu, VEC_PF, true, walk.error);
	cpu->event.cr2 = linear;
}

/* If not, the engine raises the exception. */
static bool sse_usable(const struct cpu *cpu, const struct insn *insn)
{
	const struct env *env = cpu->live;
	bool enabled = (env->cr[4] & CR4_OSFXSR) || !insn_mandatory(insn);
	if (fpu_prevents_access(cpu, insn)) return false;
	return enabled && !(env->cr[0] & (CR0_EM | CR0_TS));
}

/* SGDT and SIDT store "the full 32-bit base address" even with a 16-bit operand size (SDM Vol. 2B
 * "SGDT", Operation), and the whole base in 64-bit mode. */
static void run_store_table(struct cpu *cpu, const struct site *site)
{
	enum { SIDT = 1, LIMIT_BYTES = 2, MOST_BYTES = 10 };
	struct paging_mode mode = cpu_paging_mode(cpu);
	struct linear_user as = { &mode, (cpu->live->hflags & HF_CPL) == HF_CPL };
	struct linear_fault fault;
	struct insn insn;
	uint8_t b[MOST_BYTES];
	if (!cpu_decode(cpu, cpu->site_linear, &insn)) return;
	unsigned segment = operand_segment(&insn), base_bytes = insn.bits == 64 ? 8 : 4;
	uint64_t at = operand_linear(cpu->live, segment,
				     operand_offset(cpu->live, &insn, cpu->live->eip));
	const struct env_segment *table =
		(site->reg & 7) == SIDT ? &cpu->live->idt : &cpu->live->gdt;
	memcpy(b, &table->limit, LIMIT_BYTES);
	memcpy(b + LIMIT_BYTES, &table->base, base_bytes);
	/* A word, followed by the base (SDM Vol. 3A table 6-7). */
	bool odd = at % LIMIT_BYTES || (at + LIMIT_BYTES) % base_bytes;
	if (odd && as.user && (cpu->live->eflags & FL_AC) && (cpu->live->cr[0] & CR0_AM)) {
		cpu_raise(cpu, VEC_AC, true, 0);
		return;
	}
	size_t n = LIMIT_BYTES + base_bytes;
	if (linear_writable(cpu, as, at, n, &fault) && linear_write_as(cpu, as, at, b, n, &fault))
		cpu_skip(cpu, site);
	else
		linear_raise(cpu, &fault, segment == CPU_SS ? VEC_SS : VEC_GP);
}

/* By SDM Vol. 2B "SMSW" the upper half of a 32-bit register is undefined. CPUs store CR0 there, as
 * the APM says (unread: AMD APM Vol. 3 "SMSW"). */
static void run_smsw(struct cpu *cpu, const struct site *site)
{
	cpu->live->regs[site->rm] = (uint32_t)cpu->live->cr[0];
	cpu_skip(cpu, site);
}

/* The engine computes flags before it stores, so at a fault they would already have changed. And
 * CMPXCHG8B needs flags that are up to date, which they are after any intercept. */
static void run_probe(struct cpu *cpu)
{
	enum { SSE_BYTES = 16, CMPXCHG16B = 0xc7, MASKMOV = 0xf7 };
	struct operand operand[OPERANDS_MAX];
	struct insn insn;
	if (!cpu_decode(cpu, cpu->site_linear, &insn)) return;
	if (insn.opcode == MASKMOV && !sse_usable(cpu, &insn)) return;
	if (!operands_of(cpu->live, &insn, cpu->live->eip, operand)) return;
	uint64_t linear = operand[0].linear;
	unsigned bytes = operand[0].bytes;
	bool misaligned = bytes == SSE_BYTES && insn.opcode == CMPXCHG16B &&
			  linear % SSE_BYTES; /* the engine raises #GP */
	if (!misaligned) engine_probe_store(&cpu->engine_blocks, cpu->live, linear, bytes);
}

void cpu_run_unprivileged(struct cpu *cpu, const struct site *site)
{
	switch (site->kind) {
	case SITE_STORE_TABLE: run_store_table(cpu, site); break;
	case SITE_SMSW: run_smsw(cpu, site); break;
	case SITE_CLFLUSH: run_clflush(cpu); break;
	case SITE_LAHF: run_lahf(cpu, site); break;
	case SITE_SAHF: run_sahf(cpu, site); break;
	case SITE_CMPXCHG: run_cmpxchg(cpu, site); break;
	case SITE_SKIP:
		cpu_skip(cpu, site);
		break; /* the engine would trap too late, or not at all */
	case SITE_PROBE: run_probe(cpu); break;
	case SITE_ENTER: enter_run(cpu, site); break;
	case SITE_LOAD_SS: debug_hide(cpu, cpu->site_linear + site->length); break;
	default: debug_instruction(cpu, cpu->site_linear); break; /* SITE_BREAKPOINT */
	}
}
