/* SPDX-License-Identifier: MIT */
#include "emu/cpu/privileged.h"

#include "emu/cpu/cpu_internal.h"

enum opcode {
	OP_TWO_BYTE = 0x0f,
	OP2_GROUP6 = 0x00, /* /3 is LTR */
	OP2_GROUP7 = 0x01,
	OP3_RDTSCP = 0xf9,
	OP2_READ_CR = 0x20,
	OP2_READ_DR = 0x21,
	OP2_WRITE_CR = 0x22,
	OP2_WRITE_DR = 0x23,
	OP2_WRMSR = 0x30,
	OP2_RDMSR = 0x32,
	OP2_RDPMC = 0x33,
	OP_INS_FIRST = 0x6c,
	OP_OUTS_LAST = 0x6f,
	OP_IN_IMM = 0xe4,
	OP_OUT_IMM_LAST = 0xe7,
	OP_IN_DX = 0xec,
	OP_OUT_DX_LAST = 0xef,
	OP_ICEBP = 0xf1,
	GROUP6_LTR = 3
};

enum prefix { REX_FIRST = 0x40, REX_LAST = 0x4f, REX_B = 1, REX_R = 4, OPERAND_SIZE = 0x66 };

static bool is_port_opcode(uint8_t op)
{
	return (op >= OP_INS_FIRST && op <= OP_OUTS_LAST) ||
	       (op >= OP_IN_IMM && op <= OP_OUT_IMM_LAST) ||
	       (op >= OP_IN_DX && op <= OP_OUT_DX_LAST);
}

static bool is_second_byte(uint8_t op)
{
	return op <= OP2_GROUP7 || (op >= OP2_READ_CR && op <= OP2_WRITE_DR) || op == OP2_WRMSR ||
	       op == OP2_RDMSR || op == OP2_RDPMC;
}

bool privileged_candidate(const uint8_t *code, size_t size, bool user)
{
	for (size_t i = 0; i < size; i++) {
		if (code[i] == OP_ICEBP || (user && is_port_opcode(code[i]))) return true;
		if (code[i] == OP_TWO_BYTE && i + 1 < size && is_second_byte(code[i + 1]))
			return true;
	}
	return false;
}

bool privileged_is_prefix(uint8_t b)
{
	switch (b) {
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
	case 0x64:
	case 0x65:
	case OPERAND_SIZE:
	case 0x67:
	case 0xf0:
	case 0xf2:
	case 0xf3: return true;
	default: return false;
	}
}

static enum privileged_kind two_byte_kind(uint8_t op, uint8_t modrm)
{
	switch (op) {
	case OP2_RDMSR: return PRIV_RDMSR;
	case OP2_WRMSR: return PRIV_WRMSR;
	case OP2_RDPMC: return PRIV_RDPMC;
	case OP2_READ_CR: return PRIV_READ_CR;
	case OP2_WRITE_CR: return PRIV_WRITE_CR;
	case OP2_READ_DR: return PRIV_READ_DR;
	case OP2_WRITE_DR: return PRIV_WRITE_DR;
	case OP2_GROUP7: return modrm == OP3_RDTSCP ? PRIV_RDTSCP : PRIV_NONE;
	case OP2_GROUP6:
		return modrm >> 6 == 3 && (modrm >> 3 & 7) == GROUP6_LTR ? PRIV_LTR : PRIV_NONE;
	default: return PRIV_NONE;
	}
}

static bool has_modrm(enum privileged_kind kind)
{
	return kind == PRIV_RDTSCP || kind == PRIV_LTR ||
	       (kind >= PRIV_READ_CR && kind <= PRIV_WRITE_DR);
}

static struct privileged port_instruction(const struct cpu *cpu, const uint8_t *code, size_t size,
					  size_t at, bool prefix66)
{
	struct privileged p = { .kind = PRIV_PORT,
				.opcode = code[at],
				.length = (uint8_t)(at + 1) };
	bool immediate = p.opcode >= OP_IN_IMM && p.opcode <= OP_OUT_IMM_LAST;
	if (immediate && at + 1 >= size) return (struct privileged){ 0 };
	if (immediate) p.imm = code[at + 1];
	p.length = (uint8_t)(p.length + immediate);
	bool wide = ((cpu->env->hflags & HF_CS32) != 0) != prefix66;
	p.width = !(p.opcode & 1) ? 1 : wide ? 4 : 2;
	return p;
}

struct privileged privileged_decode(struct cpu *cpu, const uint8_t *code, size_t size)
{
	struct privileged none = { 0 };
	size_t at = 0;
	bool prefix66 = false;
	uint8_t rex = 0;
	while (at < size && privileged_is_prefix(code[at])) prefix66 |= code[at++] == OPERAND_SIZE;
	if (at == size) return none;
	bool perhaps_rex = code[at] >= REX_FIRST && code[at] <= REX_LAST;
	if (perhaps_rex || is_port_opcode(code[at])) cpu_pull(cpu);
	if (perhaps_rex && (cpu->env->hflags & HF_CS64)) rex = code[at++];
	if (at == size) return none;
	if (code[at] == OP_ICEBP)
		return (struct privileged){ .kind = PRIV_ICEBP, .length = (uint8_t)(at + 1) };
	if (is_port_opcode(code[at])) return port_instruction(cpu, code, size, at, prefix66);
	if (code[at] != OP_TWO_BYTE || at + 1 >= size) return none;
	uint8_t modrm = at + 2 < size ? code[at + 2] : 0;
	struct privileged p = { .kind = two_byte_kind(code[at + 1], modrm) };
	if (has_modrm(p.kind) && at + 2 >= size) return none;
	p.length = (uint8_t)(at + 2 + has_modrm(p.kind));
	p.reg = (uint8_t)((modrm >> 3 & 7) | (rex & REX_R ? 8 : 0));
	p.rm = (uint8_t)((modrm & 7) | (rex & REX_B ? 8 : 0));
	return p;
}

/* --- carrying out */

bool cpu_user_mode(const struct cpu *cpu)
{
	if (!(cpu_read_reg(cpu, UC_X86_REG_CR0) & CR0_PE)) return false;
	if ((cpu_read_reg(cpu, UC_X86_REG_CS) & HF_CPL) == HF_CPL) return true;
	return cpu_read_reg(cpu, UC_X86_REG_EFLAGS) & FL_VM;
}

static bool ring0(const struct cpu *cpu)
{
	if (!(cpu_read_reg(cpu, UC_X86_REG_CR0) & CR0_PE)) return true;
	return !(cpu_read_reg(cpu, UC_X86_REG_CS) & HF_CPL) &&
	       !(cpu_read_reg(cpu, UC_X86_REG_EFLAGS) & FL_VM);
}

/* Leave the instruction behind. The rest of its block, if it has one, is not a new block. */
static void skip(struct cpu *cpu, const struct privileged *p)
{
	cpu_go_on_at(cpu, p->linear + p->length);
	cpu_write_reg(cpu, UC_X86_REG_RIP, cpu_read_reg(cpu, UC_X86_REG_RIP) + p->length);
}

static void run_msr(struct cpu *cpu, const struct privileged *p)
{
	uint32_t msr = (uint32_t)cpu_read_reg(cpu, UC_X86_REG_RCX);
	uint64_t value = (uint32_t)cpu_read_reg(cpu, UC_X86_REG_RAX) |
			 cpu_read_reg(cpu, UC_X86_REG_RDX) << 32;
	bool write = p->kind == PRIV_WRMSR;
	if (!(write ? cpu_msr_write(cpu, msr, value) : cpu_msr_read(cpu, msr, &value))) {
		cpu_raise(cpu, VEC_GP, true, 0);
		return;
	}
	if (!write) {
		cpu_write_reg(cpu, UC_X86_REG_RAX, (uint32_t)value);
		cpu_write_reg(cpu, UC_X86_REG_RDX, value >> 32);
	}
	skip(cpu, p);
}

/* The engine's model has no RDTSCP: to it, the instruction ends its block with #UD. What follows
 * is a block of its own. */
static void run_rdtscp(struct cpu *cpu, const struct privileged *p)
{
	if (!cpuid_has(&cpu->features, FEATURE_RDTSCP) || !cpu_rdtsc(cpu)) return;
	cpu_write_reg(cpu, UC_X86_REG_RCX, cpu->s.msrs.tsc_aux);
	cpu_write_reg(cpu, UC_X86_REG_RIP, cpu_read_reg(cpu, UC_X86_REG_RIP) + p->length);
}

/* --- control registers (SDM Vol. 3A 2.5) */

enum cr0_more { CR0_NW = 1 << 29, CR0_CD = 1 << 30 };
enum cr4_more { CR4_PGE = 1 << 7, CR4_PCE = 1 << 8, CR4_OSXMMEXCPT = 1 << 10 };
enum { CR8 = 8, CR8_MAX = 15 };

static uint64_t cr4_allowed(const struct cpu_features *f)
{
	uint64_t bits = CR4_PCE;
	if (cpuid_has(f, FEATURE_TSC)) bits |= CR4_TSD;
	if (cpuid_has(f, FEATURE_PSE)) bits |= CR4_PSE;
	if (cpuid_has(f, FEATURE_PAE)) bits |= CR4_PAE;
	if (cpuid_has(f, FEATURE_PGE)) bits |= CR4_PGE;
	if (cpuid_has(f, FEATURE_FXSR)) bits |= CR4_OSFXSR;
	if (cpuid_has(f, FEATURE_SSE)) bits |= CR4_OSXMMEXCPT;
	if (cpuid_has(f, FEATURE_SMEP)) bits |= CR4_SMEP;
	return bits;
}

static bool cr0_valid(const struct cpu *cpu, uint64_t value)
{
	const struct env *env = cpu->env;
	if (value >> 32) return false;
	if ((value & CR0_PG) && !(value & CR0_PE)) return false;
	if ((value & CR0_NW) && !(value & CR0_CD)) return false;
	bool turns_on = (value & CR0_PG) && !(env->cr[0] & CR0_PG);
	bool lme = cpu->s.msrs.efer & EFER_LME;
	if (turns_on && lme && (!(env->cr[4] & CR4_PAE) || (env->segs[CPU_CS].flags & DESC_L)))
		return false;
	return (value & CR0_PG) || !(env->hflags & HF_CS64);
}

static bool cr4_valid(const struct cpu *cpu, uint64_t value)
{
	if (value & ~cr4_allowed(&cpu->features)) return false;
	return !(cpu->env->hflags & HF_LMA) || (value & CR4_PAE);
}

static void write_cr8(struct cpu *cpu, const struct privileged *p, uint64_t value)
{
	const struct cpu_pins *pins = &cpu->config.pins;
	if (value > CR8_MAX) {
		cpu_raise(cpu, VEC_GP, true, 0);
		return;
	}
	if (pins->cr8_write) pins->cr8_write(pins->ctx, (uint8_t)value);
	skip(cpu, p);
}

/* Writing CR0, CR3 or CR4 loads the PDPTE registers where PAE paging is on afterwards, and, for
 * CR0 and CR4, a bit that matters changed (SDM Vol. 3A 4.4.1). False: #GP(0). */
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

static void run_write_cr(struct cpu *cpu, const struct privileged *p)
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
}

static const int gpr_name[CPU_N_GPR] = {
	UC_X86_REG_RAX, UC_X86_REG_RCX, UC_X86_REG_RDX, UC_X86_REG_RBX,
	UC_X86_REG_RSP, UC_X86_REG_RBP, UC_X86_REG_RSI, UC_X86_REG_RDI,
	UC_X86_REG_R8,  UC_X86_REG_R9,  UC_X86_REG_R10, UC_X86_REG_R11,
	UC_X86_REG_R12, UC_X86_REG_R13, UC_X86_REG_R14, UC_X86_REG_R15,
};

static void run_read_cr(struct cpu *cpu, const struct privileged *p)
{
	const struct cpu_pins *pins = &cpu->config.pins;
	if (p->reg != CR8 || !pins->cr8_read) return;
	cpu_write_reg(cpu, gpr_name[p->rm], pins->cr8_read(pins->ctx));
	skip(cpu, p);
}

/* --- debug registers (SDM Vol. 3B 17.2) */

static void run_dr(struct cpu *cpu, const struct privileged *p)
{
	enum { DR7_GD = 1 << 13, DR6_BD = 1 << 13 };
	uint64_t dr7 = cpu_read_reg(cpu, UC_X86_REG_DR7);
	if (dr7 & DR7_GD) {
		uint64_t dr6 = cpu_read_reg(cpu, UC_X86_REG_DR6);
		cpu_write_reg(cpu, UC_X86_REG_DR6, dr6 | DR6_BD);
		cpu_write_reg(cpu, UC_X86_REG_DR7, dr7 & ~(uint64_t)DR7_GD);
		cpu_raise(cpu, VEC_DB, false, 0);
		return;
	}
	if (p->kind != PRIV_WRITE_DR || (p->reg != 6 && p->reg != 7)) return;
	cpu_pull(cpu);
	if ((cpu->env->hflags & HF_CS64) && cpu->env->regs[p->rm] >> 32)
		cpu_raise(cpu, VEC_GP, true, 0);
}

/* --- port permission (SDM Vol. 1 19.5.2) */

enum {
	TSS32_TYPE = 9,
	TSS_TYPE_MASK = 0xd /* without the busy bit */,
	TSS_IOMAP = 0x66,
	TSS32_MIN_LIMIT = 0x67
};

static bool bitmap_allows(struct cpu *cpu, uint32_t port, unsigned width)
{
	const struct env_segment *tr = &cpu->env->tr;
	struct linear_fault fault;
	uint8_t b[2];
	if ((tr->flags >> 8 & TSS_TYPE_MASK) != TSS32_TYPE || tr->limit < TSS32_MIN_LIMIT)
		return false;
	if (!linear_read(cpu, tr->base + TSS_IOMAP, b, sizeof b, &fault)) return false;
	uint32_t at = (uint32_t)(b[0] | b[1] << 8) + port / 8;
	if (at + 1 > tr->limit || !linear_read(cpu, tr->base + at, b, sizeof b, &fault))
		return false;
	uint32_t bits = (uint32_t)(b[0] | b[1] << 8) >> (port & 7);
	return !(bits & ((1u << width) - 1));
}

static void run_port(struct cpu *cpu, const struct privileged *p)
{
	cpu_pull(cpu);
	uint64_t rflags = cpu_rflags(cpu);
	uint32_t cpl = rflags & FL_VM ? HF_CPL : cpu->env->hflags & HF_CPL;
	bool v86 = rflags & FL_VM;
	if (!(cpu->env->cr[0] & CR0_PE) || (!v86 && cpl <= (rflags & FL_IOPL) >> 12)) return;
	bool immediate = p->opcode >= OP_IN_IMM && p->opcode <= OP_OUT_IMM_LAST;
	uint32_t port = immediate ? p->imm : cpu->env->regs[CPU_RDX] & 0xffff;
	if (!bitmap_allows(cpu, port, p->width)) cpu_raise(cpu, VEC_GP, true, 0);
}

static void run_ltr(struct cpu *cpu, const struct privileged *p)
{
	cpu_pull(cpu);
	if (!(cpu->env->regs[p->rm] & 0xfffc)) cpu_raise(cpu, VEC_GP, true, 0);
}

static void run_in_ring0(struct cpu *cpu, const struct privileged *p)
{
	switch (p->kind) {
	case PRIV_RDMSR:
	case PRIV_WRMSR: run_msr(cpu, p); break;
	case PRIV_WRITE_CR: run_write_cr(cpu, p); break;
	case PRIV_READ_CR: run_read_cr(cpu, p); break;
	case PRIV_READ_DR:
	case PRIV_WRITE_DR: run_dr(cpu, p); break;
	case PRIV_LTR: run_ltr(cpu, p); break;
	default: break;
	}
}

void cpu_run_privileged(struct cpu *cpu, struct privileged insn)
{
	switch (insn.kind) {
	case PRIV_NONE: break;
	case PRIV_RDTSCP: run_rdtscp(cpu, &insn); break;
	case PRIV_RDPMC: cpu_raise(cpu, VEC_GP, true, 0); break; /* no counter exists */
	case PRIV_PORT: run_port(cpu, &insn); break;
	case PRIV_ICEBP:
		cpu_raise(cpu, VEC_DB, false, 0);
		cpu->event.rip += insn.length; /* a trap (SDM Vol. 2A "INT1") */
		break;
	default: /* in the outer rings the engine raises #GP */
		if (ring0(cpu)) run_in_ring0(cpu, &insn);
		break;
	}
}
