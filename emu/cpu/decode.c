/* SPDX-License-Identifier: MIT */
#include "emu/cpu/decode.h"

#include <stdlib.h>

#include <capstone/capstone.h>

#include "emu/cpu/cpu_internal.h"

enum { MAX_INSN_BYTES = 15, N_MODES = 3, PUSHA_REGISTERS = 8 };

struct decoder {
	csh handle[N_MODES]; /* 16, 32, 64 bits; opened at first use */
	cs_insn *insn[N_MODES];
};

struct decoder *decoder_new(void) { return calloc(1, sizeof(struct decoder)); }

void decoder_free(struct decoder *d)
{
	if (!d) return;
	for (int i = 0; i < N_MODES; i++) {
		if (!d->insn[i]) continue;
		cs_free(d->insn[i], 1);
		cs_close(&d->handle[i]);
	}
	free(d);
}

static int mode_of(const struct env *env)
{
	if (env->hflags & HF_CS64) return 2;
	return env->hflags & HF_CS32 ? 1 : 0;
}

/* One instruction; NULL: not decodable. Valid until the next call. */
static const cs_insn *decode(struct cpu *cpu, const uint8_t *code, size_t size, uint64_t address)
{
	static const cs_mode modes[N_MODES] = { CS_MODE_16, CS_MODE_32, CS_MODE_64 };
	struct decoder *d = cpu->decoder;
	int m = mode_of(cpu->env);
	if (!d->insn[m]) {
		if (cs_open(CS_ARCH_X86, modes[m], &d->handle[m])) return NULL;
		cs_option(d->handle[m], CS_OPT_DETAIL, CS_OPT_ON);
		d->insn[m] = cs_malloc(d->handle[m]);
		if (!d->insn[m]) return NULL;
	}
	return cs_disasm_iter(d->handle[m], &code, &size, &address, d->insn[m]) ? d->insn[m] : NULL;
}

unsigned decode_length(struct cpu *cpu, const uint8_t *code, size_t size)
{
	const cs_insn *insn = decode(cpu, code, size, 0);
	return insn ? insn->size : 0;
}

static bool is_transfer(const cs_insn *insn)
{
	for (unsigned i = 0; i < insn->detail->groups_count; i++) switch (insn->detail->groups[i]) {
		case CS_GRP_JUMP:
		case CS_GRP_CALL:
		case CS_GRP_RET:
		case CS_GRP_INT:
		case CS_GRP_IRET: return true;
		default: break;
		}
	return false;
}

struct decoded_end decode_end(struct cpu *cpu, const uint8_t *code, size_t size)
{
	struct decoded_end end = { .at = size };
	for (size_t at = 0; at < size;) {
		const cs_insn *insn = decode(cpu, code + at, size - at, 0);
		if (!insn) return (struct decoded_end){ .at = size };
		end = (struct decoded_end){ .at = at, .transfer = is_transfer(insn) };
		at += insn->size;
	}
	return end;
}

uint32_t decode_count(struct cpu *cpu, uint64_t from, uint32_t size, uint64_t to, uint32_t whole)
{
	uint8_t code[MAX_INSN_BYTES];
	uint32_t n = 0;
	if (to <= from || to - from >= size) return to == from ? 0 : whole;
	while (from < to && n < whole) {
		size_t got = cpu_peek(cpu, from, code, sizeof code);
		unsigned len = got ? decode_length(cpu, code, got) : 0;
		if (!len) return whole;
		from += len;
		n++;
	}
	return n;
}

/* Value of a register in an address; RIP is that of the next instruction. */
static uint64_t address_register(const struct env *env, const cs_insn *insn, x86_reg reg)
{
	static const x86_reg names[][4] = {
		{ X86_REG_RAX, X86_REG_EAX, X86_REG_AX, X86_REG_INVALID },
		{ X86_REG_RCX, X86_REG_ECX, X86_REG_CX, X86_REG_INVALID },
		{ X86_REG_RDX, X86_REG_EDX, X86_REG_DX, X86_REG_INVALID },
		{ X86_REG_RBX, X86_REG_EBX, X86_REG_BX, X86_REG_INVALID },
		{ X86_REG_RSP, X86_REG_ESP, X86_REG_SP, X86_REG_INVALID },
		{ X86_REG_RBP, X86_REG_EBP, X86_REG_BP, X86_REG_INVALID },
		{ X86_REG_RSI, X86_REG_ESI, X86_REG_SI, X86_REG_INVALID },
		{ X86_REG_RDI, X86_REG_EDI, X86_REG_DI, X86_REG_INVALID },
		{ X86_REG_R8, X86_REG_R8D, X86_REG_INVALID, X86_REG_INVALID },
		{ X86_REG_R9, X86_REG_R9D, X86_REG_INVALID, X86_REG_INVALID },
		{ X86_REG_R10, X86_REG_R10D, X86_REG_INVALID, X86_REG_INVALID },
		{ X86_REG_R11, X86_REG_R11D, X86_REG_INVALID, X86_REG_INVALID },
		{ X86_REG_R12, X86_REG_R12D, X86_REG_INVALID, X86_REG_INVALID },
		{ X86_REG_R13, X86_REG_R13D, X86_REG_INVALID, X86_REG_INVALID },
		{ X86_REG_R14, X86_REG_R14D, X86_REG_INVALID, X86_REG_INVALID },
		{ X86_REG_R15, X86_REG_R15D, X86_REG_INVALID, X86_REG_INVALID },
	};
	if (reg == X86_REG_RIP || reg == X86_REG_EIP) return env->eip + insn->size;
	for (unsigned i = 0; i < CPU_N_GPR && reg != X86_REG_INVALID; i++)
		for (unsigned j = 0; j < 4; j++)
			if (names[i][j] == reg) return env->regs[i];
	return 0;
}

static uint64_t mask_bytes(unsigned bytes)
{
	return bytes >= 8 ? UINT64_MAX : (UINT64_C(1) << (8 * bytes)) - 1;
}

static int segment_index(x86_reg reg)
{
	switch (reg) {
	case X86_REG_ES: return CPU_ES;
	case X86_REG_CS: return CPU_CS;
	case X86_REG_SS: return CPU_SS;
	case X86_REG_DS: return CPU_DS;
	case X86_REG_FS: return CPU_FS;
	case X86_REG_GS: return CPU_GS;
	default: return -1;
	}
}

static bool is_stack_base(x86_reg reg)
{
	switch (reg) {
	case X86_REG_RSP:
	case X86_REG_ESP:
	case X86_REG_SP:
	case X86_REG_RBP:
	case X86_REG_EBP:
	case X86_REG_BP: return true;
	default: return false;
	}
}

static uint64_t linear_of(const struct env *env, int segment, uint64_t offset)
{
	bool long_mode = env->hflags & HF_CS64;
	bool based = !long_mode || segment == CPU_FS || segment == CPU_GS;
	uint64_t linear = offset + (based ? env->segs[segment].base : 0);
	return long_mode ? linear : (uint32_t)linear;
}

/* First byte of [linear, linear + size) that lies on the page; false: none. */
static bool first_on_page(uint64_t linear, uint64_t size, uint64_t page, uint64_t *first)
{
	if (linear - page < MEM_PAGE) {
		*first = linear;
		return true;
	}
	if (page - linear >= size || page < linear) return false;
	*first = page;
	return true;
}

/* How an instruction's memory operand is accessed, where capstone 4 says otherwise. */
static uint8_t operand_access(const cs_insn *insn, const cs_x86_op *op)
{
	switch (insn->id) {
	case X86_INS_TEST: return CS_AC_READ;
	case X86_INS_RCL:
	case X86_INS_RCR:
	case X86_INS_CMPXCHG:
	case X86_INS_CMPXCHG8B:
	case X86_INS_CMPXCHG16B:
	case X86_INS_BTS:
	case X86_INS_BTR:
	case X86_INS_BTC: return CS_AC_READ | CS_AC_WRITE;
	default: return op->access;
	}
}

/* Does it read and then write its memory operand? The fault of the read then has W set. */
static bool modifies_memory(const cs_insn *insn)
{
	const cs_x86 *x = &insn->detail->x86;
	for (unsigned i = 0; i < x->op_count; i++) {
		const cs_x86_op *op = &x->operands[i];
		uint8_t both = CS_AC_READ | CS_AC_WRITE;
		if (op->type == X86_OP_MEM && (operand_access(insn, op) & both) == both)
			return true;
	}
	return false;
}

/* An operand in memory as written in the instruction. */
static bool explicit_operand(const struct env *env, const cs_insn *insn, const cs_x86_op *op,
			     uint64_t page, struct decoded_access *a)
{
	const x86_op_mem *m = &op->mem;
	uint64_t offset = address_register(env, insn, m->base) +
			  address_register(env, insn, m->index) * (uint64_t)m->scale +
			  (uint64_t)m->disp;
	offset &= mask_bytes(insn->detail->x86.addr_size);
	int segment = segment_index(m->segment);
	if (segment < 0) segment = is_stack_base(m->base) ? CPU_SS : CPU_DS;
	uint64_t first;
	if (!first_on_page(linear_of(env, segment, offset), op->size ? op->size : 1, page, &first))
		return false;
	a->found = true;
	a->address = first;
	a->stack = segment == CPU_SS;
	a->writes = operand_access(insn, op) & CS_AC_WRITE;
	return true;
}

enum stack_use { STACK_NONE, STACK_PUSH, STACK_POP };

static enum stack_use stack_use(const cs_insn *insn)
{
	switch (insn->id) {
	case X86_INS_PUSH:
	case X86_INS_PUSHAW:
	case X86_INS_PUSHAL:
	case X86_INS_PUSHF:
	case X86_INS_PUSHFD:
	case X86_INS_PUSHFQ:
	case X86_INS_CALL:
	case X86_INS_LCALL:
	case X86_INS_ENTER: return STACK_PUSH;
	case X86_INS_POP:
	case X86_INS_POPAW:
	case X86_INS_POPAL:
	case X86_INS_POPF:
	case X86_INS_POPFD:
	case X86_INS_POPFQ:
	case X86_INS_RET:
	case X86_INS_RETF:
	case X86_INS_RETFQ:
	case X86_INS_IRET:
	case X86_INS_IRETD:
	case X86_INS_IRETQ:
	case X86_INS_LEAVE: return STACK_POP;
	default: return STACK_NONE;
	}
}

static unsigned stack_slot_bytes(const struct env *env, const cs_insn *insn)
{
	bool prefix66 = insn->detail->x86.prefix[2] == 0x66;
	if (env->hflags & HF_CS64) return prefix66 ? 2 : 8;
	return ((env->hflags & HF_CS32) != 0) != prefix66 ? 4 : 2;
}

/* The stack slots that the instruction touches, in its order; the first on the page counts. */
static bool stack_operand(const struct env *env, const cs_insn *insn, uint64_t page,
			  struct decoded_access *a)
{
	enum stack_use use = stack_use(insn);
	if (use == STACK_NONE) return false;
	unsigned slot = stack_slot_bytes(env, insn);
	uint64_t mask = mask_bytes(env->hflags & HF_CS64 ? 8 : env->hflags & HF_SS32 ? 4 : 2);
	uint64_t sp = env->regs[insn->id == X86_INS_LEAVE ? CPU_RBP : CPU_RSP];
	for (unsigned i = 0; i < PUSHA_REGISTERS; i++) {
		uint64_t offset =
			use == STACK_PUSH ? sp - (uint64_t)slot * (i + 1) : sp + (uint64_t)slot * i;
		uint64_t first;
		if (!first_on_page(linear_of(env, CPU_SS, offset & mask), slot, page, &first))
			continue;
		*a = (struct decoded_access){ .found = true,
					      .writes = use == STACK_PUSH,
					      .stack = true,
					      .implicit = a->implicit,
					      .address = first };
		return true;
	}
	return false;
}

/* Instructions that read descriptors or the TSS by themselves, with supervisor rights. */
static bool reads_system_tables(const cs_insn *insn)
{
	switch (insn->id) {
	case X86_INS_LCALL:
	case X86_INS_LJMP:
	case X86_INS_RETF:
	case X86_INS_RETFQ:
	case X86_INS_IRET:
	case X86_INS_IRETD:
	case X86_INS_IRETQ:
	case X86_INS_LDS:
	case X86_INS_LES:
	case X86_INS_LFS:
	case X86_INS_LGS:
	case X86_INS_LSS:
	case X86_INS_LAR:
	case X86_INS_LSL:
	case X86_INS_VERR:
	case X86_INS_VERW:
	case X86_INS_IN:
	case X86_INS_OUT:
	case X86_INS_INSB:
	case X86_INS_INSW:
	case X86_INS_INSD:
	case X86_INS_OUTSB:
	case X86_INS_OUTSW:
	case X86_INS_OUTSD: return true;
	default: break;
	}
	const cs_x86 *x = &insn->detail->x86;
	return (insn->id == X86_INS_MOV || insn->id == X86_INS_POP) && x->op_count &&
	       x->operands[0].type == X86_OP_REG && segment_index(x->operands[0].reg) >= 0;
}

/* The first memory operand on the page that is accessed in one of these ways (CS_AC_*; 0: any). */
static bool operand_on_page(const struct env *env, const cs_insn *insn, uint64_t page, uint8_t how,
			    struct decoded_access *a)
{
	const cs_x86 *x = &insn->detail->x86;
	for (unsigned i = 0; i < x->op_count && insn->id != X86_INS_LEA; i++) {
		const cs_x86_op *op = &x->operands[i];
		if (op->type != X86_OP_MEM || (how && !(operand_access(insn, op) & how))) continue;
		if (explicit_operand(env, insn, op, page, a)) return true;
	}
	return false;
}

struct decoded_access decode_access(struct cpu *cpu, uint64_t page, bool write)
{
	struct decoded_access a = { 0 };
	const struct env *env = cpu->env;
	uint8_t code[MAX_INSN_BYTES];
	uint64_t rip = cpu_linear_rip(cpu);
	size_t got = cpu_peek(cpu, rip, code, sizeof code);
	const cs_insn *insn = got ? decode(cpu, code, got, rip) : NULL;
	if (!insn) return a;
	a.implicit = reads_system_tables(insn);
	a.writes = modifies_memory(insn); /* wherever it lies: BTS reaches beyond its operand */
	enum stack_use stack = stack_use(insn);
	if (stack == (write ? STACK_PUSH : STACK_POP) && stack_operand(env, insn, page, &a))
		return a;
	if (operand_on_page(env, insn, page, write ? CS_AC_WRITE : CS_AC_READ, &a)) return a;
	if (operand_on_page(env, insn, page, 0, &a)) return a;
	stack_operand(env, insn, page, &a);
	return a;
}
