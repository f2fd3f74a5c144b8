/* SPDX-License-Identifier: MIT */
/* Executing intercepted instructions. Most are ring 0 instructions with exceptions that the engine
 * does not check; the manual's page of each lists them. */
#include "emu/unicorn/x86/sites.h"

#include <string.h>

#include "emu/bytes.h"
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/debug.h"
#include "emu/unicorn/x86/operands.h"

/* --- execution */

/* Not taken from the selector in CS: just after the switch to protected mode it is still the
 * real-mode one. In virtual-8086 mode this is 3. */
static unsigned current_ring(const struct cpu *cpu) { return cpu->live->hflags & HF_CPL; }

bool cpu_user_mode(const struct cpu *cpu) { return current_ring(cpu) == HF_CPL; }

void cpu_skip(struct cpu *cpu, const struct site *site)
{
	struct env *env = cpu->live;
	cpu_go_on_at(cpu, cpu->site_linear + site->length);
	env->eip += site->length;
	env->hflags &= ~(uint32_t)HF_INHIBIT_IRQ;
	cpu->site_leaves = true;
	if (env->eflags & FL_TF) debug_single_step(cpu);
}

static void run_msr(struct cpu *cpu, const struct site *p)
{
	uint32_t msr = (uint32_t)cpu_read_reg(cpu, UC_X86_REG_RCX);
	uint64_t value = (uint32_t)cpu_read_reg(cpu, UC_X86_REG_RAX) |
			 cpu_read_reg(cpu, UC_X86_REG_RDX) << 32;
	bool write = p->kind == SITE_WRMSR;
	if (!(write ? cpu_msr_write(cpu, msr, value) : cpu_msr_read(cpu, msr, &value))) {
		cpu_raise(cpu, VEC_GP, true, 0);
		return;
	}
	if (!write) {
		cpu_write_reg(cpu, UC_X86_REG_RAX, (uint32_t)value);
		cpu_write_reg(cpu, UC_X86_REG_RDX, value >> 32);
	}
	cpu_skip(cpu, p);
}

/* The engine's model has no RDTSCP: the instruction ends its block with #UD. So what follows is a
 * new block. */
static void run_rdtscp(struct cpu *cpu, const struct site *p)
{
	if (!cpuid_has(&cpu->features, FEATURE_RDTSCP) || !cpu_rdtsc(cpu)) return;
	cpu_write_reg(cpu, UC_X86_REG_RCX, cpu->s.msrs.tsc_aux);
	cpu_skip(cpu, p);
	cpu->s.continuation = false;
}

/* --- control registers (SDM Vol. 3A 2.5) */

enum cr0_more { CR0_NW = 1 << 29, CR0_CD = 1 << 30 };
enum cr4_more { CR4_DE = 1 << 3, CR4_MCE = 1 << 6, CR4_OSXMMEXCPT = 1 << 10 };
enum { CR8 = 8, CR8_MAX = 15 };

uint64_t cpu_cr4_allowed(const struct cpu_features *f)
{
	uint64_t bits = CR4_PCE;
	if (cpuid_has(f, FEATURE_TSC)) bits |= CR4_TSD;
	if (cpuid_has(f, FEATURE_DE)) bits |= CR4_DE;
	if (cpuid_has(f, FEATURE_PSE)) bits |= CR4_PSE;
	if (cpuid_has(f, FEATURE_PAE)) bits |= CR4_PAE;
	if (cpuid_has(f, FEATURE_MCE)) bits |= CR4_MCE;
	if (cpuid_has(f, FEATURE_PGE)) bits |= CR4_PGE;
	if (cpuid_has(f, FEATURE_FXSR)) bits |= CR4_OSFXSR;
	if (cpuid_has(f, FEATURE_SSE)) bits |= CR4_OSXMMEXCPT;
	if (cpuid_has(f, FEATURE_SMEP)) bits |= CR4_SMEP;
	return bits;
}

/* Values of CS and TR with which long mode cannot be activated. */
static bool has_no_long_mode(const struct env *env)
{
	enum { TSS16 = 1, TYPE = 13, TYPE_SHIFT = 8 }; /* without the busy bit */
	return (env->segs[CPU_CS].flags & DESC_L) || (env->tr.flags >> TYPE_SHIFT & TYPE) == TSS16;
}

static bool cr0_valid(const struct cpu *cpu, uint64_t value)
{
	const struct env *env = cpu->env;
	if (value >> 32) return false;
	if ((value & CR0_PG) && !(value & CR0_PE)) return false;
	if ((value & CR0_NW) && !(value & CR0_CD)) return false;
	bool turns_on = (value & CR0_PG) && !(env->cr[0] & CR0_PG);
	bool lme = cpu->s.msrs.efer & EFER_LME;
	if (turns_on && lme && (!(env->cr[4] & CR4_PAE) || has_no_long_mode(env))) return false;
	return (value & CR0_PG) || !(env->hflags & HF_CS64);
}

static bool cr4_valid(const struct cpu *cpu, uint64_t value)
{
	if (value & ~cpu_cr4_allowed(&cpu->features)) return false;
	return !(cpu->env->hflags & HF_LMA) || (value & CR4_PAE);
}

static void write_cr8(struct cpu *cpu, const struct site *p, uint64_t value)
{
	const struct x86_pins *pins = &cpu->config.pins;
	if (value > CR8_MAX) {
		cpu_raise(cpu, VEC_GP, true, 0);
		return;
	}
	if (!svm_cr8_write(cpu, (uint8_t)value) && pins->cr8_write)
		pins->cr8_write(pins->ctx, (uint8_t)value);
	cpu_skip(cpu, p);
}

/* Writing CR0, CR3 or CR4 loads the PDPTE registers if PAE paging is on afterwards and, for CR0 and
 * CR4, a relevant bit changed (SDM Vol. 3A 4.4.1). False: #GP(0). */
static bool load_pdptes(struct cpu *cpu, unsigned reg, uint64_t value)
{
	const uint64_t cr0_bits = CR0_CD | CR0_NW | CR0_PG;
	const uint64_t cr4_bits = CR4_PAE | CR4_PGE | CR4_PSE | CR4_SMEP;
	const uint64_t *cr = cpu->env->cr;
	uint64_t cr0 = reg == 0 ? value : cr[0];
	uint64_t cr4 = reg == 4 ? value : cr[4];
	uint64_t pdpte[PAGING_PDPTES];
	bool pae = (cr0 & CR0_PG) && (cr4 & CR4_PAE) && !(cpu->s.msrs.efer & EFER_LME);
	bool loads = reg == 3 || (reg == 0 && ((value ^ cr[0]) & cr0_bits)) ||
		     (reg == 4 && ((value ^ cr[4]) & cr4_bits));
	if (!pae || !loads) return true;
	if (!paging_load_pdptes(cpu->mem, reg == 3 ? value : cr[3], pdpte)) return false;
	for (unsigned i = 0; i < PAGING_PDPTES; i++) cpu->s.pdpte[i] = pdpte[i];
	return true;
}

static void control_written(struct cpu *cpu, unsigned reg, uint64_t value)
{
	if (cpu->tlb) {
		tlb_watch_settle(cpu);
		tlb_control_written(&cpu->tlb->model, cpu->features.vendor,
				    (struct tlb_cr_write){ reg, cpu->env->cr[reg], value });
	}
	if (reg == 0 || reg == 4) cpu_charge(cpu, CPU_CHARGE_MODE);
}

static void run_write_cr(struct cpu *cpu, const struct site *p)
{
	cpu_pull(cpu);
	const struct env *env = cpu->env;
	uint64_t value = env->regs[p->rm];
	if (!(env->hflags & HF_CS64)) value = (uint32_t)value;
	bool valid = true;
	if (p->reg == 0) valid = cr0_valid(cpu, value);
	if (p->reg == 3 && (env->hflags & HF_LMA)) valid = !(value >> PAGING_PHYS_BITS);
	if (p->reg == 4) valid = cr4_valid(cpu, value);
	if (p->reg == CR8)
		write_cr8(cpu, p, value);
	else if (!valid || !load_pdptes(cpu, p->reg, value))
		cpu_raise(cpu, VEC_GP, true, 0);
	else
		control_written(cpu, p->reg, value);
}

static const int gpr_name[CPU_N_GPR] = {
	UC_X86_REG_RAX, UC_X86_REG_RCX, UC_X86_REG_RDX, UC_X86_REG_RBX,
	UC_X86_REG_RSP, UC_X86_REG_RBP, UC_X86_REG_RSI, UC_X86_REG_RDI,
	UC_X86_REG_R8,  UC_X86_REG_R9,  UC_X86_REG_R10, UC_X86_REG_R11,
	UC_X86_REG_R12, UC_X86_REG_R13, UC_X86_REG_R14, UC_X86_REG_R15,
};

static void run_read_cr(struct cpu *cpu, const struct site *p)
{
	const struct x86_pins *pins = &cpu->config.pins;
	uint8_t value;
	if (p->reg != CR8) return;
	if (!svm_cr8_read(cpu, &value)) {
		if (!pins->cr8_read) return;
		value = pins->cr8_read(pins->ctx);
	}
	cpu_write_reg(cpu, gpr_name[p->rm], value);
	cpu_skip(cpu, p);
}

/* --- debug registers */

/* A register that does not exist is an invalid opcode, which has priority over the ring and GD (SDM
 * Vol. 3A table 6-2: decoding faults come before execution faults). */
static void run_dr(struct cpu *cpu, const struct site *p)
{
	const struct env *env = cpu->live;
	if (!debug_has_register(cpu, p->reg)) {
		cpu_raise(cpu, VEC_UD, false, 0);
		return;
	}
	if (current_ring(cpu)) return; /* the engine raises #GP */
	bool write = p->kind == SITE_WRITE_DR;
	uint64_t value = write ? env->regs[p->rm] : 0;
	if (!(env->hflags & HF_CS64)) value = (uint32_t)value;
	if (!(write ? debug_write(cpu, p->reg, value) : debug_read(cpu, p->reg, &value))) return;
	if (!write) cpu->live->regs[p->rm] = value;
	cpu_skip(cpu, p);
}

/* --- port permission (SDM Vol. 1 19.5.2) */

enum {
	TSS32_TYPE = 9,
	TSS_TYPE_MASK = 0xd /* without the busy bit */,
	TSS_IOMAP = 0x66,
	TSS32_MIN_LIMIT = 0x67
};

/* Raise #GP(0) if the bitmap forbids the port. The bitmap is read with supervisor rights, and its
 * pages may fault. */
static void ask_bitmap(struct cpu *cpu, uint32_t port, unsigned width)
{
	const struct env_segment *tr = &cpu->env->tr;
	struct linear_fault fault;
	uint8_t b[2];
	bool tss32 = (tr->flags >> 8 & TSS_TYPE_MASK) == TSS32_TYPE && tr->limit >= TSS32_MIN_LIMIT;
	if (tss32 && !linear_read(cpu, tr->base + TSS_IOMAP, b, sizeof b, &fault)) {
		linear_raise(cpu, &fault, VEC_GP);
		return;
	}
	uint32_t at = tss32 ? (uint32_t)get_le16(b) + port / 8 : 0;
	if (!tss32 || at + 1 > tr->limit) {
		cpu_raise(cpu, VEC_GP, true, 0);
		return;
	}
	if (!linear_read(cpu, tr->base + at, b, sizeof b, &fault)) {
		linear_raise(cpu, &fault, VEC_GP);
		return;
	}
	uint32_t bits = (uint32_t)get_le16(b) >> (port & 7);
	if (bits & ((1u << width) - 1)) cpu_raise(cpu, VEC_GP, true, 0);
}

void cpu_check_port(struct cpu *cpu, const struct site *site)
{
	enum { IN_IMM = 0xe4, OUT_IMM_LAST = 0xe7 };
	cpu_pull(cpu);
	uint64_t rflags = cpu_rflags(cpu);
	uint32_t cpl = current_ring(cpu);
	bool v86 = rflags & FL_VM;
	if (!(cpu->env->cr[0] & CR0_PE) || (!v86 && cpl <= (rflags & FL_IOPL) >> 12)) return;
	bool immediate = site->opcode >= IN_IMM && site->opcode <= OUT_IMM_LAST;
	uint32_t port = immediate ? site->imm : cpu->env->regs[CPU_RDX] & 0xffff;
	ask_bitmap(cpu, port, site->width);
}

/* --- LGDT and LIDT in 64-bit mode (SDM Vol. 2A) */

enum { TABLE_BASE_AT = 2, TABLE_BYTES = 10, LIDT = 3 };

/* Executed here if the engine would obey an operand size that 64-bit mode ignores. */
static void load_table(struct cpu *cpu, const struct site *p, uint64_t at, uint8_t stack_vector)
{
	struct linear_fault fault;
	uint8_t b[TABLE_BYTES];
	uint64_t base;
	if (!linear_read(cpu, at, b, sizeof b, &fault)) {
		linear_raise(cpu, &fault, stack_vector);
		return;
	}
	struct env_segment *table = (p->reg & 7) == LIDT ? &cpu->live->idt : &cpu->live->gdt;
	memcpy(&base, b + TABLE_BASE_AT, sizeof base);
	table->base = base;
	table->limit = (uint32_t)get_le16(b);
	cpu_skip(cpu, p);
}

/* The base must be canonical. Otherwise the engine reads the operand, and raises its faults. */
static void run_load_table(struct cpu *cpu, const struct site *p)
{
	struct paging_mode mode = cpu_paging_mode(cpu);
	struct insn insn;
	uint64_t base;
	if (!cpu_decode(cpu, cpu->site_linear, &insn)) return;
	unsigned segment = operand_segment(&insn);
	uint64_t offset = operand_offset(cpu->live, &insn, cpu->live->eip);
	uint64_t at = operand_linear(cpu->live, segment, offset);
	bool known = cpu_peek(cpu, at + TABLE_BASE_AT, &base, sizeof base) == sizeof base;
	if (known && !paging_canonical(&mode, base))
		cpu_raise(cpu, VEC_GP, true, 0);
	else if (insn.operand_bytes == 2)
		load_table(cpu, p, at, segment == CPU_SS ? VEC_SS : VEC_GP);
}

static void run_in_ring0(struct cpu *cpu, const struct site *p)
{
	switch (p->kind) {
	case SITE_RDMSR:
	case SITE_WRMSR: run_msr(cpu, p); break;
	case SITE_WRITE_CR: run_write_cr(cpu, p); break;
	case SITE_READ_CR: run_read_cr(cpu, p); break;
	case SITE_LOAD_TABLE: run_load_table(cpu, p); break;
	default: break;
	}
}

void cpu_run_privileged(struct cpu *cpu, const struct site *site)
{
	switch (site->kind) {
	case SITE_RDTSCP: run_rdtscp(cpu, site); break;
	case SITE_RDPMC:
		if (cpu_rdpmc(cpu)) cpu_skip(cpu, site);
		break;
	case SITE_PORT: cpu_check_port(cpu, site); break;
	case SITE_ICEBP:
		cpu_raise(cpu, VEC_DB, false, 0);
		cpu->event.rip += site->length; /* a trap (SDM Vol. 2A "INT1") */
		break;
	case SITE_READ_DR:
	case SITE_WRITE_DR: run_dr(cpu, site); break;
	default: /* in outer rings the engine raises #GP */
		if (!current_ring(cpu)) run_in_ring0(cpu, site);
		break;
	}
}
